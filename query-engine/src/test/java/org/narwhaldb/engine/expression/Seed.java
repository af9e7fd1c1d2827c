package org.narwhaldb.engine.expression;

import java.util.Random;

/// The seed of a random test: `-Dnarwhal.seed=…`, else a new one. Put it into every assertion's message.
public record Seed(long value) {
    public static Seed next() {
        return new Seed(Long.getLong("narwhal.seed", System.nanoTime()));
    }

    public Random random() {
        return new Random(value);
    }

    @Override
    public String toString() {
        return "-Dnarwhal.seed=" + value;
    }
}
