package org.narwhaldb.engine.expression;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;

/// Calls that never fall as one argument rises, the others being literals, and that are NULL only where it is.
final class Monotonicity {
    private static final Set<String> RISING_UNITS =
            Set.of("YEAR", "DECADE", "CENTURY", "MILLENNIUM", "ISOYEAR", "EPOCH");

    private Monotonicity() {}

    /// The index of that argument, or -1.
    static int varyingArgument(Call call) {
        List<Expression> arguments = call.arguments();
        return switch (call.function()) {
            case CAST -> isRisingCast(arguments.getFirst().type(), call.type()) ? 0 : -1;
            case PLUS -> !isExact(call) ? -1 : isValue(arguments.get(1)) ? 0 : isValue(arguments.get(0)) ? 1 : -1;
            case MINUS -> isExact(call) && isValue(arguments.get(1)) ? 0 : -1;
            case FLOOR, CEILING -> arguments.size() == 1 && isExact(call) ? 0 : -1;
            case ADD_MONTHS, ADD_MICROS ->
                    isValue(arguments.get(1)) && call.type().kind() != Kind.TIME ? 0 : -1;
            case DATE_TRUNC -> isValue(arguments.get(0)) && call.type().kind() != Kind.TIME ? 1 : -1;
            case EXTRACT -> isValue(arguments.get(0)) && RISING_UNITS.contains(text(arguments.getFirst())) ? 1 : -1;
            default -> -1;
        };
    }

    /// Doubles are left out: infinities cancel to NaN, which is above all.
    private static boolean isExact(Call call) {
        return isExact(call.type()) && call.arguments().stream().allMatch(argument -> isExact(argument.type()));
    }

    private static boolean isExact(ColumnType type) {
        return Numbers.isNumber(type) && !Numbers.isReal(type);
    }

    private static boolean isRisingCast(ColumnType from, ColumnType to) {
        return (Numbers.isNumber(from) && Numbers.isNumber(to))
                || (Ticks.isDateOrTimestamp(from) && Ticks.isDateOrTimestamp(to));
    }

    private static boolean isValue(Expression expression) {
        return expression instanceof Literal literal && literal.value() != null;
    }

    private static String text(Expression literal) {
        return new String((byte[]) ((Literal) literal).value(), StandardCharsets.UTF_8);
    }
}
