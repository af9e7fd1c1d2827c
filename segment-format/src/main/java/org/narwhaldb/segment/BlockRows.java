package org.narwhaldb.segment;

/// The rows of one block: rows `start` to `start + count` of the segment, in the order they get in the file.
///
/// @param order by row of the segment the row as it was appended; null where nothing moved
record BlockRows(int[] order, int start, int count) {

    /// The appended row that becomes row `row` of the block.
    int source(int row) {
        return order == null ? start + row : order[start + row];
    }
}
