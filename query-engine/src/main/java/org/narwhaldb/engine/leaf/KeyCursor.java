package org.narwhaldb.engine.leaf;

/// Reads the ids of one grouping key for windows of one segment. One thread at a time.
interface KeyCursor {
    /// The id of all rows of the window if that is known at no cost, else -1.
    int constant(Window window);

    /// The id of all rows of the block if statistics know it, else -1.
    default int constant(int block, int rows) {
        return -1;
    }

    /// The end of the rows from `row` of the block on that are known to have the same id; `row` or less if none are.
    default int sameUntil(int block, int row) {
        return row;
    }

    void ids(Window window, int[] target);

    /// For keys of more ids than an int counts.
    void ids(Window window, long[] target);
}
