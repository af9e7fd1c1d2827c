package org.narwhaldb.flight.control;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.narwhaldb.cluster.Cluster.ShardResource;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.flight.version.ShardSet;

/// How far a segment server that drains is: an image after the other in, the shards that still need it out. Pure.
///
/// A shard needs it no more when the server has given it up and as many others serve it as the resource asks for, or as
/// there are.
final class Drain {
    private final Instance server;
    private final Set<ShardId> held;

    /// @param image when the drain begins: what the server holds in it, others must serve
    Drain(Instance server, ClusterImage image) {
        this.server = server;
        this.held = new HashSet<>(held(image, server));
    }

    private static Set<ShardId> held(ClusterImage image, Instance server) {
        Set<ShardId> held = new HashSet<>();
        image.replicas().forEach((shard, replicas) -> {
            if (replicas.containsKey(server.id())) {
                held.add(shard);
            }
        });
        return held;
    }

    int heldCount() {
        return held.size();
    }

    /// @param resources a shard of a resource that is none of them needs nobody
    Set<ShardId> left(ClusterImage image, Map<String, ShardResource> resources) {
        held.addAll(held(image, server));
        Set<ShardId> left = new HashSet<>();
        for (ShardId shard : held) {
            ShardResource resource = resources.get(shard.resource());
            if (resource == null) {
                continue;
            }
            long others = others(image, resource.tier()).size();
            long serving = image.serving(shard).stream().filter(id -> !id.equals(server.id())).count();
            boolean given = !image.replicas().getOrDefault(shard, Map.of()).containsKey(server.id());
            if (!given || serving < Math.max(1, Math.min(resource.replicas(), others))) {
                left.add(shard);
            }
        }
        return left;
    }

    /// The servers that can take over, without those that drain themselves.
    Set<String> others(ClusterImage image, String tier) {
        Set<String> others = new HashSet<>();
        for (Instance instance : image.withRole(Role.SEGMENT_SERVER)) {
            if (instance.tier().equals(tier) && !instance.id().equals(server.id())
                    && !image.draining().contains(instance.id())) {
                others.add(instance.id());
            }
        }
        return others;
    }

    /// Names of shards for people: `RESOURCE {0, 3-7}`.
    static String text(Set<ShardId> shards) {
        Map<String, BitSet> numbers = new TreeMap<>();
        shards.forEach(shard -> numbers.computeIfAbsent(shard.resource(), _ -> new BitSet()).set(shard.number()));
        StringJoiner text = new StringJoiner(", ", "[", "]");
        numbers.forEach((resource, set) -> text.add(resource + " " + ShardSet.of(set).ranges()));
        return text.toString();
    }
}
