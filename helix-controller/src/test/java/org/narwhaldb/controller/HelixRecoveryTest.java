package org.narwhaldb.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.PointerStore.Outcome;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.Schedulers;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.cluster.helix.EmbeddedZooKeeper;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// Where Helix puts shards while servers come and go, and what outlives ZooKeeper. Sessions are short here, so that what
/// takes a minute in production takes seconds.
@Tag("slow")
class HelixRecoveryTest {
    private static final String SESSION_TIMEOUT = "zk.session.timeout";
    private static final String CLUSTER = "recovery";
    private static final String RESOURCE = "pool@_default@2";
    private static final int SHARDS = 32;
    private static final TableName TABLE = TableName.parse("t");
    private static final PointerStore.Pointer FIRST = new PointerStore.Pointer(new VersionId("a", 1), 0);

    private static String sessionTimeoutBefore;

    @TempDir
    private Path dir;

    private final Scheduler scheduler = Schedulers.threads("recovery", 6);
    private final Map<String, ShardLog> logs = new TreeMap<>();
    private final Map<String, ClusterMember> members = new HashMap<>();
    private EmbeddedZooKeeper zooKeeper;
    private HelixController controller;
    private Cluster cluster;

    @BeforeAll
    static void shortSessions() {
        sessionTimeoutBefore = System.setProperty(SESSION_TIMEOUT, "2000");
    }

    @AfterAll
    static void sessionsAsBefore() {
        if (sessionTimeoutBefore == null) {
            System.clearProperty(SESSION_TIMEOUT);
        } else {
            System.setProperty(SESSION_TIMEOUT, sessionTimeoutBefore);
        }
    }

    @BeforeEach
    void start() {
        zooKeeper = EmbeddedZooKeeper.start(dir, 0);
        controller = controller("controller_1");
        cluster = Cluster.connect(zooKeeper.address(), CLUSTER, InstantSource.system(), scheduler);
    }

    @AfterEach
    void stop() {
        cluster.close();
        controller.close();
        zooKeeper.close();
    }

    private HelixController controller(String id) {
        return HelixController.start(zooKeeper.address(), CLUSTER,
                new HelixController.Config(id, Duration.ofMillis(200), Duration.ofMillis(500)), InstantSource.system(), scheduler);
    }

    private static Instance server(String name, String zone) {
        return new Instance(name, Role.SEGMENT_SERVER, "127.0.0.1", 9_000, Instance.DEFAULT_TIER, zone);
    }

    private void join(String name, String zone) {
        members.put(name, cluster.joinAsServer(server(name, zone), logs.computeIfAbsent(name, _ -> new ShardLog())));
    }

    private ClusterImage image() {
        return cluster.view().image();
    }

    private Set<String> holders(ClusterImage image, int shard) {
        return image.serving(new ShardId(RESOURCE, shard));
    }

    private boolean allServed(ClusterImage image, int replicas) {
        for (int shard = 0; shard < SHARDS; shard++) {
            if (holders(image, shard).size() != replicas) {
                return false;
            }
        }
        return true;
    }

    private void awaitAllServed(int replicas) {
        Await.until("all shards have " + replicas + " replicas", () -> allServed(image(), replicas), this::image);
    }

    private Map<Integer, Set<String>> placement() {
        Map<Integer, Set<String>> placement = new TreeMap<>();
        ClusterImage image = image();
        for (int shard = 0; shard < SHARDS; shard++) {
            placement.put(shard, holders(image, shard));
        }
        return placement;
    }

    /// Shards that were loaded, by server, as counts.
    private Map<String, Integer> loads() {
        Map<String, Integer> loads = new TreeMap<>();
        logs.forEach((name, log) -> loads.put(name, log.loads.get()));
        return loads;
    }

    /// Returns once Helix has placed shards after all that happened before, on servers of another tier.
    private void awaitPlacement(String probe) {
        String tier = "tier-of-" + probe;
        cluster.joinAsServer(new Instance(probe, Role.SEGMENT_SERVER, "127.0.0.1", 1, tier, probe), new ShardLog());
        cluster.ensureShards("pool@" + tier + "@1", 1, 1, tier);
        Await.until("the probe is placed", () -> !image().serving(new ShardId("pool@" + tier + "@1", 0)).isEmpty(), this::image);
    }

    @Test
    void a_restart_within_five_minutes_moves_and_loads_nothing_elsewhere() {
        join("a", "z1");
        join("b", "z2");
        join("c", "z3");
        cluster.ensureShards(RESOURCE, SHARDS, 2, Instance.DEFAULT_TIER);
        awaitAllServed(2);
        Map<Integer, Set<String>> before = placement();
        Map<String, Integer> loads = loads();

        members.get("c").close();

        Await.until("c is gone", () -> !image().instances().containsKey("c"), this::image);
        awaitPlacement("probe1");
        assertThat(logs.get("a").loads.get() + logs.get("b").loads.get()).as("loads of the others")
                .isEqualTo(loads.get("a") + loads.get("b"));
        placement().forEach((shard, holders) -> {
            Set<String> expected = new HashSet<>(before.get(shard));
            expected.remove("c");
            assertThat(holders).as("shard %d", shard).isEqualTo(expected);
        });
        join("c", "z3");
        awaitAllServed(2);
        awaitPlacement("probe2");
        assertThat(placement()).isEqualTo(before);
        assertThat(logs.get("a").loads.get() + logs.get("b").loads.get()).isEqualTo(loads.get("a") + loads.get("b"));
        assertThat(logs.values()).allSatisfy(log -> assertThat(log.unloads).hasValue(0));
    }

    @Test
    void a_shard_that_lost_all_replicas_is_placed_anew_at_once_and_the_others_wait() {
        join("a", "z1");
        join("b", "z2");
        join("c", "z3");
        cluster.ensureShards(RESOURCE, SHARDS, 2, Instance.DEFAULT_TIER);
        awaitAllServed(2);
        Map<Integer, Set<String>> before = placement();

        members.get("b").close();
        members.get("c").close();

        Await.until("a serves every shard", () -> allServed(image(), 1), this::image);
        long lost = before.values().stream().filter(holders -> !holders.contains("a")).count();
        assertThat(lost).isPositive();
        assertThat(logs.get("a").loads.get()).isEqualTo(SHARDS);
    }

    @Test
    void two_replicas_are_never_in_one_zone_and_a_new_server_takes_shards_by_itself() {
        join("a1", "a");
        join("a2", "a");
        join("b1", "b");
        cluster.ensureShards(RESOURCE, SHARDS, 2, Instance.DEFAULT_TIER);
        awaitAllServed(2);
        assertZonesApart();
        List<ClusterImage> images = new CopyOnWriteArrayList<>();
        cluster.view().onChange(images::add);

        join("b2", "b");

        // shards move one by one: while b2 loads, all is whole already
        Await.until("b2 serves its part and no shard has more than two", () -> allServed(image(), 2)
                && placement().values().stream().filter(holders -> holders.contains("b2")).count() >= SHARDS / 4, this::image);
        assertThat(logs.get("b2").serving).hasSizeBetween(SHARDS / 4, SHARDS * 3 / 4);
        assertZonesApart();
        assertThat(images).as("no shard lost a replica on the way").allMatch(image -> {
            for (int shard = 0; shard < SHARDS; shard++) {
                if (holders(image, shard).size() < 2) {
                    return false;
                }
            }
            return true;
        });
    }

    private void assertZonesApart() {
        placement().forEach((shard, holders) -> assertThat(holders.stream().map(holder -> holder.substring(0, 1)).distinct())
                .as("zones of shard %d on %s", shard, holders).hasSize(2));
    }

    @Test
    void when_zookeeper_is_away_for_longer_than_all_sessions_everything_stays_and_goes_on_afterwards() {
        join("a", "z1");
        join("b", "z2");
        LeaderLog leader = new LeaderLog();
        cluster.joinAsLeader(new Instance("ingest", Role.INGEST, "127.0.0.1", 1, "", ""), leader);
        cluster.ensureShards(RESOURCE, SHARDS, 2, Instance.DEFAULT_TIER);
        awaitAllServed(2);
        Await.until("led", () -> leader.leading.size() == ClusterImage.LEADER_PARTITIONS, () -> leader.leading);
        AtomicInteger rings = new AtomicInteger();
        cluster.pointers().watch(rings::incrementAndGet);
        assertThat(cluster.pointers().compareAndSet(TABLE, Optional.empty(), new VersionId("a", 1))).isEqualTo(Outcome.APPLIED);
        Await.until("all leaders are known", () -> image().leaders().size() == ClusterImage.LEADER_PARTITIONS, this::image);
        ClusterImage before = image();
        List<ClusterImage> images = new CopyOnWriteArrayList<>();
        cluster.view().onChange(images::add);
        int port = zooKeeper.port();

        zooKeeper.close();
        long begin = System.nanoTime();
        Await.until("an outage of several sessions", () -> System.nanoTime() - begin > 10_000_000_000L, () -> "");
        assertThat(image().replicas()).isEqualTo(before.replicas());
        assertThat(image().instances()).isEqualTo(before.instances());
        assertThat(image().leaders()).isEqualTo(before.leaders());
        int rung = rings.get();
        zooKeeper = EmbeddedZooKeeper.startAlone(dir, port);

        Await.until("the watch rings after the outage", () -> rings.get() > rung, rings::get);
        assertThat(cluster.pointers().compareAndSet(TABLE, Optional.of(FIRST), new VersionId("a", 2))).isEqualTo(Outcome.APPLIED);
        awaitPlacement("probe");
        awaitAllServed(2);
        Await.until("led", () -> leader.leading.size() == ClusterImage.LEADER_PARTITIONS, () -> leader.leading);
        assertThat(logs.values()).allSatisfy(log -> assertThat(log.unloads).hasValue(0));
        assertThat(images).noneMatch(image -> image.withRole(Role.SEGMENT_SERVER).isEmpty());
    }

    @Test
    void when_zookeeper_loses_its_data_under_running_processes_they_found_the_cluster_anew() throws IOException {
        try (HelixController standby = controller("controller_2")) {
            join("a", "z1");
            join("b", "z2");
            LeaderLog leader = new LeaderLog();
            cluster.joinAsLeader(new Instance("ingest", Role.INGEST, "127.0.0.1", 1, "", ""), leader);
            cluster.announce(new Instance("front", Role.FLIGHT_SERVER, "127.0.0.1", 1, "", ""));
            cluster.ensureShards(RESOURCE, SHARDS, 2, Instance.DEFAULT_TIER);
            cluster.pointers().compareAndSet(TABLE, Optional.empty(), new VersionId("a", 1));
            awaitAllServed(2);
            Await.until("led", () -> leader.leading.size() == ClusterImage.LEADER_PARTITIONS, () -> leader.leading);
            List<ClusterImage> images = new CopyOnWriteArrayList<>();
            cluster.view().onChange(images::add);
            int port = zooKeeper.port();

            zooKeeper.close();
            Path empty = Files.createDirectory(dir.resolve("empty"));
            zooKeeper = EmbeddedZooKeeper.start(empty, port);

            Await.until("all members are back", () -> cluster.members().values().stream().filter(Cluster.KnownMember::live)
                    .count() == 4, cluster::members);
            Await.until("one controller leads", () -> controller.leads() != standby.leads(), this::image);
            assertThat(cluster.pointers().readAll()).isEmpty();
            cluster.ensureShards(RESOURCE, SHARDS, 2, Instance.DEFAULT_TIER);
            assertThat(cluster.pointers().compareAndSet(TABLE, Optional.empty(), new VersionId("b", 1))).isEqualTo(Outcome.APPLIED);
            Await.until("all shards were asked for again", () -> logs.get("a").loads.get() + logs.get("b").loads.get()
                    == 4 * SHARDS, this::loads);
            awaitAllServed(2);
            Await.until("led", () -> leader.leading.size() == ClusterImage.LEADER_PARTITIONS
                    && image().leaders().size() == ClusterImage.LEADER_PARTITIONS, this::image);
            assertThat(logs.values()).as("nothing was unloaded").allSatisfy(log -> assertThat(log.unloads).hasValue(0));
            awaitPlacement("probe");
        }
    }
}
