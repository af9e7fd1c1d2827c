package org.narwhaldb.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.PointerStore.Outcome;
import org.narwhaldb.cluster.ReplicaState;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// What every cluster does, whatever runs it: if an implementation passes, the processes above it should work on it;
/// if they do not, this suite lacks a test. Tests share a cluster, so each names its own tier, members and tables.
abstract class ClusterContract {
    private static final AtomicInteger RUNS = new AtomicInteger();

    private final int run = RUNS.incrementAndGet();
    private final String tier = "tier" + run;
    private final String resource = "pool@" + tier + "@2";
    private final List<Cluster> opened = new CopyOnWriteArrayList<>();

    abstract Cluster connectToCluster();

    @AfterEach
    void closeConnections() {
        opened.forEach(Cluster::close);
    }

    private Cluster connect() {
        Cluster cluster = connectToCluster();
        opened.add(cluster);
        return cluster;
    }

    private Instance server(int number) {
        return new Instance("server_" + run + "_" + number, Role.SEGMENT_SERVER, "127.0.0.1", 9_000 + number, tier, "");
    }

    private Instance other(Role role, int number) {
        return new Instance(role + "_" + run + "_" + number, role, "127.0.0.1", 9_000 + number, "", "z1");
    }

    private TableName table(String name) {
        return new TableName("main", name + run);
    }

    private Set<String> serving(Cluster cluster, int shard) {
        return cluster.view().image().serving(new ShardId(resource, shard));
    }

    private void awaitServing(Cluster cluster, int shards, Instance... servers) {
        List<String> ids = List.of(servers).stream().map(Instance::id).toList();
        Await.until(shards + " shards served by " + ids, () -> {
            for (int shard = 0; shard < shards; shard++) {
                if (!serving(cluster, shard).equals(Set.copyOf(ids))) {
                    return false;
                }
            }
            return true;
        }, () -> cluster.view().image());
    }

    @Test
    void shards_are_loaded_and_served_by_two_servers() {
        Cluster one = connect();
        Cluster two = connect();
        ShardLog first = new ShardLog();
        ShardLog second = new ShardLog();

        one.joinAsServer(server(1), first);
        two.joinAsServer(server(2), second);
        one.ensureShards(resource, 8, 2, tier);

        awaitServing(one, 8, server(1), server(2));
        awaitServing(two, 8, server(1), server(2));
        assertThat(first.loaded).hasSize(8).isEqualTo(first.serving).isEqualTo(second.serving);
        assertThat(one.view().image().instances()).containsEntry(server(1).id(), server(1));
    }

    @Test
    void a_server_that_leaves_is_gone_from_the_image_and_the_other_serves_on() {
        Cluster one = connect();
        ShardLog staying = new ShardLog();
        ClusterMember leaving = one.joinAsServer(server(1), new ShardLog());
        one.joinAsServer(server(2), staying);
        one.ensureShards(resource, 4, 2, tier);
        awaitServing(one, 4, server(1), server(2));

        leaving.close();

        awaitServing(one, 4, server(2));
        Await.until("only the other is left", () -> !one.view().image().instances().containsKey(server(1).id())
                && one.view().image().instances().containsKey(server(2).id()), () -> one.view().image());
        assertThat(staying.unloads).hasValue(0);
    }

    @Test
    void more_replicas_than_servers_serve_with_what_there_is() {
        Cluster one = connect();
        one.joinAsServer(server(1), new ShardLog());

        one.ensureShards(resource, 4, 3, tier);

        awaitServing(one, 4, server(1));
    }

    @Test
    void shards_that_two_processes_ask_for_at_once_exist_once() throws Exception {
        Cluster one = connect();
        Cluster two = connect();
        one.joinAsServer(server(1), new ShardLog());

        together(List.of(() -> ensure(one, 4), () -> ensure(two, 4), () -> ensure(one, 4), () -> ensure(two, 4)));

        awaitServing(two, 4, server(1));
        assertThatThrownBy(() -> two.ensureShards(resource, 8, 2, tier))
                .isInstanceOf(NarwhalException.class).hasMessageContaining("has [4] shards and cannot get [8]")
                .extracting(e -> ((NarwhalException) e).code()).isEqualTo(ErrorCode.INVALID_PARAMETER);
    }

    private Void ensure(Cluster cluster, int shards) {
        cluster.ensureShards(resource, shards, 2, tier);
        return null;
    }

    @Test
    void shards_without_a_replica_are_refused() {
        assertThatThrownBy(() -> connect().ensureShards(resource, 4, 0, tier))
                .isInstanceOf(NarwhalException.class).hasMessageContaining("at least one shard and one replica");
    }

    @Test
    void dropped_shards_are_unloaded() {
        Cluster one = connect();
        ShardLog log = new ShardLog();
        one.joinAsServer(server(1), log);
        one.ensureShards(resource, 4, 2, tier);
        awaitServing(one, 4, server(1));

        int stamp = one.shardResources().get(resource).stamp();
        assertThat(one.dropShards(resource, stamp)).isTrue();
        assertThat(one.dropShards(resource, stamp)).as("dropped already").isTrue();

        Await.until("no shard is loaded", () -> log.loaded.isEmpty() && serving(one, 0).isEmpty(),
                () -> one.view().image());
    }

    @Test
    void shards_that_were_asked_for_again_are_not_dropped_by_one_who_looked_before() {
        Cluster one = connect();
        String own = "main.t@" + tier + "@4x2";
        one.joinAsServer(server(1), new ShardLog());
        one.ensureShards(own, 4, 2, tier);
        Cluster.ShardResource seen = one.shardResources().get(own);
        assertThat(seen).isEqualTo(new Cluster.ShardResource(4, 2, tier, seen.stamp()));

        connect().ensureShards(own, 4, 2, tier);

        assertThat(one.dropShards(own, seen.stamp())).isFalse();
        assertThat(one.dropShards(own, one.shardResources().get(own).stamp())).isTrue();
        assertThat(one.shardResources()).doesNotContainKey(own);
    }

    @Test
    void a_drained_server_gives_its_shards_to_others_first_and_gets_no_new_ones_until_it_may_again() {
        Cluster one = connect();
        ShardLog first = new ShardLog();
        one.joinAsServer(server(1), first);
        one.joinAsServer(server(2), new ShardLog());
        one.ensureShards(resource, 8, 2, tier);
        awaitServing(one, 8, server(1), server(2));
        List<ClusterImage> images = new CopyOnWriteArrayList<>();
        one.view().onChange(images::add);
        one.joinAsServer(server(3), new ShardLog());

        one.drain(server(1).id(), true);

        awaitServing(one, 8, server(2), server(3));
        assertThat(images).allSatisfy(image -> {
            for (int shard = 0; shard < 8; shard++) {
                assertThat(image.serving(new ShardId(resource, shard))).hasSizeGreaterThanOrEqualTo(2);
            }
        });
        Await.until("unloaded", first.loaded::isEmpty, () -> first.loaded);
        assertThat(one.view().image().draining()).contains(server(1).id());
        assertThat(one.members().get(server(1).id())).isEqualTo(
                new Cluster.KnownMember(server(1), true, true, false));
        String later = "later@" + tier;
        one.ensureShards(later, 4, 3, tier);
        Await.until("new shards are served by the others", () -> Set.of(server(2).id(), server(3).id())
                .equals(one.view().image().serving(new ShardId(later, 3))), () -> one.view().image());

        one.drain(server(1).id(), false);

        Await.until("takes shards again", () -> one.view().image().serving(new ShardId(later, 3)).size() == 3,
                () -> one.view().image());
        assertThat(one.view().image().draining()).doesNotContain(server(1).id());
    }

    @Test
    void the_only_server_keeps_its_shards_while_it_drains() {
        Cluster one = connect();
        ShardLog log = new ShardLog();
        one.joinAsServer(server(1), log);
        one.ensureShards(resource, 4, 2, tier);
        awaitServing(one, 4, server(1));

        one.drain(server(1).id(), true);

        Await.until("drains", () -> one.view().image().draining().contains(server(1).id()), () -> one.view().image());
        awaitServing(one, 4, server(1));
        one.joinAsServer(server(2), new ShardLog());
        awaitServing(one, 4, server(2));
        Await.until("unloaded", log.loaded::isEmpty, () -> log.loaded);
    }

    @Test
    void a_drained_ingest_node_leads_nothing_and_stays_drained_when_it_comes_back() {
        Cluster one = connect();
        Cluster two = connect();
        LeaderLog first = new LeaderLog();
        LeaderLog second = new LeaderLog();
        Instance draining = other(Role.INGEST, 1);
        ClusterMember member = one.joinAsLeader(draining, first);
        awaitLeading(first, ClusterImage.LEADER_PARTITIONS);

        one.drain(draining.id(), true);
        two.joinAsLeader(other(Role.INGEST, 2), second);

        awaitLeading(second, ClusterImage.LEADER_PARTITIONS);
        Await.until("leads nothing", first.leading::isEmpty, () -> first.leading);
        member.close();
        one.joinAsLeader(draining, first);
        assertThat(one.members().get(draining.id())).isEqualTo(new Cluster.KnownMember(draining, true, true, false));
        one.drain(draining.id(), false);
        Await.until("may lead again", () -> !one.view().image().draining().contains(draining.id()), () -> one.view().image());
    }

    @Test
    void a_removed_member_is_forgotten_when_it_is_gone() {
        Cluster one = connect();
        ClusterMember member = one.joinAsServer(server(1), new ShardLog());
        one.announce(other(Role.FLIGHT_SERVER, 1)).close();
        Await.until("gone", () -> !one.members().get(other(Role.FLIGHT_SERVER, 1).id()).live(), one::members);

        one.remove(server(1).id());
        one.remove(other(Role.FLIGHT_SERVER, 1).id());
        one.remove("nobody");

        Await.until("forgotten", () -> !one.members().containsKey(other(Role.FLIGHT_SERVER, 1).id()), one::members);
        assertThat(one.members().get(server(1).id())).isEqualTo(new Cluster.KnownMember(server(1), true, false, true));
        member.close();
        Await.until("forgotten", () -> !one.members().containsKey(server(1).id()), one::members);
        one.joinAsServer(server(1), new ShardLog());
        assertThat(one.members().get(server(1).id()).leaving()).as("a new member").isFalse();
    }

    @Test
    void a_load_that_fails_is_seen_as_an_error_and_tried_again() {
        Cluster one = connect();
        ShardLog log = new ShardLog();
        log.failures.set(Integer.MAX_VALUE);
        one.joinAsServer(server(1), log);

        one.ensureShards(resource, 1, 1, tier);

        Await.until("the error is seen", () -> ReplicaState.ERROR == one.view().image().replicas()
                .getOrDefault(new ShardId(resource, 0), Map.of()).get(server(1).id()), () -> one.view().image());
        log.failures.set(0);
        awaitServing(one, 1, server(1));
        assertThat(log.loads).hasValueGreaterThan(1);
    }

    @Test
    void a_front_end_is_seen_while_it_is_announced() {
        Cluster one = connect();
        Cluster two = connect();
        Instance frontEnd = other(Role.FLIGHT_SERVER, 1);

        ClusterMember member = one.announce(frontEnd);

        assertThat(one.view().image().withRole(Role.FLIGHT_SERVER)).contains(frontEnd);
        Await.until("seen by others", () -> two.view().image().instances().containsValue(frontEnd),
                () -> two.view().image());
        member.close();
        Await.until("gone", () -> !two.view().image().instances().containsValue(frontEnd), () -> two.view().image());
    }

    @Test
    void an_id_joins_once() {
        Cluster one = connect();
        one.announce(other(Role.FLIGHT_SERVER, 1));

        assertThatThrownBy(() -> one.announce(other(Role.FLIGHT_SERVER, 1)))
                .isInstanceOf(NarwhalException.class).hasMessageContaining("give each its own id");
    }

    @Test
    void a_member_that_comes_back_elsewhere_is_seen_there() {
        Cluster one = connect();
        one.announce(other(Role.FLIGHT_SERVER, 1)).close();
        Instance moved = new Instance(other(Role.FLIGHT_SERVER, 1).id(), Role.FLIGHT_SERVER, "127.0.0.2", 1, "", "z2");

        one.announce(moved);

        assertThat(one.view().image().instances()).containsEntry(moved.id(), moved);
    }

    @Test
    void leadership_passes_on_with_a_higher_epoch() {
        Cluster one = connect();
        Cluster two = connect();
        LeaderLog first = new LeaderLog();
        LeaderLog second = new LeaderLog();
        Instance ingest = other(Role.INGEST, 1);
        ClusterMember leader = one.joinAsLeader(ingest, first);
        awaitLeading(first, ClusterImage.LEADER_PARTITIONS);
        Await.until("all leaders are known", () -> Set.copyOf(two.view().image().leaders().values())
                .equals(Set.of(ingest.id())) && two.view().image().leaders().size() == 32, () -> two.view().image());
        Map<Integer, Long> epochs = Map.copyOf(first.leading);
        Await.until("its own view has it too", () -> one.view().image().leader(table("t")).equals(Optional.of(ingest)),
                () -> one.view().image());

        two.joinAsLeader(other(Role.INGEST, 2), second);
        leader.close();

        assertThat(first.leading).isEmpty();
        awaitLeading(second, ClusterImage.LEADER_PARTITIONS);
        epochs.forEach((partition, epoch) -> assertThat(second.leading.get(partition)).isGreaterThan(epoch));
    }

    private static void awaitLeading(LeaderLog log, int partitions) {
        Await.until("leads " + partitions, () -> log.leading.size() == partitions, () -> log.leading);
    }

    @Test
    void exactly_one_of_eight_writers_wins_each_round() throws Exception {
        PointerStore pointers = connect().pointers();
        PointerStore others = connect().pointers();
        TableName table = table("contested");
        Optional<PointerStore.Pointer> expected = Optional.empty();
        for (int round = 0; round < 20; round++) {
            Optional<PointerStore.Pointer> read = expected;
            List<Callable<Outcome>> writers = new ArrayList<>();
            for (int writer = 0; writer < 8; writer++) {
                VersionId next = new VersionId("w" + writer, round);
                PointerStore store = writer % 2 == 0 ? pointers : others;
                writers.add(() -> store.compareAndSet(table, read, next));
            }

            List<Outcome> outcomes = together(writers);

            assertThat(outcomes).containsOnlyOnce(Outcome.APPLIED);
            assertThat(outcomes.stream().filter(outcome -> outcome == Outcome.REFUSED)).hasSize(7);
            PointerStore.Pointer pointer = others.read(table).orElseThrow();
            assertThat(pointer.version())
                    .isEqualTo(new VersionId("w" + outcomes.indexOf(Outcome.APPLIED), round));
            expected.ifPresent(before -> assertThat(pointer.nodeVersion()).isGreaterThan(before.nodeVersion()));
            expected = Optional.of(pointer);
        }
    }

    @Test
    void a_writer_from_before_a_removal_is_refused() {
        PointerStore pointers = connect().pointers();
        TableName table = table("dropped");
        VersionId version = new VersionId("a", 1);
        pointers.compareAndSet(table, Optional.empty(), version);
        PointerStore.Pointer stale = pointers.read(table).orElseThrow();

        assertThat(pointers.remove(table, stale)).isEqualTo(Outcome.APPLIED);
        assertThat(pointers.read(table)).isEmpty();
        assertThat(pointers.readAll()).doesNotContainKey(table);
        assertThat(pointers.remove(table, stale)).isEqualTo(Outcome.REFUSED);
        assertThat(pointers.compareAndSet(table, Optional.empty(), new VersionId("b", 1))).isEqualTo(Outcome.APPLIED);

        assertThat(pointers.compareAndSet(table, Optional.of(stale), version.next())).isEqualTo(Outcome.REFUSED);
        assertThat(pointers.read(table)).map(PointerStore.Pointer::version).contains(new VersionId("b", 1));
    }

    @Test
    void a_pointer_that_nobody_created_is_absent_and_cannot_be_replaced() {
        PointerStore pointers = connect().pointers();

        assertThat(pointers.read(table("absent"))).isEmpty();
        PointerStore.Pointer supposed = new PointerStore.Pointer(new VersionId("a", 1), 0);
        assertThat(pointers.compareAndSet(table("absent"), Optional.of(supposed), new VersionId("a", 2))).isEqualTo(Outcome.REFUSED);
        assertThat(pointers.remove(table("absent"), supposed)).isEqualTo(Outcome.REFUSED);
    }

    /// Numbers begin again with ZooKeeper's data.
    @Test
    void a_writer_that_knows_the_number_but_another_version_is_refused() {
        PointerStore pointers = connect().pointers();
        TableName table = table("refounded");
        pointers.compareAndSet(table, Optional.empty(), new VersionId("new", 1));
        PointerStore.Pointer lost = new PointerStore.Pointer(
                new VersionId("old", 7), pointers.read(table).orElseThrow().nodeVersion());

        assertThat(pointers.compareAndSet(table, Optional.of(lost), new VersionId("old", 8))).isEqualTo(Outcome.REFUSED);
        assertThat(pointers.remove(table, lost)).isEqualTo(Outcome.REFUSED);

        assertThat(pointers.read(table)).map(PointerStore.Pointer::version).contains(new VersionId("new", 1));
    }

    @Test
    void any_table_name_has_a_pointer_of_its_own() {
        PointerStore pointers = connect().pointers();
        List<TableName> tables = List.of(new TableName("a.b" + run, "c/d"), new TableName("a" + run, "b c%"),
                new TableName("ä" + run, "\u6771\u4eac"), new TableName("..", ".x" + run));

        tables.forEach(table -> pointers.compareAndSet(table, Optional.empty(), new VersionId("v", table.name().length())));

        assertThat(pointers.readAll().keySet()).containsAll(tables);
    }

    @Test
    void a_watch_rings_after_registration_and_after_each_change_until_closed() throws Exception {
        PointerStore pointers = connect().pointers();
        PointerStore others = connect().pointers();
        TableName table = table("watched");
        List<Integer> seen = new CopyOnWriteArrayList<>();
        AutoCloseable watch = pointers.watch(() ->
                seen.add(pointers.read(table).map(PointerStore.Pointer::nodeVersion).orElse(-1)));
        Await.until("rung at once", () -> seen.contains(-1), () -> seen);

        for (int version = 0; version < 3; version++) {
            int expected = version;
            others.compareAndSet(table, others.read(table), new VersionId("v", version));
            Await.until("rung for version " + version, () -> seen.contains(expected), () -> seen);
        }
        watch.close();
    }

    @Test
    void images_rise_in_version_and_the_present_one_comes_first() {
        Cluster one = connect();
        List<ClusterImage> images = new CopyOnWriteArrayList<>();

        one.view().onChange(images::add);
        one.announce(other(Role.FLIGHT_SERVER, 1));

        Await.until("the member is announced to the listener", () -> !images.isEmpty()
                && images.getLast().instances().containsKey(other(Role.FLIGHT_SERVER, 1).id()), () -> images);
        assertThat(images).extracting(ClusterImage::version).isSorted().doesNotHaveDuplicates();
    }

    private static <T> List<T> together(List<Callable<T>> tasks) throws Exception {
        CyclicBarrier start = new CyclicBarrier(tasks.size());
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            List<Future<T>> running = tasks.stream().map(task -> threads.submit(() -> {
                start.await();
                return task.call();
            })).toList();
            List<T> results = new ArrayList<>();
            for (Future<T> future : running) {
                results.add(future.get());
            }
            return results;
        }
    }
}
