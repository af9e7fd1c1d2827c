package org.narwhaldb.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;

class RepairsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration RETRY_AFTER = Duration.ofSeconds(15);
    private static final Facts.Pool POOL = new Facts.Pool("pool", 2, "tier-hot");

    private static Instance server(String id, String zone) {
        return new Instance(id, Role.SEGMENT_SERVER, "h", 1, "hot", zone);
    }

    private static ClusterImage image(Instance... instances) {
        return new ClusterImage(Arrays.stream(instances).collect(Collectors.toMap(Instance::id, Function.identity())),
                Map.of(), Map.of(), "c", 1, NOW);
    }

    private static Facts facts(Map<Facts.Replica, Instant> failed, Map<String, List<String>> tags, String zone) {
        return new Facts(failed, tags, List.of(POOL), zone, Set.of());
    }

    private static List<Change> decide(ClusterImage image, Facts facts) {
        return Repairs.decide(image, facts, NOW, RETRY_AFTER);
    }

    @Test
    void failed_replicas_that_rested_are_tried_again_by_instance_and_resource() {
        Instant rested = NOW.minus(RETRY_AFTER);
        Facts facts = facts(Map.of(
                new Facts.Replica("pool", 7, "a"), rested,
                new Facts.Replica("pool", 3, "a"), rested,
                new Facts.Replica("pool", 3, "b"), rested,
                new Facts.Replica("pool", 4, "b"), rested.plusMillis(1),
                new Facts.Replica("pool", 5, "gone"), rested), Map.of(), "zone");

        assertThat(decide(image(server("a", "z1"), server("b", "z2")), facts)).containsExactly(
                new Change.Retry("a", "pool", List.of(3, 7)), new Change.Retry("b", "pool", List.of(3)));
    }

    @Test
    void an_instance_with_other_tags_gets_its_own_back() {
        Facts facts = facts(Map.of(), Map.of("a", List.of("tier-cold"), "b", List.of("tier-hot")), "zone");

        assertThat(decide(image(server("a", "z1"), server("b", "z2")), facts))
                .containsExactly(new Change.Retag("a", "tier-hot"));
    }

    @Test
    void too_few_zones_keep_replicas_apart_by_instance_and_enough_by_zone_again() {
        Facts byZone = facts(Map.of(), Map.of(), "zone");
        Facts byInstance = facts(Map.of(), Map.of(), "instance");

        assertThat(decide(image(server("a", "z"), server("b", "z")), byZone))
                .containsExactly(new Change.SetFaultZone("instance"));
        assertThat(decide(image(server("a", "z1"), server("b", "z2")), byInstance))
                .containsExactly(new Change.SetFaultZone("zone"));
    }

    @Test
    void a_server_that_is_away_for_a_moment_changes_nothing() {
        assertThat(decide(image(server("a", "z")), facts(Map.of(), Map.of(), "instance"))).isEmpty();
        assertThat(decide(image(server("a", "z1")), facts(Map.of(), Map.of(), "zone"))).isEmpty();
    }

    @Test
    void servers_that_name_no_zone_are_zones_of_their_own() {
        assertThat(decide(image(server("a", ""), server("b", "")), facts(Map.of(), Map.of(), "zone"))).isEmpty();
    }

    @Test
    void a_server_that_drains_counts_for_no_zone() {
        ClusterImage draining = new ClusterImage(image(server("a", "z1"), server("b", "z1"), server("c", "z2")).instances(),
                Map.of(), Map.of(), Set.of("c"), "c", 1, NOW);

        assertThat(decide(draining, facts(Map.of(), Map.of(), "zone"))).containsExactly(new Change.SetFaultZone("instance"));
    }

    @Test
    void a_removed_member_is_forgotten_once_it_is_gone() {
        Facts facts = new Facts(Map.of(), Map.of(), List.of(POOL), "zone", Set.of("a", "gone"));

        assertThat(decide(image(server("a", "z1"), server("b", "z2")), facts)).containsExactly(new Change.Forget("gone"));
    }
}
