package org.narwhaldb.calcite;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.Field;

/// How many rows the planner thinks the two sides of each join have, and how many groups an aggregate: kept from Calcite's tree for the
/// cutting of the plan.
final class JoinSizes {
    private static final int TEXT_BYTES = 32;

    private final Map<PlanNode.Join, Sides> known = new IdentityHashMap<>();
    private final Map<PlanNode.Aggregate, Input> inputs = new IdentityHashMap<>();

    /// What an aggregate reads.
    ///
    /// @param distinct how many values each column has, NaN where nobody knows
    private record Input(double rows, double[] distinct) {}

    /// @param distinct how many values each column of the aggregate's input has, NaN where nobody knows
    void put(PlanNode.Aggregate aggregate, double rows, double[] distinct) {
        inputs.put(aggregate, new Input(rows, distinct));
    }

    /// The aggregate's input is that of the innermost of others.
    void split(PlanNode.Aggregate aggregate, PlanNode split) {
        Input input = inputs.get(aggregate);
        PlanNode node = split;
        while (node.inputs().getFirst() != aggregate.input()) {
            node = node.inputs().getFirst();
        }
        if (input != null && node instanceof PlanNode.Aggregate inner) {
            inputs.put(inner, input);
        }
    }

    /// About how many groups the columns of the aggregate's input have; 0 if nothing is known of it.
    double groups(PlanNode.Aggregate aggregate, List<Integer> columns) {
        Input input = inputs.get(aggregate);
        if (input == null) {
            return 0;
        }
        double groups = 1;
        for (int column : columns) {
            groups *= Double.isNaN(input.distinct()[column]) ? 1 : input.distinct()[column];
        }
        return Math.min(groups, input.rows());
    }

    record Sides(double leftRows, double rightRows) {}

    void put(PlanNode.Join join, double leftRows, double rightRows) {
        known.put(join, new Sides(leftRows, rightRows));
    }

    /// The join with other inputs, which are no larger.
    PlanNode.Join with(PlanNode.Join join, PlanNode left, PlanNode right) {
        PlanNode.Join copy = new PlanNode.Join(
                join.type(), left, right, join.leftKeys(), join.rightKeys(), join.residual(), join.output());
        if (known.containsKey(join)) {
            known.put(copy, known.get(join));
        }
        return copy;
    }

    /// Null if nothing is known of the join.
    Sides of(PlanNode.Join join) {
        return known.get(join);
    }

    /// About what rows of these columns take.
    static double bytes(double rows, List<Field> columns) {
        double width = 0;
        for (Field column : columns) {
            width += switch (column.type().physical()) {
                case BOOLEAN -> 1;
                case LONG, DOUBLE -> 8;
                case INT128 -> 16;
                case BYTES -> TEXT_BYTES;
                case NESTED -> 8 * TEXT_BYTES;
            };
        }
        return rows * width;
    }
}
