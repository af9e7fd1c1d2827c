package org.narwhaldb.engine.scan;

import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.encoding.BitmapBooleans;

/// IS NULL or IS NOT NULL.
record NullTest(Segment segment, SegmentColumn column, boolean isNull) implements BlockTest {
    @Override
    public Verdict verdict(int block) {
        int nulls = column.statistics(block).nullCount();
        if (nulls == 0) {
            return isNull ? Verdict.NONE : Verdict.ALL;
        }
        return nulls < segment.blockRowCount(block) ? Verdict.SOME : isNull ? Verdict.ALL : Verdict.NONE;
    }

    @Override
    public void keep(BlockRows rows) {
        BitmapBooleans nulls = column.nullBitmap(rows.block());
        if (nulls != null) {
            Bitmaps.clear(rows.bitmap(), nulls, !isNull, rows.words());
            rows.recount();
        } else if (verdict(rows.block()) == Verdict.NONE) {
            rows.clear();
        }
    }

    @Override
    public int cost() {
        return 1;
    }
}
