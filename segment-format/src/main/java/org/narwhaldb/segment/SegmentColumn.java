package org.narwhaldb.segment;

import org.narwhaldb.segment.encoding.BitmapBooleans;
import org.narwhaldb.segment.encoding.ValueBlock;

/// One column of an open segment: positional reads into the caller's arrays. Rows `[row, row + count)` may span blocks.
/// Each `readX` serves the matching `ColumnType.Physical` and throws IllegalStateException for another one.
/// The value at a null row is unspecified (0, empty or null); nulls come from [#readNulls].
/// Thread-safe; corrupt bytes raise NarwhalException CORRUPT_SEGMENT with the file and the part.
public interface SegmentColumn {
    Field field();

    boolean hasNulls();

    /// Sets `target[offset + i]` to whether row `row + i` is null. Cheap when `hasNulls()` is false.
    void readNulls(int row, int count, boolean[] target, int offset);

    void readBooleans(int row, int count, boolean[] target, int offset);

    void readLongs(int row, int count, long[] target, int offset);

    void readDoubles(int row, int count, double[] target, int offset);

    void readInt128(int row, int count, long[] high, long[] low, int offset);

    /// NESTED: shapes as in `NestedValues`.
    void readNested(int row, int count, Object[] target, int offset);

    /// BYTES: the dictionary when the column has one, else null (plain strings). A column either has one dictionary
    /// for the whole segment or none.
    SegmentDictionary dictionary();

    /// BYTES with a dictionary: codes are positions in it; a null row's code is unspecified but valid to ignore.
    void readCodes(int row, int count, int[] target, int offset);

    /// BYTES without a dictionary: appends the values of the rows to `sink`, one call a row, empty for a null row.
    void readBytes(int row, int count, ByteSink sink);

    /// A block's encoded values in place, for kernels that read the mapped bytes themselves; their layouts are in the
    /// package description. NULLs are [#nullBitmap] or, where `statistics(block)` counts all rows, all of them.
    ValueBlock values(int block);

    /// Which rows of the block are NULL; null where no row or every row is.
    BitmapBooleans nullBitmap(int block);

    /// Bounds and null count of a block, for pruning; exact for all physical rows of the block.
    BlockStatistics statistics(int block);

    /// How the block is encoded, as EXPLAIN and tests name it: `DICTIONARY_U8`, `FRAME_OF_REFERENCE_U16`, `RUNS`, …
    String encodingName(int block);

    @FunctionalInterface
    interface ByteSink {
        /// @param bytes whose content holds during the call only
        void accept(byte[] bytes, int offset, int length);
    }
}
