package org.narwhaldb.flight.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.version.SegmentEntry;

/// Leaves out segments that cannot hold a row of the answer, by the bounds the manifest carries. Pure.
public final class SegmentPruner {
    private SegmentPruner() {}

    /// @param kept in the order given
    /// @param pruned how many were left out because of the predicate
    /// @param prunedBy names of the columns the predicate looked at, for EXPLAIN
    public record Pruned(List<SegmentEntry> kept, int pruned, List<String> prunedBy) {}

    public static Pruned prune(PlanNode.Scan scan, List<SegmentEntry> segments) {
        Expression predicate = scan.predicate();
        if (predicate == null) {
            return new Pruned(segments, 0, List.of());
        }
        List<SegmentEntry> kept = new ArrayList<>();
        for (SegmentEntry segment : segments) {
            if (FragmentExecutor.mayMatch(predicate, column -> bounds(scan.columns().get(column), segment))) {
                kept.add(segment);
            }
        }
        int pruned = segments.size() - kept.size();
        return new Pruned(List.copyOf(kept), pruned, pruned == 0 ? List.of() : columnsWithBounds(scan, segments.getFirst()));
    }

    static FragmentExecutor.Bounds bounds(Field column, SegmentEntry segment) {
        SegmentEntry.ColumnBounds bounds = segment.bounds().get(column.id());
        if (bounds == null) {
            return null;
        }
        return new FragmentExecutor.Bounds(bounds.min(), bounds.max(), bounds.nullCount() > 0,
                bounds.nullCount() == segment.rowCount());
    }

    private static List<String> columnsWithBounds(PlanNode.Scan scan, SegmentEntry segment) {
        java.util.TreeSet<Integer> referenced = new java.util.TreeSet<>();
        collect(scan.predicate(), referenced);
        Map<Integer, SegmentEntry.ColumnBounds> bounds = segment.bounds();
        return referenced.stream().map(scan.columns()::get).filter(column -> bounds.containsKey(column.id())).map(Field::name).toList();
    }

    private static void collect(Expression expression, java.util.Set<Integer> columns) {
        switch (expression) {
            case Expression.InputReference reference -> columns.add(reference.index());
            case Expression.Literal _ -> { }
            case Expression.Call call -> call.arguments().forEach(argument -> collect(argument, columns));
        }
    }
}
