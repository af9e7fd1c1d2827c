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

    /// The runs of rows of one id, in a window that is a range, if to find out takes less than to read them.
    ///
    /// @param ends receives the places in the window behind the last row of each
    /// @param ids receives as many ids
    /// @return how many; -1 if they are not known, or too many for the arrays
    default int runs(Window window, int[] ends, int[] ids) {
        int count = 0;
        for (int done = 0; done < window.count(); count++) {
            int until = sameUntil(window.block(), window.first() + done);
            if (until <= window.first() + done || count == ends.length) {
                return -1;
            }
            done = Math.min(window.count(), until - window.first());
            ends[count] = done;
            ids[count] = sameId();
        }
        return count;
    }

    void ids(Window window, int[] target);

    /// For keys of more ids than an int counts.
    void ids(Window window, long[] target);
}
