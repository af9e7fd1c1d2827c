package org.narwhaldb.cluster;

/// A joined member; leaves cleanly on close.
public interface ClusterMember extends AutoCloseable {
    Instance instance();

    @Override
    void close();

    /// Told by Helix what to serve. Calls for different shards may come at once; each returns when the state is
    /// reached and throws to enter ERROR. All are idempotent: a new ZooKeeper session replays them. Session loss
    /// calls nothing.
    interface ShardHandler {
        /// Load all that the shard's published versions need; return when loaded.
        void load(ShardId shard);

        void serve(ShardId shard);

        void unload(ShardId shard);
    }

    /// Told by Helix which leader partitions (of `ClusterImage.LEADER_PARTITIONS`) it leads.
    interface LeaderHandler {
        /// @param epoch rises with each change of leadership of this partition, over all nodes
        void lead(int partition, long epoch);

        void standBy(int partition);
    }
}
