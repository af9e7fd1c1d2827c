package org.narwhaldb.engine.exchange;

import java.util.Random;

/// The seed of a random test: `-Dnarwhal.seed=N` replays one.
final class Seeds {
    private Seeds() {}

    static long next() {
        String given = System.getProperty("narwhal.seed");
        return given != null ? Long.parseLong(given) : new Random().nextLong();
    }
}
