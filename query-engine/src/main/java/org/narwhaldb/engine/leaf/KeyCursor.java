package org.narwhaldb.engine.leaf;

/// Reads the ids of one grouping key for windows of one segment. One thread at a time.
interface KeyCursor {
    /// The id of all rows of the window if that is known at no cost, else -1.
    int constant(Window window);

    void ids(Window window, int[] target);

    /// For keys of more ids than an int counts.
    void ids(Window window, long[] target);
}
