package org.narwhaldb.cluster;

/// Real schedulers; the only class outside `Main` that makes threads for them.
public final class Schedulers {
    private Schedulers() {}

    /// Daemon threads called `name-N`. A task that throws is logged and does not end a repetition.
    public static Scheduler threads(String name, int threadCount) {
        throw new UnsupportedOperationException();
    }
}
