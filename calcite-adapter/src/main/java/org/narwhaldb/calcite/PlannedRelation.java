package org.narwhaldb.calcite;

import java.util.Arrays;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.Field;

/// A plan node and where in its output the fields of Calcite's row are.
///
/// @param columns for each field the column of `node` that holds it, or -1 if nobody asked for the field
record PlannedRelation(PlanNode node, int[] columns) {
    static int[] identity(int count) {
        int[] columns = new int[count];
        Arrays.setAll(columns, index -> index);
        return columns;
    }

    Field field(int index) {
        if (columns[index] < 0) {
            throw new IllegalStateException("Field " + index + " was not asked for");
        }
        return node.output().get(columns[index]);
    }

    Expression.InputReference reference(int index) {
        return new Expression.InputReference(columns[index], field(index).type());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PlannedRelation that && node.equals(that.node) && Arrays.equals(columns, that.columns);
    }

    @Override
    public int hashCode() {
        return node.hashCode() * 31 + Arrays.hashCode(columns);
    }
}
