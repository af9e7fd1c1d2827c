package org.narwhaldb.server.hold;

import java.util.Set;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// What a version's head says about where its segments are served.
///
/// @param resources names of the shard resources that may serve it in this server's tier
public record VersionOutline(TableName table, VersionId id, int shardCount, Set<String> resources) {
    public VersionOutline {
        resources = Set.copyOf(resources);
    }
}
