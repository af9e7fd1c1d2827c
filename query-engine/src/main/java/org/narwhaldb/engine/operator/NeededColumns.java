package org.narwhaldb.engine.operator;

import java.util.BitSet;
import java.util.List;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;

/// Which columns of its inputs a plan node reads, so that a join below need not gather the others.
final class NeededColumns {
    private NeededColumns() {}

    /// Those that an expression reads; none if that is null.
    static BitSet of(Expression expression) {
        BitSet columns = new BitSet();
        if (expression != null) {
            collect(expression, columns);
        }
        return columns;
    }

    static BitSet all(PlanNode input) {
        BitSet columns = new BitSet();
        columns.set(0, input.output().size());
        return columns;
    }

    static BitSet ofProject(PlanNode.Project node) {
        BitSet columns = new BitSet();
        node.expressions().forEach(expression -> collect(expression, columns));
        return columns;
    }

    static BitSet ofAggregate(PlanNode.Aggregate node) {
        if (node.mode() == PlanNode.AggregateMode.FINAL) {
            return all(node.input());
        }
        BitSet columns = new BitSet();
        node.keys().forEach(columns::set);
        for (AggregateCall call : node.calls()) {
            call.arguments().forEach(columns::set);
            if (call.filter() >= 0) {
                columns.set(call.filter());
            }
        }
        return columns;
    }

    /// @param needed of the filter's output
    static BitSet ofFilter(PlanNode.Filter node, BitSet needed) {
        BitSet columns = of(node.predicate());
        columns.or(needed);
        return columns;
    }

    /// @param needed of the join's output
    static BitSet ofLeft(PlanNode.Join node, BitSet needed) {
        return side(node, needed, node.leftKeys(), 0, node.left().output().size());
    }

    /// @param needed of the join's output
    static BitSet ofRight(PlanNode.Join node, BitSet needed) {
        int from = node.left().output().size();
        return side(node, needed, node.rightKeys(), from, from + node.right().output().size());
    }

    private static BitSet side(PlanNode.Join node, BitSet needed, List<Integer> keys, int from, int to) {
        BitSet both = of(node.residual());
        both.or(needed);
        BitSet columns = both.get(from, to);
        keys.forEach(columns::set);
        return columns;
    }

    private static void collect(Expression expression, BitSet columns) {
        switch (expression) {
            case Expression.InputReference reference -> columns.set(reference.index());
            case Expression.Literal _ -> { }
            case Expression.Call call -> call.arguments().forEach(argument -> collect(argument, columns));
        }
    }
}
