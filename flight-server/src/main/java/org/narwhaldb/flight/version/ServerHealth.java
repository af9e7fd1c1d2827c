package org.narwhaldb.flight.version;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which segment servers are better asked last: one that failed a call a moment ago, and one that is about to stop. Shared
/// by all queries of a front end. A state machine without I/O or clock; thread-safe.
///
/// Only an order of preference: whoever holds what no other does is asked all the same, so that a wrong suspicion costs
/// nothing. A suspicion ends after a while, or when the server answers a question that was put to it after the failure.
public final class ServerHealth {
    static final Duration SUSPICION = Duration.ofSeconds(5);

    private final Map<String, Instant> failedAt = new HashMap<>();
    private final Set<String> draining = new HashSet<>();

    /// A call to `server` broke off or stayed without a sign of life.
    public synchronized void failed(String server, Instant now) {
        failedAt.put(server, now);
    }

    /// `server` has answered what it was asked at `asked`.
    synchronized void answered(String server, Instant asked) {
        failedAt.computeIfPresent(server, (_, failed) -> asked.isAfter(failed) ? null : failed);
    }

    /// `server` is about to stop, or has come back.
    synchronized void draining(String server, boolean stops) {
        if (stops) {
            draining.add(server);
        } else {
            draining.remove(server);
        }
    }

    synchronized void gone(String server) {
        failedAt.remove(server);
        draining.remove(server);
    }

    /// All of `servers`: the good ones first, then those about to stop, then the suspected; else in the order given.
    public synchronized List<String> ordered(List<String> servers, Instant now) {
        List<String> ordered = new ArrayList<>(servers.size());
        for (int rank = 0; rank <= 2; rank++) {
            for (String server : servers) {
                if (rank(server, now) == rank) {
                    ordered.add(server);
                }
            }
        }
        return ordered;
    }

    /// Those of `servers` that nothing speaks against; all of them if there is none.
    public synchronized List<String> preferred(List<String> servers, Instant now) {
        List<String> good = servers.stream().filter(server -> rank(server, now) == 0).toList();
        return good.isEmpty() ? servers : good;
    }

    private int rank(String server, Instant now) {
        Instant failed = failedAt.get(server);
        if (failed != null && now.isBefore(failed.plus(SUSPICION))) {
            return 2;
        }
        return draining.contains(server) ? 1 : 0;
    }
}
