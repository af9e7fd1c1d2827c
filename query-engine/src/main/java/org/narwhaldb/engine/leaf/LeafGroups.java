package org.narwhaldb.engine.leaf;

/// Groups and what is kept of them.
interface LeafGroups extends AutoCloseable {
    /// Null if there is nothing.
    Tally[] tallies();

    /// Null if groups are places in arrays.
    LongGroupTable table();

    @Override
    void close();
}
