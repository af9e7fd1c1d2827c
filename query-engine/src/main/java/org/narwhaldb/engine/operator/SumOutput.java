package org.narwhaldb.engine.operator;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Int128;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Builds the column of a sum or an average from exact numbers, and refuses what its type cannot hold.
///
/// @param name of the call, for messages
/// @param type of the column
/// @param scale of the numbers that come in
record SumOutput(String name, ColumnType type, int scale) {
    private static final int SHIFT_MAX = 18;

    /// Values by group; null for NULL.
    interface Values {
        BigDecimal at(int group);
    }

    /// Sums as they are; the common case of small numbers makes no object.
    Column sums(ExactSum sums, boolean zeroIfEmpty, int from, int count) {
        boolean isPlain = type.physical() != ColumnType.Physical.DOUBLE
                && (type.kind() != ColumnType.Kind.DECIMAL || type.scale() == scale);
        if (!isPlain) {
            return build(group -> sums.isSeen(group) ? new BigDecimal(sums.value(group), scale)
                    : empty(zeroIfEmpty), from, count);
        }
        boolean isWide = type.physical() == ColumnType.Physical.INT128;
        long[] longs = isWide ? sums.longs(from, count) : null;
        if (longs != null) {
            return wide(longs, zeroIfEmpty ? null : sums.unseen(from, count));
        }
        long[] low = new long[count];
        long[] high = isWide ? new long[count] : null;
        boolean[] nulls = null;
        for (int row = 0; row < count; row++) {
            int group = from + row;
            if (!sums.isSeen(group)) {
                if (!zeroIfEmpty) {
                    nulls = nulls == null ? new boolean[count] : nulls;
                    nulls[row] = true;
                }
            } else if (sums.isLong(group) && (isWide || fits(sums.longValue(group)))) {
                low[row] = sums.longValue(group);
                if (isWide) {
                    high[row] = low[row] >> 63;
                }
            } else {
                BigInteger value = checked(sums.value(group));
                low[row] = value.longValue();
                if (isWide) {
                    high[row] = Int128.high(value);
                }
            }
        }
        return isWide ? new Int128Column(high, low, nulls) : new LongColumn(low, nulls);
    }

    private static Column wide(long[] low, boolean[] nulls) {
        long[] high = new long[low.length];
        for (int row = 0; row < high.length; row++) {
            high[row] = low[row] >> 63;
        }
        return new Int128Column(high, low, nulls);
    }

    /// Means, NULL where the count is 0, rounded half up; null if 64 bits may not do.
    Column means(long[] sums, long[] counts) {
        int shift = type.scale() - scale;
        if (type.physical() != ColumnType.Physical.INT128 || shift < 0 || shift > SHIFT_MAX) {
            return null;
        }
        long factor = 1;
        for (int digit = 0; digit < shift; digit++) {
            factor *= 10;
        }
        long limit = Long.MAX_VALUE / factor;
        long[] means = new long[sums.length];
        boolean[] nulls = null;
        for (int row = 0; row < sums.length; row++) {
            if (counts[row] == 0) {
                nulls = nulls == null ? new boolean[sums.length] : nulls;
                nulls[row] = true;
                continue;
            }
            if (sums[row] > limit || sums[row] < -limit) {
                return null;
            }
            long dividend = sums[row] * factor;
            long quotient = dividend / counts[row];
            long rest = Math.abs(dividend - quotient * counts[row]);
            means[row] = rest < counts[row] - rest ? quotient : quotient + (dividend < 0 ? -1 : 1);
        }
        return wide(means, nulls);
    }

    private static BigDecimal empty(boolean zeroIfEmpty) {
        return zeroIfEmpty ? BigDecimal.ZERO : null;
    }

    private boolean fits(long value) {
        return switch (type.kind()) {
            case LONG -> true;
            case INT -> value == (int) value;
            default -> false;
        };
    }

    /// Rounds half up to the column's scale.
    Column build(Values values, int from, int count) {
        boolean[] nulls = null;
        long[] low = new long[count];
        long[] high = new long[count];
        double[] doubles = new double[count];
        for (int row = 0; row < count; row++) {
            BigDecimal value = values.at(from + row);
            if (value == null) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[row] = true;
            } else if (type.physical() == ColumnType.Physical.DOUBLE) {
                doubles[row] = type.kind() == ColumnType.Kind.FLOAT ? value.floatValue() : value.doubleValue();
            } else {
                BigInteger unscaled = checked(value.setScale(type.scale(), RoundingMode.HALF_UP).unscaledValue());
                low[row] = unscaled.longValue();
                high[row] = Int128.high(unscaled);
            }
        }
        return switch (type.physical()) {
            case DOUBLE -> new DoubleColumn(doubles, nulls);
            case INT128 -> new Int128Column(high, low, nulls);
            case LONG -> new LongColumn(low, nulls);
            case BOOLEAN, BYTES, NESTED -> throw NarwhalException.of(ErrorCode.INVALID_REQUEST,
                    "The aggregate [%s] of numbers cannot have type [%s]", name, type);
        };
    }

    private BigInteger checked(BigInteger value) {
        boolean fits = switch (type.kind()) {
            case INT -> value.bitLength() < Integer.SIZE;
            case DECIMAL -> value.abs().compareTo(BigInteger.TEN.pow(type.precision())) < 0;
            default -> value.bitLength() < Long.SIZE;
        };
        if (!fits) {
            throw NarwhalException.of(ErrorCode.NUMERIC_OUT_OF_RANGE,
                    "The value [%s] of [%s] does not fit [%s]; cast its argument to a wider type",
                            new BigDecimal(value, type.scale()), name, type);
        }
        return value;
    }
}
