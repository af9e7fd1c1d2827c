package org.narwhaldb.engine.scan;

import java.util.List;
import org.narwhaldb.engine.plan.Expression.InputReference;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;

/// What a top-N tells the scan below it: the first sort term of the last row that is in so far. The scan reads the blocks
/// that may hold the best rows first, leaves out those that cannot hold a better one, and of the others reads only rows
/// that are not worse in that term. Both run in one thread.
public final class ScanThreshold {
    private final PlanNode.Scan scan;
    private final int column;
    private final SortOrder order;
    private final long wanted;
    private int version;
    private Object value;

    private ScanThreshold(PlanNode.Scan scan, int column, SortOrder order, long wanted) {
        this.wanted = wanted;
        this.scan = scan;
        this.column = column;
        this.order = order;
    }

    /// Null if the node does not sort by a number or a time that a scan yields.
    public static ScanThreshold of(PlanNode.Sort sort) {
        if (sort.orders().isEmpty()) {
            return null;
        }
        int column = sort.orders().getFirst().column();
        PlanNode node = sort.input();
        long sum = sort.offset() + sort.limit();
        long wanted = sum <= 0 ? Long.MAX_VALUE : sum;
        while (!(node instanceof PlanNode.Scan)) {
            if (node instanceof PlanNode.Filter filter) {
                node = filter.input();
                wanted = Long.MAX_VALUE;
            } else if (node instanceof PlanNode.Project project
                    && project.expressions().get(column) instanceof InputReference reference) {
                column = reference.index();
                node = project.input();
            } else {
                return null;
            }
        }
        PlanNode.Scan scan = (PlanNode.Scan) node;
        Physical physical = scan.columns().get(column).type().physical();
        return physical == Physical.LONG || physical == Physical.DOUBLE
                ? new ScanThreshold(scan, column, sort.orders().getFirst(), wanted) : null;
    }

    public PlanNode.Scan scan() {
        return scan;
    }

    /// The term of the last row that is in; a row behind it in that order is of no use any more.
    public void set(Object newValue) {
        if (version == 0 || newValue != null && !newValue.equals(value) || newValue == null && value != null) {
            value = newValue;
            version++;
        }
    }

    /// Rises with every change; 0 before the first.
    int version() {
        return version;
    }

    SortOrder order() {
        return order;
    }

    /// Rows that the top-N keeps; unlimited where some of those that the scan yields do not reach it.
    long wanted() {
        return wanted;
    }

    int column() {
        return column;
    }

    /// The test of the rows that are still of use; null if all are, or if the column can't be asked.
    BlockTest test(Segment segment, ScanColumn scanColumn) {
        SegmentColumn stored = scanColumn.stored();
        if (version == 0 || stored == null) {
            return null;
        }
        if (value == null) {
            return order.nullsFirst() ? new NullTest(segment, stored, true) : null;
        }
        BlockTest values = switch (stored.field().type().physical()) {
            case LONG -> order.descending()
                    ? new LongRangeTest(segment, stored, (Long) value, Long.MAX_VALUE, false)
                    : new LongRangeTest(segment, stored, Long.MIN_VALUE, (Long) value, false);
            case DOUBLE -> DoubleRangeTest.below(segment, stored, (Double) value, !order.descending(),
                    order.descending());
            default -> null;
        };
        return values == null || !order.nullsFirst() ? values
                : new LogicTests.Or(List.of(new NullTest(segment, stored, true), values));
    }

    /// A number that is the lower the better the block's best row may be.
    double rank(Segment segment, ScanColumn scanColumn, int block) {
        SegmentColumn stored = scanColumn.stored();
        if (stored == null) {
            return Double.NEGATIVE_INFINITY;
        }
        BlockStatistics statistics = stored.statistics(block);
        if (statistics.nullCount() > 0 && order.nullsFirst()) {
            return Double.NEGATIVE_INFINITY;
        }
        Object best = order.descending() ? statistics.max() : statistics.min();
        if (!(best instanceof Number number)) {
            return statistics.nullCount() == segment.blockRowCount(block) ? Double.POSITIVE_INFINITY
                    : Double.NEGATIVE_INFINITY;
        }
        double rank = number.doubleValue();
        if (rank != rank) {
            return order.descending() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return order.descending() ? -rank : rank;
    }
}
