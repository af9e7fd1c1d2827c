package org.narwhaldb.engine.scan;

import java.math.BigInteger;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Int128;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.encoding.LongBlock;
import org.narwhaldb.segment.encoding.NarrowInt128;
import org.narwhaldb.segment.encoding.ValueBlock;

/// 128-bit integers in `[low, high]`, or outside it. Blocks that fit in 64 bits are asked as such.
final class Int128RangeTest extends ColumnTest {
    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final int COST = 40;

    private final BigInteger low;
    private final BigInteger high;
    private final boolean negate;

    /// @param low,high of 128 bits, `low` not above `high`
    Int128RangeTest(Segment segment, SegmentColumn column, BigInteger low, BigInteger high, boolean negate) {
        super(segment, column, false);
        this.low = low;
        this.high = high;
        this.negate = negate;
    }

    @Override
    Verdict verdict(BlockStatistics statistics) {
        if (!(statistics.min() instanceof BigInteger min) || !(statistics.max() instanceof BigInteger max)) {
            return Verdict.SOME;
        }
        if (max.compareTo(low) < 0 || min.compareTo(high) > 0) {
            return negate ? Verdict.ALL : Verdict.NONE;
        }
        boolean isInside = low.compareTo(min) <= 0 && max.compareTo(high) <= 0;
        return isInside ? negate ? Verdict.NONE : Verdict.ALL : Verdict.SOME;
    }

    @Override
    void keepValues(ValueBlock values, BlockRows rows) {
        if (!(values instanceof NarrowInt128(LongBlock narrow))) {
            keepRead(rows);
        } else if (low.compareTo(LONG_MAX) > 0 || high.compareTo(LONG_MIN) < 0) {
            Residuals.keepAllIf(negate, rows);
        } else {
            new LongRangeTest(segment(), column(), low.max(LONG_MIN).longValue(), high.min(LONG_MAX).longValue(),
                    negate).keepValues(narrow, rows);
        }
    }

    private void keepRead(BlockRows rows) {
        long lowHigh = Int128.high(low);
        long highHigh = Int128.high(high);
        long[] highs = new long[Batch.ROWS_MAX];
        long[] lows = new long[Batch.ROWS_MAX];
        for (int from = 0; from < rows.rowCount(); from += highs.length) {
            int count = Math.min(highs.length, rows.rowCount() - from);
            column().readInt128(firstRow(rows) + from, count, highs, lows, 0);
            for (int row = 0; row < count; row++) {
                boolean isInside = Int128.compare(highs[row], lows[row], lowHigh, low.longValue()) >= 0
                        && Int128.compare(highs[row], lows[row], highHigh, high.longValue()) <= 0;
                if (isInside == negate) {
                    Bitmaps.clearRange(rows.bitmap(), from + row, from + row + 1);
                }
            }
        }
    }

    @Override
    public int cost() {
        return COST;
    }
}
