package org.narwhaldb.engine.expression;

import java.util.List;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// EXTRACT, DATE_TRUNC, ADD_MONTHS, ADD_MICROS, TIMESTAMP_DIFF. A time with zone is taken in UTC; the planner shifts
/// it.
final class DateFunctions {
    private static final ColumnType SECONDS = ColumnType.decimal(18, 6);

    private DateFunctions() {}

    static CompiledExpression compile(Call call, List<CompiledExpression> arguments) {
        return switch (call.function()) {
            case EXTRACT -> extract(call, arguments);
            case DATE_TRUNC -> truncate(call, arguments);
            case ADD_MONTHS -> addMonths(call, arguments);
            case ADD_MICROS -> addMicros(call, arguments);
            default -> difference(call, arguments);
        };
    }

    private static CompiledExpression extract(Call call, List<CompiledExpression> arguments) {
        byte[] name = TextTests.literal(call, arguments, 0);
        CompiledExpression source = arguments.get(1);
        requireTime(call, source.type(), true);
        if (name == null) {
            return new ConstantExpression(null, call.type());
        }
        DateUnit unit = DateUnit.of(name, call.function());
        Ticks ticks = Ticks.of(source.type());
        boolean fractional = unit == DateUnit.EPOCH || unit == DateUnit.SECOND;
        if (fractional && !Numbers.isInteger(call.type()) && !ticks.isDays()) {
            return seconds(call, unit, source, ticks);
        }
        if (source.type().kind() == Kind.TIME && unit.micros() == 0 && unit != DateUnit.EPOCH) {
            throw Numbers.unsupported(call.function(), source.type());
        }
        LongUnaryOperator field = DateFields.extract(unit, ticks);
        return Casts.coerce(map(call, ColumnType.LONG, source, field), call.type());
    }

    /// EPOCH and SECOND with their fraction.
    private static CompiledExpression seconds(Call call, DateUnit unit, CompiledExpression source, Ticks ticks) {
        ColumnType type = call.type();
        long modulus = unit == DateUnit.SECOND ? ticks.perSecond() * 60 : 0;
        if (Numbers.isReal(type)) {
            return Casts.coerce(new StrictCall(ColumnType.DOUBLE, List.of(source), (columns, rowCount, nulls) -> {
                long[] values = ((LongColumn) columns[0]).values();
                double[] result = new double[rowCount];
                for (int row = 0; row < rowCount; row++) {
                    long value = modulus == 0 ? values[row] : Math.floorMod(values[row], modulus);
                    result[row] = value / (double) ticks.perSecond();
                }
                return new DoubleColumn(result, nulls);
            }), type);
        }
        return Casts.coerce(map(call, SECONDS, source, value -> Math.floorDiv(
                modulus == 0 ? value : Math.floorMod(value, modulus), ticks.perMicro())), type);
    }

    private static CompiledExpression truncate(Call call, List<CompiledExpression> arguments) {
        byte[] name = TextTests.literal(call, arguments, 0);
        requireTime(call, arguments.get(1).type(), true);
        requireTime(call, call.type(), true);
        if (name == null) {
            return new ConstantExpression(null, call.type());
        }
        CompiledExpression source = Casts.coerce(arguments.get(1), call.type());
        LongUnaryOperator floor = DateFields.truncate(DateUnit.of(name, call.function()), Ticks.of(call.type()));
        return map(call, call.type(), source, floor);
    }

    private static CompiledExpression addMonths(Call call, List<CompiledExpression> arguments) {
        requireTime(call, arguments.getFirst().type(), false);
        requireTime(call, call.type(), false);
        CompiledExpression source = Casts.coerce(arguments.getFirst(), call.type());
        Ticks ticks = Ticks.of(call.type());
        return map(call, source, Casts.coerce(arguments.get(1), ColumnType.LONG), (value, months) -> {
            long day = DateFields.addMonths(ticks.day(value), months);
            return ticks.isDays() ? inDateRange(day)
                    : Math.addExact(Math.multiplyExact(day, ticks.perDay()), ticks.inDay(value));
        });
    }

    private static CompiledExpression addMicros(Call call, List<CompiledExpression> arguments) {
        ColumnType from = arguments.getFirst().type();
        requireTime(call, from, true);
        requireTime(call, call.type(), true);
        CompiledExpression micros = Casts.coerce(arguments.get(1), ColumnType.LONG);
        if (call.type().kind() == Kind.DATE && from.kind() == Kind.DATE) {
            return map(call, arguments.getFirst(), micros, (day, added) ->
                    inDateRange(Math.addExact(day, Math.floorDiv(added, DateUnit.DAY.micros()))));
        }
        if (call.type().kind() == Kind.DATE) {
            Call sum = new Call(ScalarFunction.ADD_MICROS, call.arguments(), from);
            return Casts.coerce(addMicros(sum, arguments), ColumnType.DATE);
        }
        Ticks ticks = Ticks.of(call.type());
        boolean isTime = call.type().kind() == Kind.TIME;
        return map(call, Casts.coerce(arguments.getFirst(), call.type()), micros, (value, added) -> {
            long sum = Math.addExact(value, Math.multiplyExact(added, ticks.perMicro()));
            return isTime ? Math.floorMod(sum, ticks.perDay()) : sum;
        });
    }

    private static CompiledExpression difference(Call call, List<CompiledExpression> arguments) {
        byte[] name = TextTests.literal(call, arguments, 0);
        List<CompiledExpression> operands = arguments.subList(1, 3);
        operands.forEach(operand -> requireTime(call, operand.type(), true));
        if (name == null) {
            return new ConstantExpression(null, call.type());
        }
        operands = Comparisons.unify(operands);
        LongBinaryOperator operator =
                DateFields.difference(DateUnit.of(name, call.function()), Ticks.of(operands.getFirst().type()));
        Call longs = new Call(call.function(), call.arguments(), ColumnType.LONG);
        return Casts.coerce(map(longs, operands.get(0), operands.get(1), operator), call.type());
    }

    private static void requireTime(Call call, ColumnType type, boolean timeOfDay) {
        if (timeOfDay ? !Ticks.isDateOrTime(type) : !Ticks.isDateOrTimestamp(type)) {
            throw Numbers.unsupported(call.function(), type);
        }
    }

    private static long inDateRange(long day) {
        return Math.toIntExact(day);
    }

    private static CompiledExpression map(
            Call call, ColumnType type, CompiledExpression source, LongUnaryOperator operator) {
        return new StrictCall(type, List.of(source), (columns, rowCount, nulls) -> {
            long[] values = ((LongColumn) columns[0]).values();
            long[] result = new long[rowCount];
            for (int row = 0; row < rowCount; row++) {
                if (Nulls.isNull(nulls, row)) {
                    continue;
                }
                try {
                    result[row] = operator.applyAsLong(values[row]);
                } catch (ArithmeticException e) {
                    throw outOfRange(call, Long.toString(values[row]), e);
                }
            }
            return new LongColumn(result, nulls);
        });
    }

    private static NarwhalException outOfRange(Call call, String arguments, ArithmeticException cause) {
        return new NarwhalException(ErrorCode.DATETIME_OUT_OF_RANGE, "%s of [%s]: the result does not fit %s".formatted(
                call.function(), arguments, call.type()), cause);
    }

    private static CompiledExpression map(
            Call call, CompiledExpression left, CompiledExpression right, LongBinaryOperator operator) {
        return new StrictCall(call.type(), List.of(left, right),
                (columns, rowCount, nulls) -> map(call, columns, rowCount, nulls, operator));
    }

    private static Column map(Call call, Column[] columns, int rowCount, boolean[] nulls, LongBinaryOperator operator) {
        long[] a = ((LongColumn) columns[0]).values();
        long[] b = ((LongColumn) columns[1]).values();
        long[] result = new long[rowCount];
        for (int row = 0; row < rowCount; row++) {
            if (Nulls.isNull(nulls, row)) {
                continue;
            }
            try {
                result[row] = operator.applyAsLong(a[row], b[row]);
            } catch (ArithmeticException e) {
                throw outOfRange(call, a[row] + ", " + b[row], e);
            }
        }
        return new LongColumn(result, nulls);
    }
}
