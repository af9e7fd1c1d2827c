package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Batch;

/// A running plan node: pulled, single-threaded. `next()` returns a batch of at least one row, or null at the end (and null
/// ever after). It observes cancellation and the deadline of its query at least once a batch of input.
/// `close()` releases what it holds, its inputs too, and may be called at any time, more than once.
public interface Operator extends AutoCloseable {
    Batch next();

    /// Whether these are the groups of an aggregation, each of them once. Known once `next()` has returned.
    default boolean yieldsGroupsOnce() {
        return false;
    }

    /// How it went about it, as EXPLAIN ANALYZE names it: which kernels, encodings or special cases; null if there is nothing to say.
    /// Known at the end, until it is closed.
    default String path() {
        return null;
    }

    @Override
    void close();
}
