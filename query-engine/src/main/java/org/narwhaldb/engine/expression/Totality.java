package org.narwhaldb.engine.expression;

import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.InputReference;
import org.narwhaldb.engine.plan.Expression.Literal;

/// Whether an expression is defined for every row: raises nothing, whatever the values.
final class Totality {
    private Totality() {}

    static boolean isTotal(Expression expression) {
        return switch (expression) {
            case InputReference _, Literal _ -> true;
            case Call call -> isTotalFunction(call) && call.arguments().stream().allMatch(Totality::isTotal);
        };
    }

    private static boolean isTotalFunction(Call call) {
        return switch (call.function()) {
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, IS_DISTINCT_FROM,
                    IS_NOT_DISTINCT_FROM, AND, OR, NOT, IS_NULL, IS_NOT_NULL, IS_TRUE, IS_NOT_TRUE, IS_FALSE,
                    IS_NOT_FALSE, IN, CASE, COALESCE, NULL_IF, GREATEST, LEAST, LIKE, STARTS_WITH, UPPER, LOWER,
                    CHARACTER_LENGTH, OCTET_LENGTH, POSITION, TRIM_BOTH, TRIM_LEADING, TRIM_TRAILING, ELEMENT_AT,
                    STRUCT_FIELD, CARDINALITY, EXTRACT -> true;
            case CAST -> Casts.cannotFail(call.arguments().getFirst().type(), call.type());
            case PLUS, MINUS, TIMES -> Numbers.isReal(call.type())
                    && call.arguments().stream().allMatch(argument -> Numbers.isReal(argument.type()));
            case DIVIDE, MODULO, NEGATE, ABS, SIGN, ROUND, TRUNCATE, FLOOR, CEILING, SQRT, EXP, LN,
                    LOG10, POWER, TRY_CAST, SUBSTRING, CONCAT, REPLACE, REGEXP_LIKE, LEFT, RIGHT, REVERSE,
                    REPEAT, LPAD, RPAD, SPLIT_PART, DATE_TRUNC, ADD_MONTHS, ADD_MICROS,
                    TIMESTAMP_DIFF -> false;
        };
    }
}
