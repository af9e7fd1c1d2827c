package org.narwhaldb.engine.expression;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Int128;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;

/// ROUND, TRUNCATE, FLOOR, CEILING, with or without a number of digits (below 0: left of the point). A double is
/// rounded as the shortest decimal that denotes it, so that ROUND(2.675, 2) is 2.68.
final class Rounding {
    /// Beyond it no digit of a double or decimal is touched, or all are.
    private static final int DIGITS_MAX = 400;

    private Rounding() {}

    static CompiledExpression compile(Call call, List<CompiledExpression> arguments) {
        List<CompiledExpression> operands = new ArrayList<>(arguments);
        ColumnType argument = arguments.getFirst().type();
        if (operands.size() == 2) {
            operands.set(1, Casts.coerce(operands.get(1), ColumnType.LONG));
        }
        if (!Numbers.isNumber(argument)) {
            throw Numbers.unsupported(call.function(), argument);
        }
        RoundingMode mode = switch (call.function()) {
            case ROUND -> RoundingMode.HALF_UP;
            case TRUNCATE -> RoundingMode.DOWN;
            case FLOOR -> RoundingMode.FLOOR;
            default -> RoundingMode.CEILING;
        };
        if (Numbers.isReal(argument)) {
            boolean isFloat = argument.kind() == Kind.FLOAT;
            StrictCall real = new StrictCall(argument, operands,
                    (columns, rowCount, nulls) -> reals(columns, mode, isFloat, rowCount, nulls));
            return Casts.coerce(real, call.type());
        }
        ColumnType exactType = Numbers.isReal(call.type()) ? argument : call.type();
        int scale = argument.kind() == Kind.DECIMAL ? argument.scale() : 0;
        ScalarFunction function = call.function();
        Exact exact = new Exact(function, mode, scale, exactType);
        return Casts.coerce(new StrictCall(exactType, operands, exact), call.type());
    }

    private static int digits(Column[] columns, int row) {
        return columns.length == 1 ? 0
                : Math.clamp(((LongColumn) columns[1]).values()[row], -DIGITS_MAX, DIGITS_MAX);
    }

    private static Column reals(Column[] columns, RoundingMode mode, boolean isFloat, int rowCount, boolean[] nulls) {
        double[] values = ((DoubleColumn) columns[0]).values();
        double[] result = new double[rowCount];
        for (int row = 0; row < rowCount; row++) {
            if (!Nulls.isNull(nulls, row)) {
                int digits = digits(columns, row);
                result[row] = digits == 0 ? toWhole(values[row], mode) : round(values[row], digits, mode, isFloat);
            }
        }
        return new DoubleColumn(result, nulls);
    }

    private static double toWhole(double value, RoundingMode mode) {
        double size = Math.floor(Math.abs(value));
        return switch (mode) {
            case FLOOR -> Math.floor(value);
            case CEILING -> Math.ceil(value);
            case DOWN -> Math.copySign(size, value);
            default -> Math.copySign(Math.abs(value) - size >= 0.5 ? size + 1 : size, value);
        };
    }

    private static double round(double value, int digits, RoundingMode mode, boolean isFloat) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return value;
        }
        BigDecimal exact = isFloat ? new BigDecimal(Float.toString((float) value)) : BigDecimal.valueOf(value);
        if (exact.scale() <= digits) {
            return value;
        }
        BigDecimal rounded = exact.setScale(digits, mode);
        return isFloat ? rounded.floatValue() : rounded.doubleValue();
    }

    /// Integers and decimals.
    private record Exact(ScalarFunction function, RoundingMode mode, int scale, ColumnType type) implements Kernel {
        @Override
        public Column apply(Column[] columns, int rowCount, boolean[] nulls) {
            ExactWriter writer = new ExactWriter(type, rowCount);
            Int128 register = new Int128();
            for (int row = 0; row < rowCount; row++) {
                if (Nulls.isNull(nulls, row)) {
                    continue;
                }
                int digits = digits(columns, row);
                boolean done;
                int dropped = scale - digits;
                if (dropped <= 0) {
                    Numbers.load(columns[0], row, register);
                    done = writer.put(row, register, scale);
                } else if (columns[0] instanceof LongColumn(long[] values, _) && dropped <= 18 && digits >= 0) {
                    register.set(divide(values[row], PowersOfTen.ofLong(dropped)));
                    done = writer.put(row, register, digits);
                } else {
                    BigDecimal rounded = new BigDecimal(Numbers.unscaled(columns[0], row), scale)
                            .setScale(digits, mode);
                    done = writer.put(row, rounded.setScale(Math.max(digits, 0)).unscaledValue(), Math.max(digits, 0));
                }
                if (!done) {
                    throw Numbers.outOfRange(function, new BigDecimal(Numbers.unscaled(columns[0], row), scale), type);
                }
            }
            return writer.build(nulls);
        }

        private long divide(long value, long divisor) {
            long quotient = value / divisor;
            long remainder = value % divisor;
            return switch (mode) {
                case DOWN -> quotient;
                case FLOOR -> remainder < 0 ? quotient - 1 : quotient;
                case CEILING -> remainder > 0 ? quotient + 1 : quotient;
                default -> Math.abs(remainder) >= divisor - Math.abs(remainder)
                        ? quotient + Long.signum(value) : quotient;
            };
        }
    }
}
