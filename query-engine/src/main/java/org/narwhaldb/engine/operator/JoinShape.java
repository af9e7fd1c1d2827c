package org.narwhaldb.engine.operator;

import java.util.BitSet;
import java.util.List;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.expression.CompiledExpression;
import org.narwhaldb.engine.expression.ExpressionCompiler;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.JoinType;
import org.narwhaldb.segment.Field;

/// What a join asks for, the same for all passes that it takes.
///
/// @param stored the columns that are read of the left rows, then of the right ones
/// @param residual null for none
/// @param yieldsPairs whether columns of both sides come out
/// @param marksLeft whether it matters which left rows match
/// @param marksRight whether it matters which right rows match
record JoinShape(
        JoinType type, List<Field> left, List<Field> right, int[] leftKeys, int[] rightKeys, BitSet stored,
        CompiledExpression residual, JoinColumns columns, boolean yieldsPairs, boolean marksLeft, boolean marksRight) {

    /// @param needed the output columns that are read; the others may be NULL throughout
    static JoinShape of(PlanNode.Join node, BitSet needed) {
        JoinCondition condition = JoinCondition.of(node);
        List<Field> left = node.left().output();
        List<Field> right = node.right().output();
        BitSet stored = NeededColumns.of(condition.residual());
        JoinColumns columns = new JoinColumns(left, right, needed, (BitSet) stored.clone());
        stored.or(needed);
        for (int key = 0; key < condition.leftKeys().length; key++) {
            stored.set(condition.leftKeys()[key]);
            stored.set(left.size() + condition.rightKeys()[key]);
        }
        boolean yieldsPairs = switch (node.type()) {
            case INNER, LEFT, RIGHT, FULL -> true;
            case SEMI, ANTI, NULL_AWARE_ANTI -> false;
        };
        return new JoinShape(node.type(), left, right, condition.leftKeys(), condition.rightKeys(), stored,
                condition.residual() == null ? null : ExpressionCompiler.compile(condition.residual()), columns, yieldsPairs,
                node.type() != JoinType.INNER && node.type() != JoinType.RIGHT,
                node.type() == JoinType.RIGHT || node.type() == JoinType.FULL);
    }

    int width() {
        return left.size() + right.size();
    }

    boolean hasKeys() {
        return leftKeys.length > 0;
    }

    /// Whether a left row that has matched need not be compared any more.
    boolean settles() {
        return !yieldsPairs;
    }

    JoinBuild build(QueryContext context) {
        boolean keepsRows = yieldsPairs || residual != null;
        return new JoinBuild(right, rightKeys, keepsRows ? columns.kept() : null, marksRight, context);
    }
}
