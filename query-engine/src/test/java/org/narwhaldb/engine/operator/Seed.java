package org.narwhaldb.engine.operator;

import java.util.Random;
import java.util.random.RandomGenerator;

/// The seed of a random test: from the system property `narwhal.seed`, else a new one. Goes into every assertion's
/// message.
final class Seed {
    private final long value = Long.getLong("narwhal.seed", System.nanoTime());

    RandomGenerator random() {
        return new Random(value);
    }

    @Override
    public String toString() {
        return "-Dnarwhal.seed=" + value;
    }
}
