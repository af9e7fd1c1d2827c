package org.narwhaldb.segment;

import java.math.BigInteger;
import java.nio.file.Path;

/// Collects rows column by column in memory, sorts them, and writes one segment file. Not thread-safe.
///
/// Row by row: one append on every column, `origin(...)`, then `endRow()`. Or by batches: `append(...)` for every column,
/// which different threads may do at the same time, `origins(...)`, then `endRows(...)`.
public interface SegmentBuilder extends AutoCloseable {

    ColumnAppender column(int index);

    /// Where the row came from: the ordinal of its source file (0, 1, … in the order of the build's inputs) and its
    /// position in that file. Stored in a part of its own that queries do not map.
    void origin(int sourceFile, long position);

    void endRow();

    /// Appends the values of some rows of a batch to a column.
    void append(int column, ValueBatch values, BatchRows rows);

    /// Where the rows of a batch came from.
    ///
    /// @param firstPosition of the batch's row 0 in the source file
    void origins(int sourceFile, long firstPosition, BatchRows rows);

    void endRows(int count);

    int rowCount();

    /// Heap held by the collected rows, for the caller's budget.
    long memoryBytes();

    /// Sorts by the order given to the builder (stable; NULLs last), encodes, writes `file` and syncs it.
    ///
    /// @param segmentId stored in the footer
    /// @throws org.narwhaldb.segment.error.NarwhalException DISK_FULL when the disk is; the partial file is removed
    default SegmentSummary write(Path file, String segmentId) {
        return write(file, segmentId, WorkShare.INLINE);
    }

    /// @param share for what columns need done; the file is the same whatever it is
    SegmentSummary write(Path file, String segmentId, WorkShare share);

    @Override
    void close();

    /// One append a row, in the physical form of the column's type (`ColumnType.Physical`).
    interface ColumnAppender {
        void appendNull();

        void appendBoolean(boolean value);

        void appendLong(long value);

        void appendDouble(double value);

        /// Unscaled; must fit 128 bits.
        void appendInt128(BigInteger value);

        /// Copies the bytes.
        void appendBytes(byte[] value, int offset, int length);

        /// Shapes as in `NestedValues`.
        void appendNested(Object value);
    }
}
