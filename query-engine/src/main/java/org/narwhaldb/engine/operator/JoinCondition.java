package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// When two rows of a join match: equal keys, and a residual over both or null.
///
/// NOT IN with several keys or a residual cannot be hashed: a row is dropped by a right row whose keys are not surely
/// different. Its keys become part of the residual: `(l1 IS NULL OR r1 IS NULL OR l1 = r1) AND …`.
record JoinCondition(int[] leftKeys, int[] rightKeys, Expression residual) {

    static JoinCondition of(PlanNode.Join node) {
        int keys = node.leftKeys().size();
        if (keys != node.rightKeys().size()) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST,
                    "A join has [%d] left and [%d] right keys", keys, node.rightKeys().size());
        }
        for (int key = 0; key < keys; key++) {
            checkKinds(type(node.left(), node.leftKeys().get(key)), type(node.right(), node.rightKeys().get(key)));
        }
        if (node.type() == PlanNode.JoinType.NULL_AWARE_ANTI && (keys != 1 || node.residual() != null)) {
            return new JoinCondition(new int[0], new int[0], notSurelyDifferent(node));
        }
        return new JoinCondition(array(node.leftKeys()), array(node.rightKeys()), node.residual());
    }

    private static void checkKinds(ColumnType left, ColumnType right) {
        boolean isSame = left.physical() == right.physical() && left.scale() == right.scale();
        if (!isSame) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST,
                    "A join compares keys of types [%s] and [%s] without a cast", left, right);
        }
    }

    private static Expression notSurelyDifferent(PlanNode.Join node) {
        int leftWidth = node.left().output().size();
        List<Expression> terms = new ArrayList<>();
        for (int key = 0; key < node.leftKeys().size(); key++) {
            int leftKey = node.leftKeys().get(key);
            int rightKey = node.rightKeys().get(key);
            Expression left = new Expression.InputReference(leftKey, type(node.left(), leftKey));
            Expression right = new Expression.InputReference(leftWidth + rightKey, type(node.right(), rightKey));
            terms.add(call(ScalarFunction.OR, call(ScalarFunction.IS_NULL, left), call(ScalarFunction.IS_NULL, right),
                    call(ScalarFunction.EQUAL, left, right)));
        }
        if (node.residual() != null) {
            terms.add(node.residual());
        }
        return switch (terms.size()) {
            case 0 -> null;
            case 1 -> terms.getFirst();
            default -> call(ScalarFunction.AND, terms.toArray(Expression[]::new));
        };
    }

    private static Expression call(ScalarFunction function, Expression... arguments) {
        return new Expression.Call(function, List.of(arguments), ColumnType.BOOLEAN);
    }

    private static ColumnType type(PlanNode node, int column) {
        return node.output().get(column).type();
    }

    private static int[] array(List<Integer> columns) {
        return columns.stream().mapToInt(Integer::intValue).toArray();
    }
}
