package org.narwhaldb.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.PointerStore.Outcome;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.Schedulers;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.cluster.helix.EmbeddedZooKeeper;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// What a real cluster does when ZooKeeper or a controller goes.
@Tag("slow")
class HelixFaultsTest {
    private static final String RESOURCE = "pool@_default@2";
    private static final int SHARDS = 16;
    private static final TableName TABLE = TableName.parse("t");
    private static final PointerStore.Pointer FIRST = new PointerStore.Pointer(new VersionId("a", 1), 0);

    @TempDir
    private Path dir;

    private final Scheduler scheduler = Schedulers.threads("faults", 4);
    private final ShardLog first = new ShardLog();
    private final ShardLog second = new ShardLog();
    private EmbeddedZooKeeper zooKeeper;
    private HelixController controller;
    private Cluster cluster;

    @BeforeEach
    void start() {
        zooKeeper = EmbeddedZooKeeper.start(dir, 0);
        controller = controller("controller_1");
        cluster = connect();
    }

    @AfterEach
    void stop() {
        cluster.close();
        controller.close();
        zooKeeper.close();
    }

    private HelixController controller(String id) {
        return HelixController.start(zooKeeper.address(), "faults",
                new HelixController.Config(id, Duration.ofMillis(200), Duration.ofMillis(500)),
                InstantSource.system(), scheduler);
    }

    private Cluster connect() {
        return Cluster.connect(zooKeeper.address(), "faults", InstantSource.system(), scheduler);
    }

    private static Instance server(int number, String zone) {
        return new Instance("server_" + number, Role.SEGMENT_SERVER, "127.0.0.1", 9_000 + number,
                Instance.DEFAULT_TIER, zone);
    }

    private void joinTwoServers(String zone, String otherZone) {
        cluster.joinAsServer(server(1, zone), first);
        cluster.joinAsServer(server(2, otherZone), second);
        cluster.ensureShards(RESOURCE, SHARDS, 2, Instance.DEFAULT_TIER);
        awaitAllServed();
    }

    private void awaitAllServed() {
        Await.until("both servers serve all shards", () -> {
            ClusterImage image = cluster.view().image();
            for (int shard = 0; shard < SHARDS; shard++) {
                if (image.serving(new ShardId(RESOURCE, shard)).size() != 2) {
                    return false;
                }
            }
            return true;
        }, () -> cluster.view().image());
    }

    @Test
    void the_image_stays_while_zookeeper_is_away_and_everything_goes_on_when_it_is_back() {
        joinTwoServers("z1", "z2");
        AtomicInteger rings = new AtomicInteger();
        cluster.pointers().watch(rings::incrementAndGet);
        cluster.pointers().compareAndSet(TABLE, Optional.empty(), new VersionId("a", 1));
        Await.until("rung", () -> rings.get() > 1, rings::get);
        ClusterImage before = cluster.view().image();
        List<ClusterImage> images = new CopyOnWriteArrayList<>();
        cluster.view().onChange(images::add);
        int port = zooKeeper.port();

        zooKeeper.close();
        assertThat(cluster.pointers().compareAndSet(TABLE, Optional.of(FIRST), new VersionId("a", 2))).isEqualTo(Outcome.UNKNOWN);
        assertThat(cluster.view().image().replicas()).isEqualTo(before.replicas());
        assertThat(cluster.view().image().instances()).isEqualTo(before.instances());
        int rungBefore = rings.get();
        zooKeeper = EmbeddedZooKeeper.start(dir, port);

        Await.until("the watch rings after the reconnect", () -> rings.get() > rungBefore, rings::get);
        assertThat(cluster.pointers().read(TABLE).orElseThrow().version()).isEqualTo(new VersionId("a", 1));
        int rungAfter = rings.get();
        assertThat(cluster.pointers().compareAndSet(TABLE, Optional.of(FIRST), new VersionId("a", 2))).isEqualTo(Outcome.APPLIED);
        Await.until("the watch rings for a change", () -> rings.get() > rungAfter, rings::get);
        cluster.ensureShards("later", 2, 2, Instance.DEFAULT_TIER);
        Await.until("new shards are served", () -> cluster.view().image().serving(new ShardId("later", 1)).size() == 2,
                () -> cluster.view().image());
        assertThat(images).allMatch(image -> image.withRole(Role.SEGMENT_SERVER).size() == 2);
        assertThat(first.unloads).hasValue(0);
    }

    @Test
    void members_whose_sessions_were_lost_rejoin_and_unload_nothing() {
        joinTwoServers("z1", "z2");
        List<ClusterImage> images = new CopyOnWriteArrayList<>();
        cluster.view().onChange(images::add);
        int port = zooKeeper.port();
        int loads = first.loads.get() + second.loads.get();

        zooKeeper.close();
        zooKeeper = EmbeddedZooKeeper.startAlone(dir, port);

        Await.until("the shards of both were asked for again",
                () -> first.loads.get() + second.loads.get() >= loads + 2 * SHARDS,
                () -> first.loads + " " + second.loads);
        awaitAllServed();
        assertThat(first.unloads.get() + second.unloads.get()).isZero();
        assertThat(images).as("an image without servers is not believed")
                .noneMatch(image -> image.withRole(Role.SEGMENT_SERVER).isEmpty());
    }

    @Test
    void another_controller_takes_over() {
        try (HelixController standby = controller("controller_2")) {
            assertThat(standby.leads()).isFalse();

            controller.close();

            Await.until("the other leads", standby::leads, () -> cluster.view().image().controller());
            joinTwoServers("z1", "z2");
            Await.until("the image names it", () -> "controller_2".equals(cluster.view().image().controller()),
                    () -> cluster.view().image().controller());
        }
    }

    @Test
    void two_servers_of_one_zone_hold_two_replicas() {
        joinTwoServers("z1", "z1");

        assertThat(first.loaded).isEqualTo(second.loaded).hasSize(SHARDS);
    }

    @Test
    void a_cluster_that_is_not_there_is_a_typed_error() {
        int port = zooKeeper.port();
        assertThatThrownBy(() -> Cluster.connect("nothing:to:see", "faults", InstantSource.system(), scheduler))
                .isInstanceOf(NarwhalException.class).hasMessageContaining("connect string");
        cluster.close();
        zooKeeper.close();

        String timeout = System.setProperty("zk.connection.timeout", "1000");
        try {
            assertThatThrownBy(() -> Cluster.connect("127.0.0.1:" + port, "faults", InstantSource.system(), scheduler))
                    .isInstanceOf(NarwhalException.class).hasMessageContaining("127.0.0.1:" + port)
                    .extracting(e -> ((NarwhalException) e).code()).isEqualTo(ErrorCode.CLUSTER_UNAVAILABLE);
        } finally {
            System.setProperty("zk.connection.timeout", timeout);
        }
        zooKeeper = EmbeddedZooKeeper.start(dir, port);
        cluster = connect();
    }
}
