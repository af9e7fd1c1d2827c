package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Batch;

/// A running plan node: pulled, single-threaded. `next()` returns a batch of at least one row, or null at the end (and null
/// ever after). It observes cancellation and the deadline of its query at least once a batch of input.
/// `close()` releases what it holds, its inputs too, and may be called at any time, more than once.
public interface Operator extends AutoCloseable {
    Batch next();

    @Override
    void close();
}
