package org.narwhaldb.conformance;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what another thread or process is about to do.
final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = 20_000_000;

    private Eventually() {}

    static void holds(String what, BooleanSupplier condition) {
        holds(what, PATIENCE, condition);
    }

    static void holds(String what, Duration patience, BooleanSupplier condition) {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Not within " + patience + ": " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
