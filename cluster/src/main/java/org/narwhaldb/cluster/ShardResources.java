package org.narwhaldb.cluster;

import org.narwhaldb.store.TableName;

/// Names of the Helix resources that hold a table's shards.
public final class ShardResources {
    private ShardResources() {}

    /// The resource of a table's shards: its own, or the pool of its tier and replica count.
    ///
    /// @param ownShards 0 when the table lives in the pool
    public static String of(TableName table, String tier, int ownShards, int replicas) {
        return ownShards == 0 ? "pool@" + tier + "@" + replicas : table + "@" + tier + "@" + ownShards + "x" + replicas;
    }
}
