package org.narwhaldb.engine.scan;

import java.util.LinkedHashSet;
import java.util.Set;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.Filters;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.encoding.BitmapBooleans;
import org.narwhaldb.segment.encoding.ValueBlock;

/// A test of the stored values of one column. NULLs are dealt with here, so that what asks values may see any value at a
/// row that is NULL.
abstract class ColumnTest implements BlockTest {
    private static final int ENCODINGS_MAX = 3;

    private final Segment segment;
    private final SegmentColumn column;
    private final boolean passesNull;

    ColumnTest(Segment segment, SegmentColumn column, boolean passesNull) {
        this.segment = segment;
        this.column = column;
        this.passesNull = passesNull;
    }

    final Segment segment() {
        return segment;
    }

    final SegmentColumn column() {
        return column;
    }

    final boolean passesNull() {
        return passesNull;
    }

    /// Of the rows that are not NULL; there is one.
    abstract Verdict verdict(BlockStatistics statistics);

    /// Takes out the rows whose value fails; what it does to rows that are NULL is of no account.
    abstract void keepValues(ValueBlock values, BlockRows rows);

    /// By which kernel, in a word or two.
    String kernel() {
        return "";
    }

    @Override
    public final String path() {
        Set<String> encodings = new LinkedHashSet<>();
        for (int block = 0; block < segment.blockCount() && encodings.size() < ENCODINGS_MAX; block++) {
            encodings.add(column.encodingName(block));
        }
        return column.field().name() + ": " + getClass().getSimpleName() + kernel() + " on " + String.join("/", encodings)
                + (Filters.isVector() ? " by vectors" : " by scalars");
    }

    @Override
    public final Verdict verdict(int block) {
        BlockStatistics statistics = column.statistics(block);
        int nulls = statistics.nullCount();
        if (nulls == segment.blockRowCount(block)) {
            return passesNull ? Verdict.ALL : Verdict.NONE;
        }
        Verdict verdict = verdict(statistics);
        return nulls == 0 || verdict == (passesNull ? Verdict.ALL : Verdict.NONE) ? verdict : Verdict.SOME;
    }

    @Override
    public final void keep(BlockRows rows) {
        BitmapBooleans nulls = column.nullBitmap(rows.block());
        ValueBlock values = column.values(rows.block());
        if (nulls == null) {
            keepValues(values, rows);
        } else if (!passesNull) {
            Bitmaps.clear(rows.bitmap(), nulls, true, rows.words());
            keepValues(values, rows);
        } else {
            long[] passing = rows.borrow();
            System.arraycopy(rows.bitmap(), 0, passing, 0, rows.words());
            Bitmaps.clear(passing, nulls, false, rows.words());
            keepValues(values, rows);
            Bitmaps.or(rows.bitmap(), passing, rows.words());
            rows.giveBack(passing);
        }
        rows.recount();
    }

    /// The block's first row in the segment.
    static int firstRow(BlockRows rows) {
        return rows.block() * Segment.BLOCK_ROWS;
    }
}
