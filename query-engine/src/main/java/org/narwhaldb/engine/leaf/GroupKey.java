package org.narwhaldb.engine.leaf;

import org.narwhaldb.engine.batch.Column;

/// A grouping key as dense ids from 0, the same in all segments and threads of the query.
interface GroupKey {
    /// How many ids there are; more than Long.MAX_VALUE is never said.
    long size();

    /// Whether NULL has the last id and no other one.
    default boolean endsWithNull() {
        return true;
    }

    /// @param task which of the query's segments
    KeyCursor cursor(int task);

    /// The values of ids.
    Column values(long[] ids, int count);
}
