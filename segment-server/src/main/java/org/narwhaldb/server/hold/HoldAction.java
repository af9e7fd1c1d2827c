package org.narwhaldb.server.hold;

import java.util.Set;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// What has to be done to the world because of an event. Each `ReadShards` is answered by `shardsRead` or `readFailed`,
/// each `Load` by `loaded` or `failed`.
public sealed interface HoldAction {
    /// Read which pairs these shards of the version have.
    record ReadShards(TableName table, VersionId version, Set<Integer> shards) implements HoldAction {
        public ReadShards {
            shards = Set.copyOf(shards);
        }
    }

    record Load(NamedPair pair) implements HoldAction {}

    /// Nobody needs the loaded pair and nobody reads it.
    record Release(PairId pair) implements HoldAction {}
}
