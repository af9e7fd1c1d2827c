package org.narwhaldb.ingest;

import java.util.SplittableRandom;

/// The seed of a random test: from the system property `narwhal.seed`, else drawn; tests put it in their assertion
/// messages.
public record Seed(long value) {
    public static Seed draw() {
        Long given = Long.getLong("narwhal.seed");
        return new Seed(given != null ? given : new SplittableRandom(System.nanoTime()).nextLong());
    }

    public SplittableRandom random() {
        return new SplittableRandom(value);
    }

    @Override
    public String toString() {
        return "-Dnarwhal.seed=" + value;
    }
}
