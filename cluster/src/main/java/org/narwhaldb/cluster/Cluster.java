package org.narwhaldb.cluster;

import java.time.InstantSource;
import org.narwhaldb.cluster.helix.HelixCluster;

/// The door to Helix and ZooKeeper for every process but the controller. Consumers never see a ZooKeeper path, an
/// ideal state or a ZNRecord.
public interface Cluster extends AutoCloseable {

    /// Connects; does not wait for the cluster to have been set up.
    ///
    /// @param zooKeeper connect string
    /// @param name of the Helix cluster
    static Cluster connect(String zooKeeper, String name, InstantSource clock, Scheduler scheduler) {
        return HelixCluster.connect(zooKeeper, name, clock, scheduler);
    }

    ClusterView view();

    PointerStore pointers();

    /// Joins as a segment server; returns when the membership is visible.
    ClusterMember joinAsServer(Instance instance, ClusterMember.ShardHandler handler);

    /// Joins as an ingest node that may lead tables.
    ClusterMember joinAsLeader(Instance instance, ClusterMember.LeaderHandler handler);

    /// Announces a member that serves no shards and leads nothing (a front end).
    ClusterMember announce(Instance instance);

    /// Asks for a resource of shards to exist; idempotent. Any process may ask, Helix' controller places.
    void ensureShards(String resource, int shardCount, int replicas, String tier);

    void dropShards(String resource);

    @Override
    void close();
}
