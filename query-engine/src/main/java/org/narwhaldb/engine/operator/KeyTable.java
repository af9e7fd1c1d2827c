package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Column;

/// Numbers distinct keys densely from 0, in order of first appearance; one way to hold them (see [GroupTable]).
sealed interface KeyTable permits CodeTable, PackedTable, NumberTable, WideTable {
    int size();

    /// Sets `groups[i]` to the number of row `i`'s key, adding the key if it is new. False, with nothing changed, if
    /// these keys cannot be held in this way.
    boolean assign(Column[] keys, int count, int[] groups);

    /// Sets `groups[i]` to the number of row `i`'s key, or -1 if the key is not there.
    void find(Column[] keys, int count, int[] groups);

    /// The values of key `key` of groups `[from, from + count)`.
    Column keys(int key, int from, int count);

    /// Gives its memory back; the table is of no use after it.
    void release();
}
