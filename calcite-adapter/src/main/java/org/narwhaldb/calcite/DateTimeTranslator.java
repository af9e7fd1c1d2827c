package org.narwhaldb.calcite;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Dates, times and intervals. The engine has no interval type: an interval is an amount of months or of microseconds,
/// and only date arithmetic takes it.
final class DateTimeTranslator {
    private static final long MICROS_PER_MILLI = 1_000;
    private static final long MICROS_PER_SECOND = 1_000_000;
    static final Set<String> EXTRACT_UNITS = Set.of("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK",
            "MONTH", "QUARTER", "YEAR", "DOW", "ISODOW", "DOY", "EPOCH", "DECADE", "CENTURY", "MILLENNIUM", "ISOYEAR");
    static final Set<String> TRUNCATE_UNITS =
            Set.of("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR");
    private static final Map<String, String> PART_FUNCTIONS = Map.ofEntries(
            Map.entry("YEAR", "YEAR"), Map.entry("QUARTER", "QUARTER"), Map.entry("MONTH", "MONTH"), Map.entry("WEEK", "WEEK"),
            Map.entry("DAY", "DAY"), Map.entry("DAYOFYEAR", "DOY"), Map.entry("DAYOFMONTH", "DAY"), Map.entry("DAYOFWEEK", "DOW"),
            Map.entry("HOUR", "HOUR"), Map.entry("MINUTE", "MINUTE"), Map.entry("SECOND", "SECOND"));

    /// @param months whether `amount` (a LONG) counts months, else microseconds
    private record Interval(boolean months, Expression amount) {}

    private final RexTranslator rex;
    private final ZoneId zone;

    DateTimeTranslator(RexTranslator rex, ZoneId zone) {
        this.rex = rex;
        this.zone = zone;
    }

    /// null if the call has nothing to do with dates and times.
    Expression translate(RexCall call) {
        return switch (call.getKind()) {
            case PLUS, CHECKED_PLUS, MINUS, CHECKED_MINUS -> plusMinus(call);
            case EXTRACT -> extract(unit(call.getOperands().get(0)), call.getOperands().get(1), call.getType());
            case FLOOR -> call.getOperands().size() == 2
                    ? truncate(unit(call.getOperands().get(1)), call.getOperands().get(0)) : null;
            case CEIL -> call.getOperands().size() == 2
                    ? ceiling(unit(call.getOperands().get(1)), rex.translate(call.getOperands().get(0))) : null;
            case CAST -> intervalCast(call);
            default -> function(call);
        };
    }

    private Expression function(RexCall call) {
        String name = call.getOperator().getName();
        if (call.getOperator() == NarwhalOperators.DATE_TRUNC) {
            return truncate(unit(call.getOperands().get(0)), call.getOperands().get(1));
        }
        if (call.getOperator() == NarwhalOperators.DATE_PART) {
            return extract(unit(call.getOperands().get(0)), call.getOperands().get(1), call.getType());
        }
        if (call.getOperator() == NarwhalOperators.TIMESTAMP_DIFF) {
            return difference(unit(call.getOperands().get(0)), call.getOperands().get(1), call.getOperands().get(2));
        }
        String part = call.getOperands().size() == 1 ? PART_FUNCTIONS.get(name) : null;
        return part == null ? null : extract(part, call.getOperands().getFirst(), call.getType());
    }

    private static String unit(RexNode node) {
        Object value = ((RexLiteral) node).getValue();
        String text = value instanceof TimeUnitRange range ? range.name() : ((RexLiteral) node).getValueAs(String.class);
        String unit = text.toUpperCase(Locale.ROOT);
        return unit.endsWith("S") && TRUNCATE_UNITS.contains(unit.substring(0, unit.length() - 1))
                ? unit.substring(0, unit.length() - 1) : unit;
    }

    private Expression extract(String unit, RexNode operand, RelDataType type) {
        requireUnit(unit, EXTRACT_UNITS, "EXTRACT");
        if (SqlTypeUtil.isInterval(operand.getType())) {
            throw RexTranslator.notSupported("EXTRACT from", operand.getType().toString());
        }
        Expression value = toLocal(rex.translate(operand));
        return new Expression.Call(ScalarFunction.EXTRACT, List.of(RexTranslator.text(unit), value), ColumnTypes.toColumn(type));
    }

    private static void requireUnit(String unit, Set<String> allowed, String function) {
        if (!allowed.contains(unit)) {
            throw NarwhalException.of(ErrorCode.INVALID_QUERY, "%s does not know the unit [%s]%s", function, unit,
                    Suggestions.phrase(unit, allowed));
        }
    }

    private Expression truncate(String unit, RexNode operand) {
        requireUnit(unit, TRUNCATE_UNITS, "DATE_TRUNC");
        Expression value = rex.translate(operand);
        Expression local = toLocal(value);
        Expression truncated = new Expression.Call(ScalarFunction.DATE_TRUNC, List.of(RexTranslator.text(unit), local), local.type());
        return local == value ? truncated : fromLocal(truncated, value.type());
    }

    /// The truncated value if nothing was cut off, else one unit more.
    private Expression ceiling(String unit, Expression value) {
        requireUnit(unit, TRUNCATE_UNITS, "CEIL");
        Expression floor = new Expression.Call(ScalarFunction.DATE_TRUNC, List.of(RexTranslator.text(unit), value), value.type());
        Expression next = switch (unit) {
            case "YEAR" -> addMonths(floor, 12);
            case "QUARTER" -> addMonths(floor, 3);
            case "MONTH" -> addMonths(floor, 1);
            default -> new Expression.Call(ScalarFunction.ADD_MICROS, List.of(floor, number(unitMicros(unit))), value.type());
        };
        Expression whole = new Expression.Call(ScalarFunction.EQUAL, List.of(floor, value), ColumnType.BOOLEAN);
        return new Expression.Call(ScalarFunction.CASE, List.of(whole, value, next), value.type());
    }

    private static Expression addMonths(Expression value, long months) {
        return new Expression.Call(ScalarFunction.ADD_MONTHS, List.of(value, number(months)), value.type());
    }

    private static long unitMicros(String unit) {
        return switch (unit) {
            case "WEEK" -> 7 * 86_400 * MICROS_PER_SECOND;
            case "DAY" -> 86_400 * MICROS_PER_SECOND;
            case "HOUR" -> 3_600 * MICROS_PER_SECOND;
            case "MINUTE" -> 60 * MICROS_PER_SECOND;
            case "SECOND" -> MICROS_PER_SECOND;
            case "MILLISECOND" -> MICROS_PER_MILLI;
            default -> 1;
        };
    }

    private Expression difference(String unit, RexNode from, RexNode to) {
        requireUnit(unit, TRUNCATE_UNITS, "TIMESTAMPDIFF");
        Coercion.Pair pair = Coercion.comparable(toLocal(rex.translate(from)), toLocal(rex.translate(to)));
        return new Expression.Call(ScalarFunction.TIMESTAMP_DIFF,
                List.of(RexTranslator.text(unit), pair.left(), pair.right()), ColumnType.LONG);
    }

    /// `CAST((a - b) DAY AS INTEGER)`: the one way an interval becomes a number.
    private Expression intervalCast(RexCall call) {
        RexNode operand = call.getOperands().getFirst();
        if (!SqlTypeUtil.isInterval(operand.getType()) || SqlTypeUtil.isInterval(call.getType())) {
            return null;
        }
        if (operand instanceof RexCall minus && minus.getOperator().getName().equals("-") && minus.getOperands().size() == 2
                && SqlTypeUtil.isDatetime(minus.getOperands().getFirst().getType())) {
            String unit = operand.getType().getIntervalQualifier().getStartUnit().name();
            return Coercion.to(difference(unit, minus.getOperands().get(1), minus.getOperands().get(0)),
                    ColumnTypes.toColumn(call.getType()));
        }
        throw RexTranslator.notSupported("cast from", operand.getType().toString());
    }

    private Expression plusMinus(RexCall call) {
        if (call.getOperands().size() != 2 || !SqlTypeUtil.isDatetime(call.getType())) {
            return null;
        }
        RexNode left = call.getOperands().get(0);
        RexNode right = call.getOperands().get(1);
        boolean minus = call.getKind() == SqlKind.MINUS || call.getKind() == SqlKind.CHECKED_MINUS
                || call.getOperator().getName().equals("-");
        if (SqlTypeUtil.isInterval(left.getType())) {
            return add(rex.translate(right), interval(left), call.getType());
        }
        if (!SqlTypeUtil.isInterval(right.getType())) {
            return null;
        }
        Interval amount = interval(right);
        return add(rex.translate(left), minus ? negated(amount) : amount, call.getType());
    }

    private Expression add(Expression value, Interval interval, RelDataType type) {
        ColumnType result = value.type().kind() == Kind.DATE ? ColumnTypes.toColumn(type) : value.type();
        Expression start = result.kind() == value.type().kind() ? value : Coercion.to(value, result);
        ScalarFunction function = interval.months() ? ScalarFunction.ADD_MONTHS : ScalarFunction.ADD_MICROS;
        return new Expression.Call(function, List.of(start, interval.amount()), result);
    }

    private Interval interval(RexNode node) {
        boolean months = isMonths(node.getType());
        if (node instanceof RexLiteral literal) {
            if (literal.isNull()) {
                return new Interval(months, new Expression.Literal(null, ColumnType.LONG));
            }
            BigDecimal value = literal.getValueAs(BigDecimal.class);
            return new Interval(months, number(months ? value.longValueExact()
                    : value.multiply(BigDecimal.valueOf(MICROS_PER_MILLI)).longValue()));
        }
        if (node instanceof RexCall call) {
            List<RexNode> operands = call.getOperands();
            switch (call.getKind()) {
                case TIMES, CHECKED_TIMES -> {
                    boolean first = SqlTypeUtil.isInterval(operands.get(0).getType());
                    return scaled(ScalarFunction.TIMES, interval(operands.get(first ? 0 : 1)), operands.get(first ? 1 : 0));
                }
                case DIVIDE, CHECKED_DIVIDE -> {
                    return scaled(ScalarFunction.DIVIDE, interval(operands.get(0)), operands.get(1));
                }
                case MINUS_PREFIX, CHECKED_MINUS_PREFIX -> {
                    return negated(interval(operands.getFirst()));
                }
                case CAST -> {
                    if (SqlTypeUtil.isInterval(operands.getFirst().getType())) {
                        return interval(operands.getFirst());
                    }
                }
                default -> { }
            }
        }
        throw RexTranslator.notSupported("interval expression", node.toString());
    }

    private Interval scaled(ScalarFunction function, Interval interval, RexNode factor) {
        Expression by = rex.translate(factor);
        if (by.type().kind() == Kind.INT || by.type().kind() == Kind.LONG) {
            return new Interval(interval.months(), new Expression.Call(
                    function, List.of(interval.amount(), Coercion.to(by, ColumnType.LONG)), ColumnType.LONG));
        }
        Expression product = new Expression.Call(function,
                List.of(Coercion.to(interval.amount(), ColumnType.DOUBLE), Coercion.to(by, ColumnType.DOUBLE)), ColumnType.DOUBLE);
        return new Interval(interval.months(), new Expression.Call(ScalarFunction.CAST, List.of(product), ColumnType.LONG));
    }

    private static Interval negated(Interval interval) {
        Expression amount = interval.amount() instanceof Expression.Literal literal && literal.value() != null
                ? number(-(Long) literal.value())
                : new Expression.Call(ScalarFunction.NEGATE, List.of(interval.amount()), ColumnType.LONG);
        return new Interval(interval.months(), amount);
    }

    private static boolean isMonths(RelDataType type) {
        SqlTypeName name = type.getSqlTypeName();
        return name == SqlTypeName.INTERVAL_YEAR || name == SqlTypeName.INTERVAL_YEAR_MONTH || name == SqlTypeName.INTERVAL_MONTH;
    }

    private static Expression.Literal number(long value) {
        return new Expression.Literal(value, ColumnType.LONG);
    }

    // Between zoned and zoneless values: a shift by the session zone's offset.

    /// `value` ready for a cast to `type`: what crosses the line between zoned and zoneless is shifted.
    Expression crossing(Expression value, ColumnType type) {
        boolean from = Coercion.isZoned(value.type().kind());
        boolean to = Coercion.isZoned(type.kind());
        if (from && (Coercion.isMoment(type.kind()) || type.kind() == Kind.TIME) && !to) {
            return toLocal(value);
        }
        if (to && !from && Coercion.isMoment(value.type().kind())) {
            Expression timestamp = value.type().kind() == Kind.DATE ? Coercion.to(value, ColumnType.TIMESTAMP) : value;
            return fromLocal(timestamp, type);
        }
        return value;
    }

    /// `value` as it is to be compared with `other`.
    Expression local(Expression value, Expression other) {
        return Coercion.isZoned(other.type().kind()) && !Coercion.isZoned(value.type().kind())
                && Coercion.isMoment(value.type().kind()) ? crossing(value, other.type()) : value;
    }

    private Expression toLocal(Expression value) {
        if (!Coercion.isZoned(value.type().kind())) {
            return value;
        }
        ColumnType local = value.type().kind() == Kind.TIMESTAMP_TZ ? ColumnType.TIMESTAMP : ColumnType.TIMESTAMP_NS;
        return shifted(Coercion.to(value, local), offsetMicros());
    }

    private Expression fromLocal(Expression value, ColumnType type) {
        return Coercion.to(shifted(value, -offsetMicros()), type);
    }

    private static Expression shifted(Expression value, long micros) {
        return micros == 0 ? value : new Expression.Call(ScalarFunction.ADD_MICROS, List.of(value, number(micros)), value.type());
    }

    private long offsetMicros() {
        if (!zone.getRules().isFixedOffset()) {
            throw NarwhalException.of(ErrorCode.NOT_SUPPORTED,
                    "Casts between zoned and zoneless timestamps need a session zone with a fixed offset; the session's is [%s]", zone);
        }
        return zone.getRules().getOffset(Instant.EPOCH).getTotalSeconds() * MICROS_PER_SECOND;
    }
}
