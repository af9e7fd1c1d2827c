package org.narwhaldb.engine.plan;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Expressions as text: operators infix and in parentheses, other functions by name, literals as SQL writes them.
final class ExpressionPrinter {
    private static final int TEXT_LENGTH_MAX = 200;

    private ExpressionPrinter() {}

    static String print(Expression expression, List<Field> input) {
        return switch (expression) {
            case Expression.InputReference reference -> column(reference.index(), input);
            case Expression.Literal literal -> literal(literal);
            case Expression.Call call -> call(call, call.arguments().stream().map(argument -> print(argument, input))
                    .toList());
        };
    }

    static String column(int column, List<Field> input) {
        if (column >= input.size()) {
            return "#" + column;
        }
        String name = input.get(column).name();
        boolean isUnique = input.stream().filter(field -> field.name().equals(name)).count() == 1;
        return isUnique ? name : name + "#" + column;
    }

    static String literal(Expression.Literal literal) {
        return literal.value() == null ? "NULL" : value(literal.value(), literal.type());
    }

    private static String call(Expression.Call call, List<String> arguments) {
        String infix = infix(call.function());
        if (infix != null && arguments.size() > 1) {
            return arguments.stream().collect(Collectors.joining(" " + infix + " ", "(", ")"));
        }
        String list = String.join(", ", arguments);
        return switch (call.function()) {
            case CAST, TRY_CAST -> call.function() + "(" + list + " AS " + call.type() + ")";
            case IN -> arguments.isEmpty() ? "IN()" : "(" + arguments.getFirst() + " IN ("
                    + String.join(", ", arguments.subList(1, arguments.size())) + "))";
            case IS_NULL, IS_NOT_NULL, IS_TRUE, IS_NOT_TRUE, IS_FALSE, IS_NOT_FALSE ->
                    "(" + list + " " + call.function().name().replace('_', ' ') + ")";
            case NOT -> "(NOT " + list + ")";
            case NEGATE -> "(-" + list + ")";
            default -> call.function() + "(" + list + ")";
        };
    }

    private static String infix(ScalarFunction function) {
        return switch (function) {
            case PLUS -> "+";
            case MINUS -> "-";
            case TIMES -> "*";
            case DIVIDE -> "/";
            case MODULO -> "%";
            case EQUAL -> "=";
            case NOT_EQUAL -> "<>";
            case LESS -> "<";
            case LESS_OR_EQUAL -> "<=";
            case GREATER -> ">";
            case GREATER_OR_EQUAL -> ">=";
            case IS_DISTINCT_FROM -> "IS DISTINCT FROM";
            case IS_NOT_DISTINCT_FROM -> "IS NOT DISTINCT FROM";
            case AND -> "AND";
            case OR -> "OR";
            case LIKE -> "LIKE";
            default -> null;
        };
    }

    private static String value(Object value, ColumnType type) {
        try {
            return switch (type.kind()) {
                case BOOLEAN -> value.toString().toUpperCase(Locale.ROOT);
                case INT, LONG, FLOAT, DOUBLE -> value.toString();
                case DECIMAL -> decimal(value, type.scale());
                case DATE -> "DATE '" + LocalDate.ofEpochDay((Long) value) + "'";
                case TIME -> "TIME '" + LocalTime.ofNanoOfDay(Math.multiplyExact((Long) value, 1_000L)) + "'";
                case TIMESTAMP, TIMESTAMP_TZ -> "TIMESTAMP '" + dateTime((Long) value, 1_000_000L, 1_000L) + "'";
                case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> "TIMESTAMP '" + dateTime((Long) value, 1_000_000_000L, 1L) + "'";
                case STRING -> "'" + text((byte[]) value).replace("'", "''") + "'";
                case BINARY, FIXED, UUID -> "X'" + HexFormat.of().formatHex((byte[]) value) + "'";
                case STRUCT, LIST, MAP -> type.kind() + Arrays.deepToString((Object[]) value);
            };
        } catch (DateTimeException | ArithmeticException e) {
            return type.kind() + " " + value;
        }
    }

    private static String decimal(Object value, int scale) {
        BigInteger unscaled = value instanceof BigInteger wide ? wide : BigInteger.valueOf((Long) value);
        return new BigDecimal(unscaled, scale).toPlainString();
    }

    private static LocalDateTime dateTime(long value, long unitsPerSecond, long nanosPerUnit) {
        return LocalDateTime.ofEpochSecond(Math.floorDiv(value, unitsPerSecond),
                (int) (Math.floorMod(value, unitsPerSecond) * nanosPerUnit), ZoneOffset.UTC);
    }

    private static String text(byte[] utf8) {
        String text = new String(utf8, StandardCharsets.UTF_8);
        return text.length() <= TEXT_LENGTH_MAX ? text : text.substring(0, TEXT_LENGTH_MAX) + "…";
    }
}
