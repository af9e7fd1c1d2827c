package org.narwhaldb.engine.leaf;

/// Reads the ids of one grouping key for windows of one segment. One thread at a time.
interface KeyCursor {
    /// The id of all rows of the window if that is known at no cost, else -1.
    int constant(Window window);

    /// The id of all rows of the block if statistics know it, else -1.
    default int constant(int block, int rows) {
        return -1;
    }

    /// The end of the rows from `row` of the block on that have the same id, or of some of them, if to find out takes less than
    /// to read them; else `row`.
    default int sameUntil(int block, int row) {
        return row;
    }

    /// The id of that row.
    default int sameId() {
        throw new IllegalStateException("No rows of one id");
    }

    void ids(Window window, int[] target);

    /// For keys of more ids than an int counts.
    void ids(Window window, long[] target);
}
