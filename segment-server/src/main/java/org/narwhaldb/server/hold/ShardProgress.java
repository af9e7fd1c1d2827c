package org.narwhaldb.server.hold;

import java.util.Map;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.segment.error.NarwhalException;

/// How far a shard's current versions are loaded.
///
/// @param pending what is still being read or loaded
/// @param failures pairs that could not be loaded, with the last reason; they are tried again
public record ShardProgress(int pending, Map<PairId, NarwhalException> failures) {
    public ShardProgress {
        failures = Map.copyOf(failures);
    }
}
