package org.narwhaldb.engine.expression;

import java.math.BigInteger;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;

/// Exact integer arithmetic. The loops of +, -, * run over all rows, NULL ones too, and gather a sign of overflow; only
/// if there is one are the rows looked at again.
final class IntegerArithmetic {
    private IntegerArithmetic() {}

    static Kernel kernel(ScalarFunction function, ColumnType type) {
        boolean isInt = type.kind() == Kind.INT;
        return (arguments, rowCount, nulls) -> {
            long[] a = ((LongColumn) arguments[0]).values();
            long[] b = ((LongColumn) arguments[1]).values();
            long[] result = new long[rowCount];
            boolean suspect = switch (function) {
                case PLUS -> add(a, b, result, isInt);
                case MINUS -> subtract(a, b, result, isInt);
                case TIMES -> multiply(a, b, result, isInt);
                case DIVIDE, MODULO -> divide(function, a, b, result, nulls) || isInt;
                default -> throw new IllegalStateException(function + " is no arithmetic");
            };
            if (suspect) {
                check(function, type, arguments, result, nulls);
            }
            return new LongColumn(result, nulls);
        };
    }

    private static boolean add(long[] a, long[] b, long[] result, boolean isInt) {
        long overflow = 0;
        long excess = 0;
        for (int row = 0; row < result.length; row++) {
            long sum = a[row] + b[row];
            overflow |= (a[row] ^ sum) & (b[row] ^ sum);
            excess |= sum ^ (int) sum;
            result[row] = sum;
        }
        return overflow < 0 || (isInt && excess != 0);
    }

    private static boolean subtract(long[] a, long[] b, long[] result, boolean isInt) {
        long overflow = 0;
        long excess = 0;
        for (int row = 0; row < result.length; row++) {
            long difference = a[row] - b[row];
            overflow |= (a[row] ^ b[row]) & (a[row] ^ difference);
            excess |= difference ^ (int) difference;
            result[row] = difference;
        }
        return overflow < 0 || (isInt && excess != 0);
    }

    private static boolean multiply(long[] a, long[] b, long[] result, boolean isInt) {
        long overflow = 0;
        long excess = 0;
        for (int row = 0; row < result.length; row++) {
            long product = a[row] * b[row];
            overflow |= Math.multiplyHigh(a[row], b[row]) ^ (product >> 63);
            excess |= product ^ (int) product;
            result[row] = product;
        }
        return overflow != 0 || (isInt && excess != 0);
    }

    /// Whether a quotient may have left 64 bits.
    private static boolean divide(ScalarFunction function, long[] a, long[] b, long[] result, boolean[] nulls) {
        boolean divide = function == ScalarFunction.DIVIDE;
        boolean suspect = false;
        for (int row = 0; row < result.length; row++) {
            if (Nulls.isNull(nulls, row)) {
                continue;
            }
            if (b[row] == 0) {
                throw Numbers.divisionByZero(function, a[row]);
            }
            suspect |= divide && b[row] == -1 && a[row] == Long.MIN_VALUE;
            result[row] = divide ? a[row] / b[row] : a[row] % b[row];
        }
        return suspect;
    }

    private static void check(
            ScalarFunction function, ColumnType type, Column[] arguments, long[] result, boolean[] nulls) {
        for (int row = 0; row < result.length; row++) {
            if (Nulls.isNull(nulls, row)) {
                continue;
            }
            BigInteger a = Numbers.unscaled(arguments[0], row);
            BigInteger b = Numbers.unscaled(arguments[1], row);
            BigInteger exact = switch (function) {
                case PLUS -> a.add(b);
                case MINUS -> a.subtract(b);
                case TIMES -> a.multiply(b);
                case DIVIDE -> a.divide(b);
                default -> a.remainder(b);
            };
            if (exact.bitLength() > (type.kind() == Kind.INT ? 31 : 63)) {
                throw Numbers.outOfRange(function, exact, type);
            }
        }
    }
}
