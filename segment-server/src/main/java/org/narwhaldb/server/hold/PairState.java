package org.narwhaldb.server.hold;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.segment.error.NarwhalException;

/// One pair that somebody needs, reads, or asked for.
final class PairState {
    enum Phase { LOADING, LOADED, FAILED }

    final NamedPair pair;
    Phase phase = Phase.LOADING;
    /// How many (version, shard) entries name it.
    int references;
    /// Fragments that read it now.
    int pins;
    /// Kept at least until then because a query asked for it; null if none did.
    Instant demandedUntil;
    NarwhalException failure;
    Instant retryAt;
    /// Shards that are not complete before it is loaded.
    final List<VersionState.ShardState> waiting = new ArrayList<>();

    PairState(NamedPair pair) {
        this.pair = pair;
    }

    boolean isNeeded() {
        return references > 0 || pins > 0 || demandedUntil != null;
    }
}
