package org.narwhaldb.cluster;

import java.time.Duration;

/// Runs work later or beside, and waits: the seam that a simulation replaces. Clocks are `java.time.InstantSource`, randomness is
/// `java.util.random.RandomGenerator`.
public interface Scheduler {
    void execute(Runnable task);

    Cancellable schedule(Duration delay, Runnable task);

    /// The next run starts `period` after the last one ended.
    Cancellable repeat(Duration period, Runnable task);

    /// Starts work that blocks for most of its life, on a thread of its own.
    void start(String name, Runnable task);

    /// Waits on `monitor`, whose lock the caller holds, until it is notified or `patience` has passed; may also return for no reason.
    void await(Object monitor, Duration patience) throws InterruptedException;

    /// Pauses the calling thread; an interrupt ends the pause and stays set.
    default void pause(Duration duration) {
        Object own = new Object();
        synchronized (own) {
            try {
                await(own, duration);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @FunctionalInterface
    interface Cancellable {
        void cancel();
    }
}
