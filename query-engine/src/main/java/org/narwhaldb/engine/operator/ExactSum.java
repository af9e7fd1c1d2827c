package org.narwhaldb.engine.operator;

import java.math.BigInteger;
import java.util.Arrays;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;

/// Sums of integers and unscaled decimals. In 64 bits a group until a sum could overflow, by what was added at most; then
/// in 192 bits: no number of rows overflows them.
final class ExactSum {
    /// a batch of numbers below this cannot overflow 64 bits by itself
    private static final long MAGNITUDE_MAX = Long.MAX_VALUE >> 16;

    private final Reservation reservation;
    private final SeenGroups seen;
    /// least significant first; the upper two are there once 64 bits may not do
    private long[] low = new long[0];
    private long[] high = new long[0];
    private long[] top = new long[0];
    private boolean isWide;
    /// no sum is further from 0 than this while it is not wide
    private long bound;

    /// @param mayLag see [SeenGroups]
    ExactSum(boolean mayLag, Reservation reservation) {
        this.reservation = reservation;
        seen = new SeenGroups(mayLag, reservation);
    }

    void reserve(int groups) {
        low = reservation.longs(low, groups);
        seen.reserve(groups);
        if (isWide) {
            high = reservation.longs(high, groups);
            top = reservation.longs(top, groups);
        }
    }

    void add(Column column, int[] groups, int count) {
        boolean[] nulls = column.nulls();
        switch (column) {
            case LongColumn longs -> addLongs(longs.values(), nulls, groups, count);
            case Int128Column numbers when isLongs(numbers, count) -> addLongs(numbers.low(), nulls, groups, count);
            case Int128Column numbers -> {
                widen();
                addWide(numbers, groups, count);
            }
            case Column.BooleanColumn _, Column.DoubleColumn _, Column.BytesColumn _, Column.NestedColumn _ ->
                    throw new IllegalStateException("An exact sum of " + column.getClass().getSimpleName());
        }
        seen.mark(nulls, groups, count);
    }

    /// Whether no number of the batch needs more than 64 bits.
    private static boolean isLongs(Int128Column column, int count) {
        long[] upper = column.high();
        long[] lower = column.low();
        long difference = 0;
        for (int row = 0; row < count; row++) {
            difference |= upper[row] ^ lower[row] >> 63;
        }
        return difference == 0;
    }

    private void addLongs(long[] values, boolean[] nulls, int[] groups, int count) {
        if (!isWide) {
            long magnitude = magnitude(values, nulls, count);
            if (magnitude > MAGNITUDE_MAX || bound > Long.MAX_VALUE - magnitude * count) {
                widen();
            } else {
                bound += magnitude * count;
            }
        }
        if (isWide) {
            for (int row = 0; row < count; row++) {
                if (nulls == null || !nulls[row]) {
                    addTo(groups[row], values[row] >> 63, values[row]);
                }
            }
        } else if (nulls != null) {
            for (int row = 0; row < count; row++) {
                low[groups[row]] += nulls[row] ? 0 : values[row];
            }
        } else if (groups == Accumulator.ONE_GROUP) {
            long sum = 0;
            for (int row = 0; row < count; row++) {
                sum += values[row];
            }
            low[0] += sum;
        } else {
            for (int row = 0; row < count; row++) {
                low[groups[row]] += values[row];
            }
        }
    }

    /// No value is further from 0; Long.MAX_VALUE for the least long.
    private static long magnitude(long[] values, boolean[] nulls, int count) {
        long min = 0;
        long max = 0;
        if (nulls == null) {
            for (int row = 0; row < count; row++) {
                min = Math.min(min, values[row]);
                max = Math.max(max, values[row]);
            }
        } else {
            for (int row = 0; row < count; row++) {
                min = nulls[row] ? min : Math.min(min, values[row]);
                max = nulls[row] ? max : Math.max(max, values[row]);
            }
        }
        return Math.max(max, min == Long.MIN_VALUE ? Long.MAX_VALUE : -min);
    }

    private void widen() {
        if (!isWide) {
            isWide = true;
            high = reservation.longs(high, low.length);
            top = reservation.longs(top, low.length);
            for (int group = 0; group < low.length; group++) {
                high[group] = low[group] >> 63;
                top[group] = high[group];
            }
        }
    }

    private void addWide(Int128Column column, int[] groups, int count) {
        for (int row = 0; row < count; row++) {
            if (!column.isNull(row)) {
                addTo(groups[row], column.high()[row], column.low()[row]);
            }
        }
    }

    private void addTo(int group, long valueHigh, long valueLow) {
        long sumLow = low[group] + valueLow;
        long carry = Long.compareUnsigned(sumLow, valueLow) < 0 ? 1 : 0;
        low[group] = sumLow;
        long before = high[group];
        long sumHigh = before + valueHigh;
        long carryHigh = Long.compareUnsigned(sumHigh, before) < 0 ? 1 : 0;
        long carried = sumHigh + carry;
        carryHigh += carry == 1 && carried == 0 ? 1 : 0;
        high[group] = carried;
        top[group] += (valueHigh >> 63) + carryHigh;
    }

    boolean isSeen(int group) {
        return seen.isSeen(group);
    }

    boolean[] unseen(int from, int count) {
        return seen.unseen(from, count);
    }

    /// The sums of groups `[from, from + count)` if none ever needed more than 64 bits, else null.
    long[] longs(int from, int count) {
        return isWide ? null : Arrays.copyOfRange(low, from, from + count);
    }

    /// Whether the sum is one of 64 bits, the usual case.
    boolean isLong(int group) {
        long sign = low[group] >> 63;
        return !isWide || high[group] == sign && top[group] == sign;
    }

    long longValue(int group) {
        return low[group];
    }

    BigInteger value(int group) {
        if (isLong(group)) {
            return BigInteger.valueOf(low[group]);
        }
        BigInteger value = BigInteger.valueOf(top[group]);
        return value.shiftLeft(64).add(unsigned(high[group])).shiftLeft(64).add(unsigned(low[group]));
    }

    private static BigInteger unsigned(long word) {
        BigInteger value = BigInteger.valueOf(word & Long.MAX_VALUE);
        return word < 0 ? value.setBit(63) : value;
    }
}
