package org.narwhaldb.engine.leaf;

/// Groups and what is kept of them.
interface LeafGroups extends AutoCloseable {
    /// Null if there is nothing.
    Tally[] tallies();

    /// Null if groups are places in arrays.
    LongGroupTable table();

    /// Of the first place, if groups are places.
    default long firstKey() {
        return 0;
    }

    /// How many there are, if groups are places.
    int places();

    @Override
    void close();
}
