package org.narwhaldb.engine.expression;

import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Physical;

/// Exact numbers of a batch that all fit 64 bits, whatever their type's precision: what most decimals are. What stands in
/// rows that are NULL counts too: it can only make a batch seem larger than it is.
final class SmallNumbers {
    private SmallNumbers() {}

    /// The numbers; null if one has over 64 bits.
    static long[] longs(Column column, int rowCount) {
        if (column instanceof LongColumn(long[] values, _)) {
            return values;
        }
        Int128Column wide = (Int128Column) column;
        long[] high = wide.high();
        long[] low = wide.low();
        long difference = 0;
        for (int row = 0; row < rowCount; row++) {
            difference |= high[row] ^ low[row] >> 63;
        }
        return difference == 0 ? low : null;
    }

    /// None of the numbers is further from 0; Long.MAX_VALUE if that is not known to be less.
    static long magnitude(long[] values, int rowCount) {
        long min = 0;
        long max = 0;
        for (int row = 0; row < rowCount; row++) {
            min = Math.min(min, values[row]);
            max = Math.max(max, values[row]);
        }
        return Math.max(max, min == Long.MIN_VALUE ? Long.MAX_VALUE : -min);
    }

    /// Of two numbers that are not negative; Long.MAX_VALUE if it is at least that.
    static long product(long a, long b) {
        return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }

    /// A column of an exact type.
    static Column column(long[] values, ColumnType type, boolean[] nulls) {
        if (type.physical() == Physical.LONG) {
            return new LongColumn(values, nulls);
        }
        long[] high = new long[values.length];
        for (int row = 0; row < high.length; row++) {
            high[row] = values[row] >> 63;
        }
        return new Int128Column(high, values, nulls);
    }
}
