package org.narwhaldb.engine.scan;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.encoding.BitmapBooleans;
import org.narwhaldb.segment.encoding.ConstantBooleans;
import org.narwhaldb.segment.encoding.ValueBlock;

/// A column of booleans that has to be TRUE, or has to be FALSE.
final class BooleanTest extends ColumnTest {
    private final boolean wanted;

    BooleanTest(Segment segment, SegmentColumn column, boolean wanted) {
        super(segment, column, false);
        this.wanted = wanted;
    }

    @Override
    Verdict verdict(BlockStatistics statistics) {
        if (statistics.min() == null || !statistics.min().equals(statistics.max())) {
            return Verdict.SOME;
        }
        return statistics.min().equals(wanted) ? Verdict.ALL : Verdict.NONE;
    }

    @Override
    void keepValues(ValueBlock values, BlockRows rows) {
        switch (values) {
            case BitmapBooleans bitmap -> Bitmaps.clear(rows.bitmap(), bitmap, !wanted, rows.words());
            case ConstantBooleans constant -> {
                if (constant.value() != wanted) {
                    rows.clear();
                }
            }
            default -> keepRead(rows);
        }
    }

    private void keepRead(BlockRows rows) {
        boolean[] values = new boolean[Batch.ROWS_MAX];
        for (int from = 0; from < rows.rowCount(); from += values.length) {
            int count = Math.min(values.length, rows.rowCount() - from);
            column().readBooleans(firstRow(rows) + from, count, values, 0);
            for (int row = 0; row < count; row++) {
                if (values[row] != wanted) {
                    Bitmaps.clearRange(rows.bitmap(), from + row, from + row + 1);
                }
            }
        }
    }

    @Override
    public int cost() {
        return 1;
    }
}
