package org.narwhaldb.cluster.helix;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.helix.model.ExternalView;
import org.apache.helix.model.InstanceConfig;
import org.apache.helix.zookeeper.datamodel.ZNRecord;
import org.apache.helix.zookeeper.datamodel.serializer.ZNRecordSerializer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.ReplicaState;
import org.narwhaldb.cluster.ShardId;

/// Reads a [ClusterImage] from live instances, instance configurations and external views. Keeps what it parsed; a
/// node is read again only when it was reported changed. Not safe for threads.
final class ImageReader {
    private final ClusterLayout layout;
    private final ZNRecordSerializer serializer = new ZNRecordSerializer();
    private final Map<String, Optional<Members.Member>> configs = new HashMap<>();
    private final Map<String, View> views = new HashMap<>();

    private record View(String resource, Map<ShardId, Map<String, ReplicaState>> replicas,
            Map<Integer, String> leaders) {}

    /// @param resources that have a view, however empty
    record Reading(ClusterImage image, Set<String> resources) {}

    ImageReader(ClusterLayout layout) {
        this.layout = layout;
    }

    void forgetAll() {
        configs.clear();
        views.clear();
    }

    void forget(String path) {
        if (path.startsWith(layout.instanceConfigs())) {
            configs.remove(lastElement(path));
        } else if (path.startsWith(layout.externalViews())) {
            views.remove(lastElement(path));
        }
    }

    private static String lastElement(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// Absent if there is no cluster: nobody has founded it, or all of ZooKeeper's data was lost.
    Optional<Reading> read(ZooKeeper zooKeeper, long version, Instant now) throws KeeperException, InterruptedException {
        if (zooKeeper.exists(layout.liveInstances(), false) == null) {
            return Optional.empty();
        }
        Set<String> live = new HashSet<>(children(zooKeeper, layout.liveInstances()));
        refresh(zooKeeper, layout.instanceConfigs(), live, configs, this::parseConfig);
        Set<String> resources = new HashSet<>(children(zooKeeper, layout.externalViews()));
        refresh(zooKeeper, layout.externalViews(), resources, views, this::parseView);

        Map<String, Instance> instances = new HashMap<>();
        Set<String> draining = new HashSet<>();
        configs.values().forEach(config -> config.ifPresent(member -> {
            instances.put(member.instance().id(), member.instance());
            if (member.draining()) {
                draining.add(member.instance().id());
            }
        }));
        Map<ShardId, Map<String, ReplicaState>> replicas = new HashMap<>();
        Map<Integer, String> leaders = new HashMap<>();
        for (View view : views.values()) {
            replicas.putAll(view.replicas);
            view.leaders.forEach((partition, leader) -> {
                if (instances.containsKey(leader)) {
                    leaders.put(partition, leader);
                }
            });
        }
        String controller = record(zooKeeper, layout.controllerLeader()).map(ZNRecord::getId).orElse(null);
        return Optional.of(new Reading(new ClusterImage(instances, replicas, leaders, draining, controller, version, now),
                views.values().stream().map(View::resource).collect(Collectors.toSet())));
    }

    private <T> void refresh(ZooKeeper zooKeeper, String parent, Set<String> names, Map<String, T> parsed,
            Function<ZNRecord, T> parser) throws KeeperException, InterruptedException {
        parsed.keySet().retainAll(names);
        for (String name : names) {
            if (!parsed.containsKey(name)) {
                record(zooKeeper, parent + "/" + name).map(parser).ifPresent(value -> parsed.put(name, value));
            }
        }
    }

    private Optional<Members.Member> parseConfig(ZNRecord record) {
        return Members.read(new InstanceConfig(record));
    }

    private View parseView(ZNRecord record) {
        ExternalView view = new ExternalView(record);
        String resource = ClusterLayout.unescape(view.getResourceName());
        Map<ShardId, Map<String, ReplicaState>> replicas = new HashMap<>();
        Map<Integer, String> leaders = new HashMap<>();
        for (String partition : view.getPartitionSet()) {
            int number = Integer.parseInt(partition.substring(partition.lastIndexOf('_') + 1));
            Map<String, String> states = view.getStateMap(partition);
            if (resource.equals(Resources.LEADERS)) {
                states.forEach((instance, state) -> {
                    if (state.equals("LEADER")) {
                        leaders.put(number, instance);
                    }
                });
                continue;
            }
            Map<String, ReplicaState> known = new HashMap<>();
            states.forEach((instance, state) -> state(state).ifPresent(value -> known.put(instance, value)));
            if (!known.isEmpty()) {
                replicas.put(new ShardId(resource, number), Map.copyOf(known));
            }
        }
        return new View(resource, replicas, leaders);
    }

    private static Optional<ReplicaState> state(String helix) {
        return switch (helix) {
            case ShardStates.LOADING -> Optional.of(ReplicaState.LOADING);
            case ShardStates.SERVING -> Optional.of(ReplicaState.SERVING);
            case ShardStates.ERROR -> Optional.of(ReplicaState.ERROR);
            default -> Optional.empty();
        };
    }

    private static List<String> children(ZooKeeper zooKeeper, String path)
            throws KeeperException, InterruptedException {
        try {
            return zooKeeper.getChildren(path, false);
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        }
    }

    private Optional<ZNRecord> record(ZooKeeper zooKeeper, String path) throws KeeperException, InterruptedException {
        try {
            byte[] data = zooKeeper.getData(path, false, null);
            return Optional.ofNullable(data == null ? null : (ZNRecord) serializer.deserialize(data));
        } catch (KeeperException.NoNodeException e) {
            return Optional.empty();
        }
    }
}
