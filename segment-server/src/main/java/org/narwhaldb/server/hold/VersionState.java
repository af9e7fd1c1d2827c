package org.narwhaldb.server.hold;

import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One version of one table within its retention, and how much of it is here.
final class VersionState {
    final VersionOutline outline;
    /// By number: the shards assigned to this server.
    final Map<Integer, ShardState> shards = new TreeMap<>();
    /// null while it is current
    Instant supersededAt;

    VersionState(VersionOutline outline) {
        this.outline = outline;
    }

    BitSet completeShards() {
        BitSet complete = new BitSet();
        shards.forEach((number, shard) -> complete.set(number, shard.isComplete()));
        return complete;
    }

    /// One assigned shard of the version.
    static final class ShardState {
        /// null until read
        List<PairState> pairs;
        int missing;
        /// When to read again after a failure; null while a read is under way or done.
        Instant readAgainAt;

        boolean isComplete() {
            return pairs != null && missing == 0;
        }
    }
}
