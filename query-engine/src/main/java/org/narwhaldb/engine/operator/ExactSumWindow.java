package org.narwhaldb.engine.operator;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.plan.WindowCall;
import org.narwhaldb.engine.plan.WindowFunction;
import org.narwhaldb.segment.ColumnType;

/// SUM and AVG of integers and decimals over any frame, exactly: the difference of two prefix sums of 192 bits.
final class ExactSumWindow implements WindowEvaluator {
    private final WindowFunction function;
    private final WindowFrames frames;
    private final PresentRows present;
    private final SumOutput output;
    /// sums of the rows before; the number is top, high, low
    private final long[] low;
    private final long[] high;
    /// null where 128 bits are enough
    private final long[] top;

    ExactSumWindow(WindowCall call, WindowRows rows) {
        function = call.function();
        frames = new WindowFrames(call.frame(), rows);
        present = PresentRows.of(List.of(call.arguments().getFirst()), rows);
        output = new SumOutput(call.name(), call.type(), call.arguments().getFirst().type().scale());
        int size = rows.ready();
        boolean isWide = call.arguments().getFirst().type().physical() == ColumnType.Physical.INT128;
        rows.reservation().grow((size + 1L) * (isWide ? 3 : 2) * Long.BYTES);
        low = new long[size + 1];
        high = new long[size + 1];
        top = isWide ? new long[size + 1] : null;
        int argument = WindowFrames.column(call.arguments().getFirst());
        for (int from = 0; from < size; from += Batch.ROWS_MAX) {
            int count = Math.min(Batch.ROWS_MAX, size - from);
            add(rows.range(argument, from, count), from, count);
        }
    }

    private void add(Column column, int from, int count) {
        for (int index = 0; index < count; index++) {
            long valueLow = 0;
            long valueHigh = 0;
            if (!column.isNull(index)) {
                valueLow = column instanceof Int128Column wide ? wide.low()[index] : ((LongColumn) column).values()[index];
                valueHigh = column instanceof Int128Column wide ? wide.high()[index] : valueLow >> 63;
            }
            int row = from + index;
            low[row + 1] = low[row] + valueLow;
            long carry = Long.compareUnsigned(low[row + 1], valueLow) < 0 ? 1 : 0;
            high[row + 1] = high[row] + valueHigh + carry;
            if (top != null) {
                long partial = high[row] + valueHigh;
                long carryTop = (Long.compareUnsigned(partial, valueHigh) < 0 ? 1 : 0)
                        + (Long.compareUnsigned(high[row + 1], carry) < 0 ? 1 : 0);
                top[row + 1] = top[row] + (valueHigh >> 63) + carryTop;
            }
        }
    }

    @Override
    public Column evaluate(WindowBounds bounds) {
        int[] from = new int[bounds.count()];
        int[] to = new int[bounds.count()];
        frames.find(bounds, from, to);
        if (function == WindowFunction.AVG) {
            return output.type().physical() == ColumnType.Physical.DOUBLE ? doubleMeans(from, to) : decimalMeans(from, to);
        }
        Column plain = plainSums(from, to);
        return plain != null ? plain : output.build(row -> isEmpty(from, to, row) ? empty() : sum(from[row], to[row]), 0, from.length);
    }

    private boolean isEmpty(int[] from, int[] to, int row) {
        return present.count(from[row], to[row]) == 0;
    }

    private BigDecimal empty() {
        return function == WindowFunction.SUM_OR_ZERO ? BigDecimal.ZERO : null;
    }

    /// Whether the difference has 64 bits; it is that of `low` then.
    private boolean isLong(int from, int to) {
        long difference = low[to] - low[from];
        long borrow = Long.compareUnsigned(low[to], low[from]) < 0 ? 1 : 0;
        long upper = high[to] - high[from] - borrow;
        if (upper != difference >> 63) {
            return false;
        }
        return top == null || sum(from, to).unscaledValue().bitLength() < Long.SIZE;
    }

    private BigDecimal sum(int from, int to) {
        return new BigDecimal(prefix(to).subtract(prefix(from)), output.scale());
    }

    private BigInteger prefix(int row) {
        BigInteger upper = BigInteger.valueOf(top == null ? high[row] >> 63 : top[row]).shiftLeft(2 * Long.SIZE);
        return upper.add(unsigned(high[row]).shiftLeft(Long.SIZE)).add(unsigned(low[row]));
    }

    private static BigInteger unsigned(long value) {
        BigInteger number = BigInteger.valueOf(value);
        return value < 0 ? number.add(BigInteger.ONE.shiftLeft(Long.SIZE)) : number;
    }

    /// Null if a sum has more than 64 bits, or is not of the column's scale.
    private Column plainSums(int[] from, int[] to) {
        ColumnType type = output.type();
        boolean isWide = type.physical() == ColumnType.Physical.INT128;
        if (top != null || !isWide && type.kind() != ColumnType.Kind.LONG || isWide && type.scale() != output.scale()) {
            return null;
        }
        long[] sums = new long[from.length];
        long[] upper = isWide ? new long[from.length] : null;
        boolean[] nulls = null;
        for (int row = 0; row < sums.length; row++) {
            if (!isLong(from[row], to[row])) {
                return null;
            }
            sums[row] = low[to[row]] - low[from[row]];
            if (isWide) {
                upper[row] = sums[row] >> 63;
            }
            if (function == WindowFunction.SUM && isEmpty(from, to, row)) {
                nulls = nulls == null ? new boolean[sums.length] : nulls;
                nulls[row] = true;
            }
        }
        return isWide ? new Int128Column(upper, sums, nulls) : new LongColumn(sums, nulls);
    }

    private Column decimalMeans(int[] from, int[] to) {
        return output.build(row -> {
            int count = present.count(from[row], to[row]);
            return count == 0 ? null
                    : sum(from[row], to[row]).divide(BigDecimal.valueOf(count), output.type().scale(), RoundingMode.HALF_UP);
        }, 0, from.length);
    }

    private Column doubleMeans(int[] from, int[] to) {
        double[] means = new double[from.length];
        boolean[] nulls = null;
        for (int row = 0; row < means.length; row++) {
            int count = present.count(from[row], to[row]);
            if (count == 0) {
                nulls = nulls == null ? new boolean[means.length] : nulls;
                nulls[row] = true;
            } else if (output.scale() == 0 && isLong(from[row], to[row])) {
                means[row] = (double) (low[to[row]] - low[from[row]]) / count;
            } else {
                means[row] = sum(from[row], to[row]).divide(BigDecimal.valueOf(count), MathContext.DECIMAL128).doubleValue();
            }
        }
        return new DoubleColumn(means, nulls);
    }
}
