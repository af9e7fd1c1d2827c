package org.narwhaldb.engine.execution;

/// The memory account of one query in one JVM, heap arrays and Arrow buffers alike. Reserve before allocating.
/// Thread-safe.
public interface QueryMemory {
    /// @throws org.narwhaldb.segment.error.NarwhalException QUERY_MEMORY_EXCEEDED (this query's limit) or
    ///     SERVER_MEMORY_EXCEEDED (the JVM's), naming the query, what was asked for and the limit; nothing is reserved then
    void reserve(long bytes);

    void release(long bytes);

    long reservedBytes();

    /// Where to put what there is no memory for; null for nowhere.
    default SpillSpace spill() {
        return null;
    }
}
