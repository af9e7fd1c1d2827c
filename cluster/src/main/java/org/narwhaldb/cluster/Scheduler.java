package org.narwhaldb.cluster;

import java.time.Duration;

/// Runs work later: the seam that a simulation replaces. Clocks are `java.time.InstantSource`, randomness is
/// `java.util.random.RandomGenerator`.
public interface Scheduler {
    void execute(Runnable task);

    Cancellable schedule(Duration delay, Runnable task);

    /// The next run starts `period` after the last one ended.
    Cancellable repeat(Duration period, Runnable task);

    @FunctionalInterface
    interface Cancellable {
        void cancel();
    }
}
