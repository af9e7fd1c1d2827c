package org.narwhaldb.engine.leaf;

import java.util.List;
import org.narwhaldb.engine.leaf.LeafShape.Measure;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Physical;

/// Aggregates over `CASE WHEN condition THEN value END` as aggregates of the value under a filter: conditions are asked by
/// blocks, values are read without a look at each row.
final class ConditionalMeasures {
    private static final int SIMPLE_CASE_ARGUMENTS = 3;

    private ConditionalMeasures() {}

    /// The sum of `value` where the condition holds, the measure's filter included.
    ///
    /// @param zeroElsewhere whether the other rows add a 0, which makes the sum of no value one
    record Constant(Expression condition, long value, boolean zeroElsewhere) {}

    /// CASE without an ELSE, of a column: the column under a filter. Anything else as it is.
    static Measure rewrite(Measure measure) {
        if (measure.arguments().size() != 1 || !isSimpleCase(measure.arguments().getFirst())) {
            return measure;
        }
        Expression.Call call = (Expression.Call) measure.arguments().getFirst();
        Expression value = call.arguments().get(1);
        Expression condition = and(measure.filter(), call.arguments().getFirst());
        AggregateCall asked = measure.call();
        if (asked.function() == AggregateFunction.COUNT && isNull(call.arguments().get(2))
                && value instanceof Expression.Literal && !isNull(value)) {
            return new Measure(new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, asked.filter(),
                    asked.name(), asked.type()), List.of(), condition);
        }
        boolean isColumn = value instanceof Expression.InputReference && value.type().equals(call.type());
        return isColumn && isNull(call.arguments().get(2))
                ? new Measure(asked, List.of(value), condition)
                : measure;
    }

    /// Null if the measure is no such sum.
    static Constant constant(Measure measure) {
        Expression argument = measure.arguments().getFirst();
        if (!isSimpleCase(argument) || argument.type().physical() != Physical.LONG) {
            return null;
        }
        List<Expression> parts = ((Expression.Call) argument).arguments();
        boolean isZero = parts.get(2) instanceof Expression.Literal(Object value, ColumnType _)
                && value instanceof Long number && number == 0;
        if (!(parts.get(1) instanceof Expression.Literal(Object value, ColumnType type)) || !(value instanceof Long number)
                || number != number.intValue() || type.scale() != argument.type().scale()
                || !isZero && !isNull(parts.get(2))) {
            return null;
        }
        return switch (argument.type().kind()) {
            case INT, LONG, DECIMAL -> new Constant(and(measure.filter(), parts.getFirst()), number, isZero);
            default -> null;
        };
    }

    private static boolean isSimpleCase(Expression expression) {
        return expression instanceof Expression.Call(ScalarFunction function, List<Expression> arguments, ColumnType _)
                && function == ScalarFunction.CASE && arguments.size() == SIMPLE_CASE_ARGUMENTS
                && isSafe(arguments.getFirst());
    }

    /// What a cast to DOUBLE is of, if that is a column of numbers.
    static Expression withoutCast(Expression expression) {
        return expression instanceof Expression.Call(ScalarFunction function, List<Expression> arguments, ColumnType type)
                && function == ScalarFunction.CAST && type.kind() == ColumnType.Kind.DOUBLE
                && arguments.getFirst() instanceof Expression.InputReference reference
                ? reference : expression;
    }

    private static boolean isNull(Expression expression) {
        return expression instanceof Expression.Literal literal && literal.value() == null;
    }

    private static Expression and(Expression left, Expression right) {
        return left == null ? right
                : new Expression.Call(ScalarFunction.AND, List.of(left, right), ColumnType.BOOLEAN);
    }

    /// Whether a condition can be asked of any row: it fails on none.
    static boolean isSafe(Expression expression) {
        return switch (expression) {
            case Expression.InputReference _, Expression.Literal _ -> true;
            case Expression.Call call -> switch (call.function()) {
                case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, IN, LIKE, STARTS_WITH, AND, OR, NOT,
                        IS_NULL, IS_NOT_NULL, IS_TRUE, IS_NOT_TRUE, IS_FALSE, IS_NOT_FALSE ->
                    call.arguments().stream().allMatch(ConditionalMeasures::isSafe);
                default -> false;
            };
        };
    }
}
