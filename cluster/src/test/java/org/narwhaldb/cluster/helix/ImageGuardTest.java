package org.narwhaldb.cluster.helix;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.ReplicaState;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.ShardId;

class ImageGuardTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String RESOURCE = "pool";

    private final ImageGuard guard = new ImageGuard();

    private static ClusterImage image(int servers, int servingEach) {
        Map<String, Instance> instances = new HashMap<>();
        Map<ShardId, Map<String, ReplicaState>> replicas = new HashMap<>();
        for (int server = 0; server < servers; server++) {
            String id = "s" + server;
            instances.put(id, new Instance(id, Role.SEGMENT_SERVER, "h", 1, "t", "z"));
            for (int shard = 0; shard < servingEach; shard++) {
                replicas.computeIfAbsent(new ShardId(RESOURCE, shard), key -> new HashMap<>())
                        .put(id, ReplicaState.SERVING);
            }
        }
        return new ClusterImage(instances, replicas, Map.of(), null, 1, NOW);
    }

    private boolean believes(ClusterImage last, ClusterImage next, Duration later) {
        return guard.believes(last, next, Set.of(RESOURCE), NOW.plus(later));
    }

    @Test
    void one_of_two_servers_may_go_at_once() {
        assertThat(believes(image(2, 8), image(1, 8), Duration.ZERO)).isTrue();
    }

    @Test
    void losing_all_servers_is_believed_only_when_it_lasts() {
        assertThat(believes(image(3, 8), image(0, 0), Duration.ZERO)).isFalse();
        assertThat(believes(image(3, 8), image(0, 0), ImageGuard.CONFIRMATION.minusMillis(1))).isFalse();
        assertThat(believes(image(3, 8), image(0, 0), ImageGuard.CONFIRMATION)).isTrue();
    }

    @Test
    void servers_that_return_end_the_doubt() {
        assertThat(believes(image(3, 8), image(0, 0), Duration.ZERO)).isFalse();
        assertThat(believes(image(3, 8), image(3, 8), Duration.ofSeconds(1))).isTrue();

        assertThat(believes(image(3, 8), image(0, 0), ImageGuard.CONFIRMATION.plusSeconds(1))).isFalse();
    }

    @Test
    void losing_most_serving_replicas_while_servers_live_is_doubted() {
        assertThat(believes(image(2, 8), image(2, 3), Duration.ZERO)).isFalse();
        assertThat(believes(image(2, 8), image(2, 4), Duration.ZERO)).isTrue();
    }

    @Test
    void a_dropped_resource_is_no_loss() {
        assertThat(guard.believes(image(2, 8), image(2, 0), Set.of("other"), NOW)).isTrue();
    }

    @Test
    void a_cluster_that_was_small_may_vanish() {
        assertThat(believes(image(1, 8), image(0, 0), Duration.ZERO)).isTrue();
    }
}
