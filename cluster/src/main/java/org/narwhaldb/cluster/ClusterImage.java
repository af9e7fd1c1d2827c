package org.narwhaldb.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who is there and who serves what, at one moment. Immutable and complete; the last good image stays in use while
/// ZooKeeper is away.
///
/// @param instances live members by id
/// @param replicas state of every replica that is not OFFLINE: shard → instance id → state
/// @param leaders instance id of the leader of each leader partition (tables hash to these)
/// @param draining ids of live members that give up what they hold
/// @param controller instance id of the leading controller, null if unknown
/// @param version rises with every change
/// @param readAt when it was last confirmed
public record ClusterImage(
        Map<String, Instance> instances, Map<ShardId, Map<String, ReplicaState>> replicas, Map<Integer, String> leaders,
        Set<String> draining, String controller, long version, Instant readAt) {

    public static final int LEADER_PARTITIONS = 32;

    public ClusterImage {
        instances = Map.copyOf(instances);
        replicas = Map.copyOf(replicas);
        leaders = Map.copyOf(leaders);
        draining = Set.copyOf(draining);
    }

    /// An image in which nobody drains.
    public ClusterImage(Map<String, Instance> instances, Map<ShardId, Map<String, ReplicaState>> replicas,
            Map<Integer, String> leaders, String controller, long version, Instant readAt) {
        this(instances, replicas, leaders, Set.of(), controller, version, readAt);
    }

    public static ClusterImage empty(Instant now) {
        return new ClusterImage(Map.of(), Map.of(), Map.of(), null, 0, now);
    }

    public List<Instance> withRole(Role role) {
        return instances.values().stream().filter(instance -> instance.role() == role)
                .sorted(java.util.Comparator.comparing(Instance::id)).toList();
    }

    public Set<String> serving(ShardId shard) {
        return replicas.getOrDefault(shard, Map.of()).entrySet().stream()
                .filter(entry -> entry.getValue() == ReplicaState.SERVING && instances.containsKey(entry.getKey()))
                .map(Map.Entry::getKey).collect(java.util.stream.Collectors.toUnmodifiableSet());
    }

    /// The ingest node that leads the table, if one is elected and live.
    public Optional<Instance> leader(org.narwhaldb.store.TableName table) {
        return Optional.ofNullable(leaders.get(leaderPartition(table))).map(instances::get);
    }

    public static int leaderPartition(org.narwhaldb.store.TableName table) {
        return Math.floorMod(table.toString().hashCode(), LEADER_PARTITIONS);
    }
}
