package org.narwhaldb.conformance.chaos;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/// Where clients come in: the balancer, or one front end. What a front end has once answered from it never falls behind
/// again, as long as the process lives; behind a balancer nobody knows who answers. Thread-safe.
final class Door {
    private static final int UNKNOWN = -1;

    private final String name;
    private final String host;
    private final int port;
    private final IntSupplier starts;
    private final Map<String, Integer> seen = new HashMap<>();
    private int seenInEpoch = UNKNOWN;

    private Door(String name, String host, int port, IntSupplier starts) {
        this.name = name;
        this.host = host;
        this.port = port;
        this.starts = starts;
    }

    static Door ofBalancer(int port) {
        return new Door("the balancer", "127.0.0.1", port, () -> UNKNOWN);
    }

    /// @param starts how often that process was started so far
    static Door ofFrontEnd(String name, String host, int port, IntSupplier starts) {
        return new Door(name, host, port, starts);
    }

    Session open() {
        return new Session(host, port);
    }

    /// Which process is behind it.
    int epoch() {
        return starts.getAsInt();
    }

    /// The newest state of a table that this process has answered from.
    synchronized int seen(int epoch, String table) {
        return epoch == UNKNOWN || epoch != seenInEpoch ? 0 : seen.getOrDefault(table, 0);
    }

    synchronized void sees(int epoch, String table, int state) {
        if (epoch == UNKNOWN || epoch < seenInEpoch) {
            return;
        }
        if (epoch > seenInEpoch) {
            seen.clear();
            seenInEpoch = epoch;
        }
        seen.merge(table, state, Math::max);
    }

    @Override
    public String toString() {
        return name;
    }
}
