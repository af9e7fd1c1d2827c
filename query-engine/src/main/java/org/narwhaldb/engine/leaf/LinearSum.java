package org.narwhaldb.engine.leaf;

import java.util.List;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;

/// `factor * x + offset` of one column of integers whose bounds prove that no step of it overflows: its sum is
/// `factor * SUM(x) + offset * COUNT(x)`, exactly.
///
/// @param column null while there is none: then the number is `offset`
/// @param min the smallest value there can be
/// @param max the largest
record LinearSum(Expression column, long factor, long offset, long min, long max) {
    /// Sums of so many bits never need more than a long, nor do differences between them.
    private static final long VALUES_MAX = 1L << 30;

    /// Null if the expression is no such thing, or a column itself.
    static LinearSum of(Expression expression, LeafColumns columns) {
        try {
            LinearSum sum = expression instanceof Expression.Call ? parse(expression, columns) : null;
            return sum == null || sum.column == null ? null : sum;
        } catch (ArithmeticException e) {
            // The arithmetic of bounds overflows: rows may, too.
            return null;
        }
    }

    private static LinearSum parse(Expression expression, LeafColumns columns) {
        if (!isInteger(expression.type())) {
            return null;
        }
        LinearSum sum = switch (expression) {
            case Expression.InputReference(int column, ColumnType _) -> {
                ColumnFacts facts = columns.facts(column);
                yield !facts.isBounded() || facts.isEmpty() || facts.min() < -VALUES_MAX || facts.max() > VALUES_MAX ? null
                        : new LinearSum(expression, 1, 0, facts.min(), facts.max());
            }
            case Expression.Literal(Object value, ColumnType _) -> value instanceof Long number
                    ? new LinearSum(null, 0, number, number, number) : null;
            case Expression.Call call -> call(call, columns);
        };
        return sum != null && expression.type().kind() == Kind.INT && (sum.min < Integer.MIN_VALUE || sum.max > Integer.MAX_VALUE)
                ? null : sum;
    }

    private static boolean isInteger(ColumnType type) {
        return type.kind() == Kind.INT || type.kind() == Kind.LONG;
    }

    private static LinearSum call(Expression.Call call, LeafColumns columns) {
        List<Expression> arguments = call.arguments();
        boolean isKnown = switch (call.function()) {
            case CAST -> arguments.size() == 1;
            case PLUS, MINUS, TIMES -> arguments.size() == 2;
            default -> false;
        };
        LinearSum left = isKnown ? parse(arguments.getFirst(), columns) : null;
        if (left == null || call.function() == ScalarFunction.CAST) {
            return left;
        }
        LinearSum right = parse(arguments.getLast(), columns);
        if (right == null || left.column != null && right.column != null && !left.column.equals(right.column)) {
            return null;
        }
        Expression column = left.column == null ? right.column : left.column;
        return switch (call.function()) {
            case PLUS -> new LinearSum(column, Math.addExact(left.factor, right.factor), Math.addExact(left.offset, right.offset),
                    Math.addExact(left.min, right.min), Math.addExact(left.max, right.max));
            case MINUS -> new LinearSum(column, Math.subtractExact(left.factor, right.factor),
                    Math.subtractExact(left.offset, right.offset), Math.subtractExact(left.min, right.max),
                    Math.subtractExact(left.max, right.min));
            default -> right.column == null ? left.times(right.offset) : left.column == null ? right.times(left.offset) : null;
        };
    }

    private LinearSum times(long number) {
        long first = Math.multiplyExact(min, number);
        long last = Math.multiplyExact(max, number);
        return new LinearSum(column, Math.multiplyExact(factor, number), Math.multiplyExact(offset, number),
                Math.min(first, last), Math.max(first, last));
    }
}
