package org.narwhaldb.engine.expression;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Int128;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;

/// Exact decimal arithmetic: the exact result, rounded half away from zero to the call's scale. On longs where the
/// operands' digits prove that nothing can overflow, else in 128 bits, and in BigInteger for the rows whose
/// intermediate results need more.
final class DecimalArithmetic {
    private final ScalarFunction function;
    private final ColumnType type;
    private final int leftScale;
    private final int rightScale;
    private final int scale;

    private DecimalArithmetic(ScalarFunction function, ColumnType left, ColumnType right, ColumnType type) {
        this.function = function;
        this.type = type;
        this.leftScale = scale(left);
        this.rightScale = scale(right);
        this.scale = scale(type);
    }

    static Kernel kernel(ScalarFunction function, ColumnType left, ColumnType right, ColumnType type) {
        DecimalArithmetic arithmetic = new DecimalArithmetic(function, left, right, type);
        int common = Math.max(arithmetic.leftScale, arithmetic.rightScale);
        int leftDigits = Numbers.digits(left) + common - arithmetic.leftScale;
        int rightDigits = Numbers.digits(right) + common - arithmetic.rightScale;
        boolean longs = left.physical() == Physical.LONG && right.physical() == Physical.LONG;
        boolean sum = function == ScalarFunction.PLUS || function == ScalarFunction.MINUS;
        if (longs && sum && type.physical() == Physical.LONG && arithmetic.scale == common
                && Math.max(leftDigits, rightDigits) <= PowersOfTen.LONG_EXPONENT_MAX) {
            return arithmetic::addLongs;
        }
        boolean exactProduct = function == ScalarFunction.TIMES
                && arithmetic.scale == arithmetic.leftScale + arithmetic.rightScale;
        int productDigits = Numbers.digits(left) + Numbers.digits(right);
        if (longs && exactProduct && productDigits <= Numbers.digits(type) && type.kind() == Kind.DECIMAL) {
            return type.physical() == Physical.LONG ? arithmetic::multiplyToLongs : arithmetic::multiplyToInt128;
        }
        boolean exactSum = sum && arithmetic.scale == common && common - arithmetic.leftScale <= PowersOfTen.LONG_EXPONENT_MAX
                && common - arithmetic.rightScale <= PowersOfTen.LONG_EXPONENT_MAX;
        if (exactSum) {
            return arithmetic::addIfSmall;
        }
        return exactProduct ? arithmetic::multiplyIfSmall : arithmetic::general;
    }

    private static int scale(ColumnType type) {
        return type.kind() == Kind.DECIMAL ? type.scale() : 0;
    }

    private Column addLongs(Column[] arguments, int rowCount, boolean[] nulls) {
        long[] a = ((LongColumn) arguments[0]).values();
        long[] b = ((LongColumn) arguments[1]).values();
        long leftFactor = PowersOfTen.ofLong(scale - leftScale);
        long rightFactor = PowersOfTen.ofLong(scale - rightScale) * (function == ScalarFunction.PLUS ? 1 : -1);
        long limit = type.kind() == Kind.DECIMAL ? PowersOfTen.ofLong(type.precision()) - 1
                : type.kind() == Kind.INT ? Integer.MAX_VALUE : Long.MAX_VALUE >> 1;
        long[] result = new long[rowCount];
        long excess = 0;
        for (int row = 0; row < rowCount; row++) {
            long sum = a[row] * leftFactor + b[row] * rightFactor;
            excess |= (limit - sum) | (limit + sum);
            result[row] = sum;
        }
        if (excess < 0) {
            return general(arguments, rowCount, nulls);
        }
        return new LongColumn(result, nulls);
    }

    private Column multiplyToLongs(Column[] arguments, int rowCount, boolean[] nulls) {
        long[] a = ((LongColumn) arguments[0]).values();
        long[] b = ((LongColumn) arguments[1]).values();
        long[] result = new long[rowCount];
        for (int row = 0; row < rowCount; row++) {
            result[row] = a[row] * b[row];
        }
        return new LongColumn(result, nulls);
    }

    /// In 64 bits if the batch's numbers are small enough.
    private Column addIfSmall(Column[] arguments, int rowCount, boolean[] nulls) {
        long[] a = SmallNumbers.longs(arguments[0], rowCount);
        long[] b = a == null ? null : SmallNumbers.longs(arguments[1], rowCount);
        if (b == null) {
            return general(arguments, rowCount, nulls);
        }
        long leftFactor = PowersOfTen.ofLong(scale - leftScale);
        long rightFactor = PowersOfTen.ofLong(scale - rightScale);
        long left = SmallNumbers.product(SmallNumbers.magnitude(a, rowCount), leftFactor);
        long right = SmallNumbers.product(SmallNumbers.magnitude(b, rowCount), rightFactor);
        if (left > limit() - right) {
            return general(arguments, rowCount, nulls);
        }
        long sign = function == ScalarFunction.PLUS ? rightFactor : -rightFactor;
        long[] result = new long[rowCount];
        for (int row = 0; row < rowCount; row++) {
            result[row] = a[row] * leftFactor + b[row] * sign;
        }
        return SmallNumbers.column(result, type, nulls);
    }

    /// In 64 bits if the batch's numbers are small enough.
    private Column multiplyIfSmall(Column[] arguments, int rowCount, boolean[] nulls) {
        Column product = smallProduct(arguments, rowCount, nulls);
        return product != null ? product : general(arguments, rowCount, nulls);
    }

    private Column smallProduct(Column[] arguments, int rowCount, boolean[] nulls) {
        long[] a = SmallNumbers.longs(arguments[0], rowCount);
        long[] b = a == null ? null : SmallNumbers.longs(arguments[1], rowCount);
        if (b == null || SmallNumbers.product(
                SmallNumbers.magnitude(a, rowCount), SmallNumbers.magnitude(b, rowCount)) > limit()) {
            return null;
        }
        long[] result = new long[rowCount];
        for (int row = 0; row < rowCount; row++) {
            result[row] = a[row] * b[row];
        }
        return SmallNumbers.column(result, type, nulls);
    }

    /// What a result may be at most; less than the largest long, which stands for too much.
    private long limit() {
        return switch (type.kind()) {
            case DECIMAL -> type.precision() <= PowersOfTen.LONG_EXPONENT_MAX
                    ? PowersOfTen.ofLong(type.precision()) - 1 : Long.MAX_VALUE - 1;
            case INT -> Integer.MAX_VALUE;
            default -> Long.MAX_VALUE - 1;
        };
    }

    private Column multiplyToInt128(Column[] arguments, int rowCount, boolean[] nulls) {
        Column product = smallProduct(arguments, rowCount, nulls);
        if (product != null) {
            return product;
        }
        long[] a = ((LongColumn) arguments[0]).values();
        long[] b = ((LongColumn) arguments[1]).values();
        long[] high = new long[rowCount];
        long[] low = new long[rowCount];
        for (int row = 0; row < rowCount; row++) {
            high[row] = Math.multiplyHigh(a[row], b[row]);
            low[row] = a[row] * b[row];
        }
        return new Int128Column(high, low, nulls);
    }

    private Column general(Column[] arguments, int rowCount, boolean[] nulls) {
        ExactWriter writer = new ExactWriter(type, rowCount);
        Int128 left = new Int128();
        Int128 right = new Int128();
        for (int row = 0; row < rowCount; row++) {
            if (Nulls.isNull(nulls, row)) {
                continue;
            }
            Numbers.load(arguments[0], row, left);
            Numbers.load(arguments[1], row, right);
            boolean done = switch (function) {
                case PLUS, MINUS -> add(left, right, writer, row);
                case TIMES -> left.multiply(right.high(), right.low())
                        && writer.put(row, left, leftScale + rightScale);
                case DIVIDE -> divide(left, right, writer, row);
                default -> false;
            };
            if (!done) {
                exact(arguments, writer, row);
            }
        }
        return writer.build(nulls);
    }

    private boolean add(Int128 left, Int128 right, ExactWriter writer, int row) {
        int common = Math.max(leftScale, rightScale);
        if (!multiply(left, common - leftScale) || !multiply(right, common - rightScale)) {
            return false;
        }
        boolean fits = function == ScalarFunction.PLUS
                ? left.add(right.high(), right.low()) : left.subtract(right.high(), right.low());
        return fits && writer.put(row, left, common);
    }

    private boolean divide(Int128 left, Int128 right, ExactWriter writer, int row) {
        if (right.high() == 0 && right.low() == 0) {
            return false;
        }
        int factor = scale - leftScale + rightScale;
        if (factor >= 0 ? !multiply(left, factor) : !multiply(right, -factor)) {
            return false;
        }
        left.divide(right.high(), right.low(), true);
        return writer.put(row, left, scale);
    }

    private static boolean multiply(Int128 register, int exponent) {
        return exponent == 0 || (exponent <= PowersOfTen.INT128_EXPONENT_MAX
                && register.multiply(PowersOfTen.high(exponent), PowersOfTen.low(exponent)));
    }

    /// The rows for which 128 bits are not enough on the way, and those that are errors.
    private void exact(Column[] arguments, ExactWriter writer, int row) {
        BigDecimal a = new BigDecimal(Numbers.unscaled(arguments[0], row), leftScale);
        BigDecimal b = new BigDecimal(Numbers.unscaled(arguments[1], row), rightScale);
        boolean divides = function == ScalarFunction.DIVIDE || function == ScalarFunction.MODULO;
        if (divides && b.signum() == 0) {
            throw Numbers.divisionByZero(function, a.toPlainString());
        }
        BigDecimal result = switch (function) {
            case PLUS -> a.add(b);
            case MINUS -> a.subtract(b);
            case TIMES -> a.multiply(b);
            case DIVIDE -> a.divide(b, scale, RoundingMode.HALF_UP);
            default -> a.remainder(b);
        };
        BigInteger unscaled = result.setScale(scale, RoundingMode.HALF_UP).unscaledValue();
        if (!writer.put(row, unscaled, scale)) {
            throw Numbers.outOfRange(function, result.toPlainString(), type);
        }
    }
}
