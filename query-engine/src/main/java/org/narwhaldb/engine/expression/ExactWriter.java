package org.narwhaldb.engine.expression;

import java.math.BigInteger;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Int128;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;

/// A column of an exact numeric type under construction: rounds to its scale and refuses what has too many digits.
final class ExactWriter {
    private final int scale;
    private final long minHigh;
    private final long minLow;
    private final long maxHigh;
    private final long maxLow;
    private final long[] high;
    private final long[] low;
    private final Int128 register = new Int128();

    ExactWriter(ColumnType type, int rowCount) {
        scale = type.kind() == Kind.DECIMAL ? type.scale() : 0;
        low = new long[rowCount];
        high = type.physical() == Physical.INT128 ? new long[rowCount] : null;
        if (type.kind() == Kind.DECIMAL) {
            Int128 limit = new Int128();
            limit.set(PowersOfTen.high(type.precision()), PowersOfTen.low(type.precision()));
            limit.subtract(0, 1);
            maxHigh = limit.high();
            maxLow = limit.low();
            limit.negate();
            minHigh = limit.high();
            minLow = limit.low();
        } else {
            boolean isInt = type.kind() == Kind.INT;
            maxHigh = 0;
            maxLow = isInt ? Integer.MAX_VALUE : Long.MAX_VALUE;
            minHigh = -1;
            minLow = isInt ? Integer.MIN_VALUE : Long.MIN_VALUE;
        }
    }

    /// Writes a number that has `valueScale` digits after its point; false if it does not fit. Changes the register.
    boolean put(int row, Int128 value, int valueScale) {
        if (valueScale < scale) {
            int factor = scale - valueScale;
            if (factor > PowersOfTen.INT128_EXPONENT_MAX) {
                return put(row, value.toBigInteger(), valueScale);
            }
            if (!value.multiply(PowersOfTen.high(factor), PowersOfTen.low(factor))) {
                return false;
            }
        } else if (valueScale > scale) {
            int divisor = valueScale - scale;
            if (divisor > PowersOfTen.INT128_EXPONENT_MAX) {
                return put(row, value.toBigInteger(), valueScale);
            }
            value.divide(PowersOfTen.high(divisor), PowersOfTen.low(divisor), true);
        }
        long valueHigh = value.high();
        long valueLow = value.low();
        if (Int128.compare(valueHigh, valueLow, minHigh, minLow) < 0
                || Int128.compare(valueHigh, valueLow, maxHigh, maxLow) > 0) {
            return false;
        }
        low[row] = valueLow;
        if (high != null) {
            high[row] = valueHigh;
        }
        return true;
    }

    boolean put(int row, BigInteger value, int valueScale) {
        return register.set(Numbers.rescale(value, valueScale, scale)) && put(row, register, scale);
    }

    boolean put(int row, long value) {
        register.set(value);
        return put(row, register, 0);
    }

    Column build(boolean[] nulls) {
        return high == null ? new LongColumn(low, nulls) : new Int128Column(high, low, nulls);
    }
}
