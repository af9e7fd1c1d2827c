package org.narwhaldb.engine.operator;

import java.math.BigInteger;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;

/// Sums of integers and unscaled decimals in 192 bits a group: no number of rows overflows them.
final class ExactSum {
    private final Reservation reservation;
    /// least significant first; the top is there once a 128-bit number was added
    private long[] low = new long[0];
    private long[] high = new long[0];
    private long[] top = new long[0];
    private boolean[] seen = new boolean[0];
    private boolean isWide;

    ExactSum(Reservation reservation) {
        this.reservation = reservation;
    }

    void reserve(int groups) {
        low = reservation.longs(low, groups);
        high = reservation.longs(high, groups);
        seen = reservation.booleans(seen, groups);
        if (isWide) {
            top = reservation.longs(top, groups);
        }
    }

    void add(Column column, int[] groups, int count) {
        switch (column) {
            case LongColumn longs -> {
                if (groups == Accumulator.ONE_GROUP) {
                    addAll(longs, count);
                } else {
                    addLongs(longs, groups, count);
                }
            }
            case Int128Column wide -> addWide(wide, groups, count);
            case Column.BooleanColumn _, Column.DoubleColumn _, Column.BytesColumn _, Column.NestedColumn _ ->
                    throw new IllegalStateException("An exact sum of " + column.getClass().getSimpleName());
        }
    }

    private void addAll(LongColumn column, int count) {
        long[] values = column.values();
        boolean[] nulls = column.nulls();
        long sumLow = 0;
        long sumHigh = 0;
        int nullCount = 0;
        for (int row = 0; row < count; row++) {
            long value = values[row];
            if (nulls != null && nulls[row]) {
                nullCount++;
                continue;
            }
            sumLow += value & 0xFFFFFFFFL;
            sumHigh += value >> 32;
        }
        // Two sums of half words cannot overflow in one batch, and need no carry in the loop.
        addTo(0, sumHigh >> 32, sumHigh << 32);
        addTo(0, 0, sumLow);
        seen[0] |= nullCount < count;
    }

    private void addLongs(LongColumn column, int[] groups, int count) {
        long[] values = column.values();
        boolean[] nulls = column.nulls();
        if (isWide) {
            for (int row = 0; row < count; row++) {
                if (nulls == null || !nulls[row]) {
                    addTo(groups[row], values[row] >> 63, values[row]);
                    seen[groups[row]] = true;
                }
            }
            return;
        }
        for (int row = 0; row < count; row++) {
            if (nulls == null || !nulls[row]) {
                int group = groups[row];
                long value = values[row];
                long sum = low[group] + value;
                long carry = ((low[group] & value) | ((low[group] | value) & ~sum)) >>> 63;
                low[group] = sum;
                high[group] += (value >> 63) + carry;
                seen[group] = true;
            }
        }
    }

    private void addWide(Int128Column column, int[] groups, int count) {
        if (!isWide) {
            isWide = true;
            top = reservation.longs(top, low.length);
            for (int group = 0; group < high.length; group++) {
                top[group] = high[group] >> 63;
            }
        }
        for (int row = 0; row < count; row++) {
            if (!column.isNull(row)) {
                addTo(groups[row], column.high()[row], column.low()[row]);
                seen[groups[row]] = true;
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
        if (isWide) {
            top[group] += (valueHigh >> 63) + carryHigh;
        }
    }

    boolean isSeen(int group) {
        return seen[group];
    }

    /// Whether the sum is one of 64 bits, the usual case.
    boolean isLong(int group) {
        long sign = low[group] >> 63;
        return high[group] == sign && (!isWide || top[group] == sign);
    }

    long longValue(int group) {
        return low[group];
    }

    BigInteger value(int group) {
        BigInteger value = BigInteger.valueOf(isWide ? top[group] : high[group] >> 63);
        return value.shiftLeft(64).add(unsigned(high[group])).shiftLeft(64).add(unsigned(low[group]));
    }

    private static BigInteger unsigned(long word) {
        BigInteger value = BigInteger.valueOf(word & Long.MAX_VALUE);
        return word < 0 ? value.setBit(63) : value;
    }
}
