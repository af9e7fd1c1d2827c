package org.narwhaldb.flight.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Schedulers;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.cluster.memory.InMemoryCluster;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

final class NodeControlTest {
    private static final String RESOURCE = "pool@_default@2";

    private final Cluster cluster = new InMemoryCluster(InstantSource.system(), Schedulers.threads("node-control", 4),
            Duration.ofMillis(50)).connect();
    private final NodeControl nodes = new NodeControl(cluster, InstantSource.system());
    private final List<String> progress = new ArrayList<>();

    /// @param loads what a load waits for
    private record Shards(CountDownLatch loads) implements ClusterMember.ShardHandler {
        @Override
        public void load(ShardId shard) {
            try {
                loads.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void serve(ShardId shard) {}

        @Override
        public void unload(ShardId shard) {}
    }

    private static final class Tables implements ClusterMember.LeaderHandler {
        @Override
        public void lead(int partition, long epoch) {}

        @Override
        public void standBy(int partition) {}
    }

    private ClusterMember server(String id) {
        return server(id, new CountDownLatch(0));
    }

    private ClusterMember server(String id, CountDownLatch loads) {
        return cluster.joinAsServer(instance(id, Role.SEGMENT_SERVER), new Shards(loads));
    }

    private static Instance instance(String id, Role role) {
        return new Instance(id, role, "127.0.0.1", 1, role == Role.SEGMENT_SERVER ? Instance.DEFAULT_TIER : "", "");
    }

    private ObjectNode drain(String node) {
        return nodes.drain(request(node), step -> progress.add(step.path("message").asText()));
    }

    private ObjectNode remove(String node) {
        return nodes.remove(request(node), step -> progress.add(step.path("message").asText()));
    }

    private static ObjectNode request(String node) {
        return JsonNodeFactory.instance.objectNode().put("node", node);
    }

    private List<String> holders(int shard) {
        return cluster.view().image().replicas().getOrDefault(new ShardId(RESOURCE, shard), Map.of()).keySet()
                .stream().sorted().toList();
    }

    private void assertFails(Runnable action, ErrorCode code, String... parts) {
        assertThatThrownBy(action::run).isInstanceOfSatisfying(NarwhalException.class, e -> {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
            assertThat(e.getMessage()).contains(parts);
        });
    }

    @Test
    void a_drained_server_is_left_when_its_shards_are_served_by_others() throws Exception {
        server("a");
        server("b");
        cluster.ensureShards(RESOURCE, 8, 2, Instance.DEFAULT_TIER);
        await(() -> holders(7).equals(List.of("a", "b")));
        CountDownLatch loads = new CountDownLatch(1);
        server("c", loads);

        CompletableFuture<ObjectNode> draining = CompletableFuture.supplyAsync(() -> drain("a"));
        await(() -> cluster.view().image().draining().contains("a"));
        assertThat(draining).as("others load still").isNotDone();
        loads.countDown();
        ObjectNode outcome = draining.get(1, TimeUnit.MINUTES);

        assertThat(outcome.path("state").asText()).isEqualTo("drained");
        for (int shard = 0; shard < 8; shard++) {
            assertThat(holders(shard)).containsExactly("b", "c");
        }
        assertThat(progress.getLast()).matches("(\\d) of \\1 shards are served by others");
        nodes.drain(request("a").put("undo", true), _ -> { });
        assertThat(cluster.members().get("a").draining()).isFalse();
    }

    @Test
    void the_last_server_is_neither_drained_nor_removed_and_its_shards_are_named() {
        server("a");
        cluster.ensureShards(RESOURCE, 8, 2, Instance.DEFAULT_TIER);
        await(() -> holders(7).equals(List.of("a")));

        assertFails(() -> drain("a"), ErrorCode.INVALID_REQUEST, "last server of tier [_default]", RESOURCE + " {0-7}");
        assertFails(() -> remove("a"), ErrorCode.INVALID_REQUEST, RESOURCE + " {0-7}");
        assertThat(cluster.members().get("a")).isEqualTo(
                new Cluster.KnownMember(instance("a", Role.SEGMENT_SERVER), true, false, false));
    }

    @Test
    void a_removed_server_is_forgotten_when_its_process_has_ended() {
        ClusterMember leaving = server("a");
        server("b");
        cluster.ensureShards(RESOURCE, 8, 2, Instance.DEFAULT_TIER);
        await(() -> holders(7).equals(List.of("a", "b")));

        assertThat(remove("a").path("state").asText()).isEqualTo("leaving");

        assertThat(holders(3)).containsExactly("b");
        assertThat(cluster.members()).containsKey("a");
        leaving.close();
        assertThat(cluster.members()).doesNotContainKey("a");
    }

    @Test
    void a_dead_server_is_removed_at_once_whatever_it_held() {
        ClusterMember dead = server("a");
        cluster.ensureShards(RESOURCE, 8, 2, Instance.DEFAULT_TIER);
        await(() -> holders(7).equals(List.of("a")));
        dead.close();

        assertThat(remove("a").path("state").asText()).isEqualTo("removed");
        assertThat(cluster.members()).isEmpty();
    }

    @Test
    void an_ingest_node_hands_its_tables_over_unless_it_is_the_last() {
        cluster.joinAsLeader(instance("i", Role.INGEST), new Tables());
        await(() -> cluster.view().image().leaders().containsValue("i"));
        assertFails(() -> drain("i"), ErrorCode.INVALID_REQUEST, "last ingest node");
        cluster.joinAsLeader(instance("j", Role.INGEST), new Tables());

        assertThat(drain("i").path("state").asText()).isEqualTo("drained");

        assertThat(cluster.view().image().leaders()).containsValue("j").doesNotContainValue("i");
    }

    @Test
    void what_holds_nothing_is_not_drained_and_who_is_unknown_is_told_who_is_there() {
        ClusterMember frontEnd = cluster.announce(instance("f", Role.FLIGHT_SERVER));

        assertFails(() -> drain("f"), ErrorCode.INVALID_REQUEST, "front end", "stop its process");
        assertFails(() -> remove("f"), ErrorCode.INVALID_REQUEST, "front end");
        assertFails(() -> drain("nobody"), ErrorCode.INVALID_PARAMETER, "[nobody]", "[f]");
        frontEnd.close();
        assertThat(remove("f").path("state").asText()).isEqualTo("removed");
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
