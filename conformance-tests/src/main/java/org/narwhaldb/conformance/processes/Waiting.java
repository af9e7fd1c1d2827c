package org.narwhaldb.conformance.processes;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for what another process is about to do.
public final class Waiting {
    private static final long PAUSE_NANOS = 20_000_000;

    private Waiting() {}

    /// @return whether it holds within the patience
    public static boolean holds(Duration patience, BooleanSupplier condition) {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    /// @throws IllegalStateException naming what was waited for and the state it is in
    public static void until(String what, Duration patience, BooleanSupplier condition, Supplier<String> state) {
        if (!holds(patience, condition)) {
            throw new IllegalStateException("Not within %s: %s. %s".formatted(patience, what, state.get()));
        }
    }

    public static void pause(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        for (long left = length.toNanos(); left > 0 && !Thread.currentThread().isInterrupted(); left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
