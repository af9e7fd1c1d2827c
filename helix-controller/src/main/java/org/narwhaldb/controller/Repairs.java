package org.narwhaldb.controller;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.helix.Members;

/// Decides what has to be repaired. Pure: the same image and facts give the same changes.
///
/// - A replica in ERROR is tried again after a delay; Helix itself leaves it there for ever.
/// - A member whose tag is not what its role and tier call for gets it back, else nothing is placed on it.
/// - Replicas are kept apart by zone. Placement refuses two replicas in one zone even when there is no other, so if
///   a tier has enough servers for its replicas but not enough zones, they are kept apart by instance instead. Servers
///   that drain do not count: nothing is placed on them.
/// - A member that an operator removed is forgotten once it is gone.
final class Repairs {
    private Repairs() {}

    static List<Change> decide(ClusterImage image, Facts facts, Instant now, Duration retryAfter) {
        List<Change> changes = new ArrayList<>(retries(image, facts, now, retryAfter));
        image.instances().values().stream().sorted(Comparator.comparing(Instance::id)).forEach(instance -> {
            String tag = Members.tag(instance);
            List<String> tags = facts.tags().get(instance.id());
            if (tags != null && !tags.equals(List.of(tag))) {
                changes.add(new Change.Retag(instance.id(), tag));
            }
        });
        facts.leaving().stream().filter(instance -> !image.instances().containsKey(instance)).sorted()
                .forEach(instance -> changes.add(new Change.Forget(instance)));
        String level = faultZone(image, facts);
        if (!level.equals(facts.faultZone())) {
            changes.add(new Change.SetFaultZone(level));
        }
        return changes;
    }

    private record Place(String instance, String resource) {}

    private static List<Change> retries(ClusterImage image, Facts facts, Instant now, Duration retryAfter) {
        Comparator<Place> order = Comparator.comparing(Place::instance).thenComparing(Place::resource);
        Map<Place, List<Integer>> due = new TreeMap<>(order);
        facts.failedSince().forEach((replica, since) -> {
            boolean live = image.instances().containsKey(replica.instance());
            if (live && !now.isBefore(since.plus(retryAfter))) {
                due.computeIfAbsent(new Place(replica.instance(), replica.resource()), place -> new ArrayList<>())
                        .add(replica.partition());
            }
        });
        return due.entrySet().stream().<Change>map(entry -> new Change.Retry(entry.getKey().instance,
                entry.getKey().resource, entry.getValue().stream().sorted().toList())).toList();
    }

    private static String faultZone(ClusterImage image, Facts facts) {
        List<Instance> servers = image.withRole(Role.SEGMENT_SERVER).stream()
                .filter(server -> !image.draining().contains(server.id())).toList();
        for (Facts.Pool pool : facts.pools()) {
            List<Instance> tier = servers.stream().filter(server -> Members.tag(server).equals(pool.tag())).toList();
            Set<String> zones = tier.stream().map(Members::zone).collect(Collectors.toSet());
            if (tier.size() > zones.size() && zones.size() < pool.replicas()) {
                return ClusterFounder.BY_INSTANCE;
            }
        }
        // Too few servers to tell: a rolling restart must not move shards.
        boolean telling = facts.pools().stream().allMatch(pool -> servers.stream()
                .filter(server -> Members.tag(server).equals(pool.tag())).count() >= pool.replicas());
        return telling ? ClusterFounder.BY_ZONE : facts.faultZone();
    }
}
