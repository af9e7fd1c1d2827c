package org.narwhaldb.conformance.chaos;

import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// Whoever commits to one table, one commit after the other.
interface Writer {
    /// One commit, tried until it is known to be done.
    ///
    /// @param patient whether to go on trying; a commit that is given up stays pending in its table's history
    void commit(RandomGenerator random, BooleanSupplier patient);

    /// Of the next commit, at most.
    int pauseMillis();
}
