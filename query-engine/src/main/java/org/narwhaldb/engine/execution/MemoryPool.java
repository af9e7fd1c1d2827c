package org.narwhaldb.engine.execution;

/// The query memory of one JVM, however many roles it plays.
public interface MemoryPool {
    /// Queries that need more fail.
    static MemoryPool of(long limitBytes) {
        return of(limitBytes, null);
    }

    /// @param spill where queries that need more may put some of it; null for nowhere
    static MemoryPool of(long limitBytes, SpillSpace spill) {
        return new SharedMemoryPool(limitBytes, spill);
    }

    /// An account for one query; several accounts of one query id share that query's limit (the largest asked for).
    /// A limit of 0 or less means the pool's own.
    QueryMemory open(String queryId, long limitBytes);

    /// Gives back what the account still holds; the query's last close forgets it.
    void close(QueryMemory account);

    long limitBytes();

    long reservedBytes();
}
