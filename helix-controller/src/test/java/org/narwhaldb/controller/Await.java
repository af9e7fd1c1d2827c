package org.narwhaldb.controller;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for what a cluster reaches by itself.
final class Await {
    private static final Duration WITHIN = Duration.ofSeconds(40);

    private Await() {}

    static void until(String what, BooleanSupplier condition, Supplier<?> seen) {
        long deadline = System.nanoTime() + WITHIN.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("Not within %s: %s; last seen: %s", WITHIN, what, seen.get());
            }
            LockSupport.parkNanos(5_000_000);
        }
    }
}
