package org.narwhaldb.cluster.helix;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.ReplicaState;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.ShardId;

/// Doubts an image that lost most of the cluster at once: when ZooKeeper comes back after an outage, every session
/// may have expired, and all members are about to return. Such an image has to be read again after a moment before it
/// is believed.
final class ImageGuard {
    static final Duration CONFIRMATION = Duration.ofSeconds(3);

    private Instant doubtedSince;

    /// @param resources that the candidate knows: a resource that was dropped is no loss
    boolean believes(ClusterImage last, ClusterImage candidate, Set<String> resources, Instant now) {
        if (!collapsed(last, candidate, resources)) {
            doubtedSince = null;
            return true;
        }
        if (doubtedSince == null) {
            doubtedSince = now;
        }
        if (now.isBefore(doubtedSince.plus(CONFIRMATION))) {
            return false;
        }
        doubtedSince = null;
        return true;
    }

    private static boolean collapsed(ClusterImage last, ClusterImage candidate, Set<String> resources) {
        int servers = last.withRole(Role.SEGMENT_SERVER).size();
        if (servers < 2) {
            return false;
        }
        return candidate.withRole(Role.SEGMENT_SERVER).size() * 2 < servers
                || serving(candidate, resources) * 2 < serving(last, resources);
    }

    private static long serving(ClusterImage image, Set<String> resources) {
        long count = 0;
        for (Map.Entry<ShardId, Map<String, ReplicaState>> shard : image.replicas().entrySet()) {
            if (resources.contains(shard.getKey().resource())) {
                count += shard.getValue().values().stream().filter(state -> state == ReplicaState.SERVING).count();
            }
        }
        return count;
    }
}
