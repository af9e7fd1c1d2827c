package org.narwhaldb.engine.scan;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.Filters;
import org.narwhaldb.engine.kernel.PackedFilters;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.encoding.BitPackedLongs;
import org.narwhaldb.segment.encoding.BlockLayout;
import org.narwhaldb.segment.encoding.ConstantLongs;
import org.narwhaldb.segment.encoding.Encoding;
import org.narwhaldb.segment.encoding.FrameOfReferenceLongs;
import org.narwhaldb.segment.encoding.LongBlock;
import org.narwhaldb.segment.encoding.PlainLongs;
import org.narwhaldb.segment.encoding.RunLongs;
import org.narwhaldb.segment.encoding.ValueBlock;

/// Integers in `[low, high]`, or outside it.
final class LongRangeTest extends ColumnTest {
    private static final int COST_PER_BYTE = 4;

    private final long low;
    private final long high;
    private final boolean negate;

    LongRangeTest(Segment segment, SegmentColumn column, long low, long high, boolean negate) {
        super(segment, column, false);
        this.low = low;
        this.high = high;
        this.negate = negate;
    }

    /// Both in one; null if that is no range.
    LongRangeTest and(LongRangeTest other) {
        return column() != other.column() || negate || other.negate ? null : new LongRangeTest(
                segment(), column(), Math.max(low, other.low), Math.min(high, other.high), false);
    }

    @Override
    Verdict verdict(BlockStatistics statistics) {
        if (low > high) {
            return negate ? Verdict.ALL : Verdict.NONE;
        }
        if (!(statistics.min() instanceof Long min) || !(statistics.max() instanceof Long max)) {
            return Verdict.SOME;
        }
        if (max < low || min > high) {
            return negate ? Verdict.ALL : Verdict.NONE;
        }
        return low <= min && max <= high ? negate ? Verdict.NONE : Verdict.ALL : Verdict.SOME;
    }

    private boolean passes(long value) {
        return (low <= value & value <= high) != negate;
    }

    @Override
    void keepValues(ValueBlock values, BlockRows rows) {
        if (low > high) {
            Residuals.keepAllIf(negate, rows);
            return;
        }
        switch (values) {
            case ConstantLongs constant -> Residuals.keepAllIf(passes(constant.value()), rows);
            case FrameOfReferenceLongs residuals ->
                    Residuals.keepValues(residuals.data(), residuals.layout(), low, high, negate, rows);
            // Integers as they are count as residuals over zero.
            case PlainLongs plain -> Residuals.keep(plain.data(),
                    new BlockLayout(Encoding.PLAIN, Long.BYTES, 0, 0, plain.offset()), low, high, negate, rows);
            case RunLongs runs -> keepRuns(runs, rows);
            case BitPackedLongs packed when PackedFilters.isVector() ->
                    PackedRanges.keep(packed.groups(), packed.scale(), low, high, negate, rows);
            case LongBlock other -> keepRead(other, rows);
            default -> throw new IllegalStateException("[%s] holds no integers".formatted(values));
        }
    }

    private void keepRuns(RunLongs runs, BlockRows rows) {
        int start = 0;
        for (int run = 0; run < runs.ends().count(); run++) {
            int end = runs.ends().end(run);
            if (!passes(runs.value(run))) {
                Bitmaps.clearRange(rows.bitmap(), start, end);
            }
            start = end;
        }
    }

    private void keepRead(LongBlock block, BlockRows rows) {
        long[] values = new long[Batch.ROWS_MAX];
        for (int from = 0; from < rows.rowCount(); from += values.length) {
            int count = Math.min(values.length, rows.rowCount() - from);
            block.read(from, count, values, 0);
            Filters.rangeLongs(values, count, low, high - low, negate, from >> 6, rows.bitmap());
        }
    }

    @Override
    public int cost() {
        return COST_PER_BYTE * Integer.BYTES;
    }
}
