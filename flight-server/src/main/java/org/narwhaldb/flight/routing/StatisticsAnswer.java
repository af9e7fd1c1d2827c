package org.narwhaldb.flight.routing;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.version.SegmentEntry;

/// What a leaf fragment yields for the segments whose statistics say it, so that no server is asked for them: COUNT where all
/// rows of the segment are known to pass the filter, MIN and MAX where besides none of its rows is dead. Pure.
///
/// A segment's live rows are counted exactly and its bounds are those of the rows it was built from, so the answer is that of a scan.
///
/// @param states a row of partial states for each segment answered for; null if there is none
/// @param read the segments left to be read
public record StatisticsAnswer(PlanNode.Values states, List<SegmentEntry> read) {

    /// How many segments are answered for.
    public int segmentCount() {
        return states == null ? 0 : states.rows().size();
    }

    public static StatisticsAnswer of(PlanNode leaf, List<SegmentEntry> segments) {
        if (!(leaf instanceof PlanNode.Aggregate aggregate) || aggregate.mode() != PlanNode.AggregateMode.PARTIAL
                || !aggregate.keys().isEmpty() || aggregate.calls().isEmpty()
                || !(underProjections(aggregate.input()) instanceof PlanNode.Scan scan)) {
            return new StatisticsAnswer(null, segments);
        }
        List<Statistic> statistics = new ArrayList<>();
        for (AggregateCall call : aggregate.calls()) {
            statistics.add(statistic(call, aggregate.input(), scan));
        }
        List<List<Expression.Literal>> rows = new ArrayList<>();
        List<SegmentEntry> read = new ArrayList<>();
        for (SegmentEntry segment : segments) {
            List<Expression.Literal> states = isWhole(scan, segment) ? states(statistics, aggregate.output(), segment) : null;
            if (states == null) {
                read.add(segment);
            } else {
                rows.add(states);
            }
        }
        return rows.isEmpty() ? new StatisticsAnswer(null, segments)
                : new StatisticsAnswer(new PlanNode.Values(aggregate.output(), rows), List.copyOf(read));
    }

    private static PlanNode underProjections(PlanNode node) {
        PlanNode under = node;
        while (under instanceof PlanNode.Project project) {
            under = project.input();
        }
        return under;
    }

    /// Whether all rows of the segment are known to pass the scan's filter.
    private static boolean isWhole(PlanNode.Scan scan, SegmentEntry segment) {
        return scan.predicate() == null || FragmentExecutor.mustMatch(
                scan.predicate(), column -> SegmentPruner.bounds(scan.columns().get(column), segment));
    }

    /// Where a call's state is found.
    private interface Statistic {
        /// Empty list: not for this segment.
        List<Object> of(SegmentEntry segment);
    }

    private static final Statistic NONE = _ -> List.of();

    private static Statistic statistic(AggregateCall call, PlanNode input, PlanNode.Scan scan) {
        if (call.distinct() || call.filter() >= 0 || call.arguments().size() > 1) {
            return NONE;
        }
        int index = call.arguments().isEmpty() ? -1 : column(input, call.arguments().getFirst());
        Field column = index < 0 ? null : scan.columns().get(index);
        return switch (call.function()) {
            case COUNT_STAR -> segment -> List.of((long) segment.liveRowCount());
            case COUNT -> column == null ? NONE : segment -> count(segment, column);
            case MIN -> column == null ? NONE : segment -> extreme(segment, column, false);
            case MAX -> column == null ? NONE : segment -> extreme(segment, column, true);
            default -> NONE;
        };
    }

    private static List<Object> count(SegmentEntry segment, Field column) {
        SegmentEntry.ColumnBounds bounds = segment.bounds().get(column.id());
        if (bounds == null || bounds.nullCount() > 0 && segment.liveRowCount() < segment.rowCount()) {
            return List.of();
        }
        return List.of(segment.liveRowCount() - bounds.nullCount());
    }

    /// Of types whose values have one form each: a zero of a double may be negative, a decimal may have been widened since.
    private static List<Object> extreme(SegmentEntry segment, Field column, boolean max) {
        SegmentEntry.ColumnBounds bounds = segment.bounds().get(column.id());
        if (bounds == null || segment.liveRowCount() < segment.rowCount() || bounds.nullCount() == segment.rowCount()) {
            return List.of();
        }
        Object value = max ? bounds.max() : bounds.min();
        return switch (column.type().kind()) {
            case INT, LONG, DATE, TIME, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS, TIMESTAMP_TZ_NS, STRING ->
                    value == null ? List.of() : List.of(value);
            case FLOAT, DOUBLE -> value instanceof Double number && number != 0 && !number.isNaN() ? List.of(value) : List.of();
            default -> List.of();
        };
    }

    /// The column of the scan that column `index` of `node` is, or -1 if it is computed.
    private static int column(PlanNode node, int index) {
        return switch (node) {
            case PlanNode.Scan _ -> index;
            case PlanNode.Project project when project.expressions().get(index) instanceof Expression.InputReference reference ->
                    column(project.input(), reference.index());
            default -> -1;
        };
    }

    /// Null if a call has none for this segment.
    private static List<Expression.Literal> states(List<Statistic> statistics, List<Field> output, SegmentEntry segment) {
        List<Expression.Literal> states = new ArrayList<>();
        for (Statistic statistic : statistics) {
            List<Object> value = statistic.of(segment);
            if (value.isEmpty()) {
                return null;
            }
            states.add(new Expression.Literal(value.getFirst(), output.get(states.size()).type()));
        }
        return states;
    }
}
