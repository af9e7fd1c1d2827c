package org.narwhaldb.engine.leaf;

import java.util.List;
import org.narwhaldb.engine.leaf.InputPlan.Source;
import org.narwhaldb.engine.leaf.InputPlan.Values;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;

/// Sums, differences and products of columns whose bounds prove that plain arithmetic of 64 bits computes them: integers, decimals
/// as integers, and products of doubles that are decimals, which come out before they are rounded.
///
/// @param column a column's values; null in constants and where `function` combines `left` and `right`
/// @param min the smallest value there can be
/// @param max the largest
/// @param scale how many digits are behind the point
record ExactNumber(InputPlan column, ScalarFunction function, ExactNumber left, ExactNumber right, long min, long max, int scale) {
    /// Integers up to here are exact as doubles.
    private static final long REAL_MAX = 1L << 53;
    private static final int REAL_SCALE_MAX = 10;
    private static final int LONG_DIGITS = 18;

    /// Null if there is no such number.
    static ExactNumber of(Expression expression, LeafColumns columns) {
        if (!(expression instanceof Expression.Call)) {
            return null;
        }
        try {
            return parse(expression, columns);
        } catch (ArithmeticException e) {
            // The arithmetic of bounds overflows: rows may, too.
            return null;
        }
    }

    private static ExactNumber parse(Expression expression, LeafColumns columns) {
        ExactNumber number = switch (expression) {
            case Expression.InputReference(int column, ColumnType type) -> column(expression, column, type, columns);
            case Expression.Literal(Object value, ColumnType type) -> value instanceof Long constant && type.physical() == Physical.LONG
                    ? new ExactNumber(null, null, null, null, constant, constant, type.scale()) : null;
            case Expression.Call call -> call(call, columns);
        };
        return number != null && number.fits(expression.type()) ? number : null;
    }

    private boolean fits(ColumnType type) {
        return switch (type.kind()) {
            case INT -> scale == 0 && min >= Integer.MIN_VALUE && max <= Integer.MAX_VALUE;
            case LONG -> scale == 0;
            case DECIMAL -> scale == type.scale() && (type.precision() > LONG_DIGITS
                    || Math.max(-min, max) < Math.pow(10, type.precision()));
            case DOUBLE -> scale <= REAL_SCALE_MAX && Math.max(-min, max) <= REAL_MAX;
            default -> false;
        };
    }

    private static ExactNumber column(Expression expression, int column, ColumnType type, LeafColumns columns) {
        if (type.physical() != Physical.LONG && type.physical() != Physical.DOUBLE) {
            return null;
        }
        ColumnFacts facts = columns.facts(column);
        if (!facts.isBounded() || facts.isEmpty() || facts.min() == Long.MIN_VALUE) {
            return null;
        }
        int scale = type.physical() == Physical.DOUBLE ? facts.exponent() : type.scale();
        return new ExactNumber(new InputPlan(Source.COLUMN, Values.LONGS, expression, null, -1, column, facts.exponent(), true,
                facts.min(), facts.max(), !facts.mayBeNull()), null, null, null, facts.min(), facts.max(), scale);
    }

    private static ExactNumber call(Expression.Call call, LeafColumns columns) {
        List<Expression> arguments = call.arguments();
        boolean isKnown = switch (call.function()) {
            case CAST -> arguments.size() == 1;
            case PLUS, MINUS -> arguments.size() == 2 && call.type().physical() != Physical.DOUBLE;
            case TIMES -> arguments.size() == 2;
            default -> false;
        };
        ExactNumber left = isKnown ? parse(arguments.getFirst(), columns) : null;
        if (left == null || call.function() == ScalarFunction.CAST) {
            return left;
        }
        ExactNumber right = parse(arguments.getLast(), columns);
        if (right == null || call.function() != ScalarFunction.TIMES && left.scale != right.scale) {
            return null;
        }
        return switch (call.function()) {
            case PLUS -> new ExactNumber(null, ScalarFunction.PLUS, left, right, Math.addExact(left.min, right.min),
                    Math.addExact(left.max, right.max), left.scale);
            case MINUS -> new ExactNumber(null, ScalarFunction.MINUS, left, right, Math.subtractExact(left.min, right.max),
                    Math.subtractExact(left.max, right.min), left.scale);
            default -> product(left, right);
        };
    }

    private static ExactNumber product(ExactNumber left, ExactNumber right) {
        long a = Math.multiplyExact(left.min, right.min);
        long b = Math.multiplyExact(left.min, right.max);
        long c = Math.multiplyExact(left.max, right.min);
        long d = Math.multiplyExact(left.max, right.max);
        return new ExactNumber(null, ScalarFunction.TIMES, left, right, Math.min(Math.min(a, b), Math.min(c, d)),
                Math.max(Math.max(a, b), Math.max(c, d)), left.scale + right.scale);
    }

    boolean neverSkips() {
        return function == null ? column == null || column.neverSkips() : left.neverSkips() && right.neverSkips();
    }
}
