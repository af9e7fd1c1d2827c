package org.narwhaldb.segment;

import java.util.List;

/// An immutable columnar image of rows, open for reading. Safe for use by many threads at once.
/// Rows are numbered from 0 in the segment's sort order and stand in blocks of [#BLOCK_ROWS].
///
/// Live rows are not the segment's: a separate immutable bitmap of row ids says which of them count.
public interface Segment extends AutoCloseable {
    /// Rows of a full block; the last block may be shorter.
    int BLOCK_ROWS = 65_536;

    String id();

    /// The columns in the order of the schema it was built with.
    List<Field> fields();

    int rowCount();

    default int blockCount() {
        return (rowCount() + BLOCK_ROWS - 1) / BLOCK_ROWS;
    }

    default int blockRowCount(int block) {
        return Math.min(BLOCK_ROWS, rowCount() - block * BLOCK_ROWS);
    }

    /// The order that rows stand in; none if it is any.
    List<SortKey> sortKeys();

    /// Whether the segment was built with this field; a column added to the table later is absent and reads as
    /// the default that the scan names, NULL if none.
    boolean hasColumn(int fieldId);

    /// @throws IllegalArgumentException if `hasColumn(fieldId)` is false
    SegmentColumn column(int fieldId);

    /// Size of the mapped file.
    long sizeBytes();

    /// Unmaps; nobody may read afterwards. The owner counts readers.
    @Override
    void close();
}
