package org.narwhaldb.engine.operator;

import java.util.BitSet;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;

/// Which columns of its input a node reads, so that a join below need not make the others.
final class NeededColumns {
    private NeededColumns() {}

    static void add(Expression expression, BitSet columns) {
        switch (expression) {
            case Expression.InputReference reference -> columns.set(reference.index());
            case Expression.Literal _ -> { }
            case Expression.Call call -> call.arguments().forEach(argument -> add(argument, columns));
        }
    }

    static BitSet of(PlanNode.Project project) {
        BitSet columns = new BitSet();
        project.expressions().forEach(expression -> add(expression, columns));
        return columns;
    }

    /// Null, for all, if the node reads states.
    static BitSet of(PlanNode.Aggregate aggregate) {
        if (aggregate.mode() == PlanNode.AggregateMode.FINAL) {
            return null;
        }
        BitSet columns = new BitSet();
        aggregate.keys().forEach(columns::set);
        for (AggregateCall call : aggregate.calls()) {
            call.arguments().forEach(columns::set);
            if (call.filter() >= 0) {
                columns.set(call.filter());
            }
        }
        return columns;
    }

    /// @param above what is read of the filter's output, null: all
    static BitSet of(PlanNode.Filter filter, BitSet above) {
        if (above == null) {
            return null;
        }
        BitSet columns = (BitSet) above.clone();
        add(filter.predicate(), columns);
        return columns;
    }

    /// Of the left input.
    ///
    /// @param above what is read of the join's output, null: all
    static BitSet ofLeft(PlanNode.Join join, BitSet above) {
        if (above == null) {
            return null;
        }
        BitSet columns = (BitSet) above.clone();
        if (join.residual() != null) {
            add(join.residual(), columns);
        }
        join.leftKeys().forEach(columns::set);
        int width = join.left().output().size();
        columns.clear(width, Math.max(width, columns.length()));
        return columns;
    }

    /// The column of the scan below that the column is, or -1.
    static int ofScan(PlanNode node, int column) {
        return switch (node) {
            case PlanNode.Scan _ -> column;
            case PlanNode.Filter filter -> ofScan(filter.input(), column);
            case PlanNode.Project project -> project.expressions().get(column) instanceof Expression.InputReference reference
                    ? ofScan(project.input(), reference.index()) : -1;
            case PlanNode.Join join -> isStreaming(join.type()) && column < join.left().output().size()
                    ? ofScan(join.left(), column) : -1;
            default -> -1;
        };
    }

    /// Whether the join yields for each left row on its own.
    static boolean isStreaming(PlanNode.JoinType type) {
        return switch (type) {
            case INNER, LEFT, SEMI, ANTI, NULL_AWARE_ANTI -> true;
            case RIGHT, FULL -> false;
        };
    }
}
