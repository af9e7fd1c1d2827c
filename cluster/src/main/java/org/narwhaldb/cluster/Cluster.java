package org.narwhaldb.cluster;

import java.time.InstantSource;
import java.util.Map;
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

    /// Asks for a resource of shards to exist; idempotent. Any process may ask, Helix' controller places. Renews the
    /// stamp of a resource that is not shared ([ShardResources#isPool]).
    void ensureShards(String resource, int shardCount, int replicas, String tier);

    /// The resources of shards that exist, by name.
    Map<String, ShardResource> shardResources();

    /// Nothing happens if the resource was asked for again since `stamp` was read, so that a leader that was paused takes
    /// nothing away from its successor.
    ///
    /// @return false then
    boolean dropShards(String resource, int stamp);

    /// All members that the cluster knows, live or not, by id.
    Map<String, KnownMember> members();

    /// Makes a member give up the shards it holds and the tables it leads as soon as others can take them, and take no new
    /// ones; or ends that. Returns at once: the image shows how far it is. Outlives restarts of the member. Nothing happens
    /// to a member that is not known.
    void drain(String instance, boolean draining);

    /// Has the member forgotten as soon as it is not there any more: at once, or when its process ends.
    void remove(String instance);

    /// @param shardCount,replicas,tier as asked for
    /// @param stamp what [#dropShards] expects
    record ShardResource(int shardCount, int replicas, String tier, int stamp) {}

    /// @param live whether its process is there
    /// @param draining asked to give up what it holds
    /// @param leaving asked to be forgotten once it is gone
    record KnownMember(Instance instance, boolean live, boolean draining, boolean leaving) {}

    @Override
    void close();
}
