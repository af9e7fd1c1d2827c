package org.narwhaldb.flight.query;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Decides where one part of a fragment is tried next. A pure state machine: failures and the present holders in, a
/// decision out.
///
/// Order of resort: a holder that has not failed; a holder again, after a pause; when nobody holds the pairs for
/// [#PATIENCE], any server of the tier loads them on demand; then SHARD_UNAVAILABLE.
final class PartAttempts {
    static final Duration PATIENCE = Duration.ofSeconds(2);
    static final Duration PAUSE = Duration.ofMillis(100);
    static final int ATTEMPTS_MAX = 12;

    sealed interface Decision {
        record Try(String server, int attempt, boolean onDemand) implements Decision {}

        record Wait(Duration pause) implements Decision {}

        record GiveUp(NarwhalException reason) implements Decision {}
    }

    private final String what;
    private final Map<String, Integer> failures = new HashMap<>();
    private int attempts;
    private Instant lastFailure;
    private Instant unheldSince;
    private NarwhalException lastReason;

    /// @param what the part, for messages: table, version, shards
    PartAttempts(String what) {
        this.what = what;
    }

    /// @param holders servers that hold all the part's shards, in order of preference
    /// @param tier all live servers that could load the pairs on demand
    Decision next(Instant now, List<String> holders, List<String> tier) {
        if (attempts >= ATTEMPTS_MAX) {
            return giveUp();
        }
        if (!holders.isEmpty()) {
            unheldSince = null;
            return tryOrPause(now, holders, false);
        }
        if (unheldSince == null) {
            unheldSince = now;
        }
        if (Duration.between(unheldSince, now).compareTo(PATIENCE) < 0) {
            return new Decision.Wait(PAUSE);
        }
        return tier.isEmpty() ? giveUp() : tryOrPause(now, tier, true);
    }

    void failed(String server, NarwhalException reason, Instant now) {
        failures.merge(server, 1, Integer::sum);
        lastFailure = now;
        lastReason = reason;
    }

    private Decision tryOrPause(Instant now, List<String> servers, boolean onDemand) {
        String best = servers.getFirst();
        for (String server : servers) {
            if (failures.getOrDefault(server, 0) < failures.getOrDefault(best, 0)) {
                best = server;
            }
        }
        boolean failedBefore = failures.getOrDefault(best, 0) > 0;
        if (failedBefore && Duration.between(lastFailure, now).compareTo(PAUSE) < 0) {
            return new Decision.Wait(PAUSE);
        }
        return new Decision.Try(best, attempts++, onDemand);
    }

    private Decision giveUp() {
        String message = "%s: no server can answer%s".formatted(what,
                lastReason == null ? "" : "; the last one tried said: " + lastReason.getMessage());
        return new Decision.GiveUp(new NarwhalException(ErrorCode.SHARD_UNAVAILABLE, message, lastReason));
    }
}
