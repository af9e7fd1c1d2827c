package org.narwhaldb.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore.Outcome;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.Schedulers;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.cluster.ShardResources;
import org.narwhaldb.cluster.helix.EmbeddedZooKeeper;
import org.narwhaldb.cluster.helix.HelixCluster;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.object.ObjectStores;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;
import org.narwhaldb.store.version.VersionStore;
import org.narwhaldb.store.version.VersionStores;

/// ZooKeeper holds O(tables x shards x replicas) and nothing of segments: measured on a real one, metadata only.
class ZooKeeperSizeTest {
    private static final String CLUSTER = "size";
    private static final TableName TABLE = TableName.parse("t");

    @TempDir
    private Path dir;

    private final Scheduler scheduler = Schedulers.threads("size", 4);
    private EmbeddedZooKeeper zooKeeper;
    private HelixCluster cluster;
    private ZooKeeper client;
    private ObjectStore objects;
    private VersionStore versions;

    @BeforeEach
    void start() throws Exception {
        zooKeeper = EmbeddedZooKeeper.start(dir.resolve("zookeeper"), 0);
        cluster = HelixCluster.connect(zooKeeper.address(), CLUSTER, InstantSource.system(), scheduler);
        CountDownLatch connected = new CountDownLatch(1);
        client = new ZooKeeper(zooKeeper.address(), 30_000, event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        connected.await();
        objects = ObjectStores.open(dir.resolve("store").toString(), Map.of());
        versions = VersionStores.over(objects);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        cluster.close();
        zooKeeper.close();
    }

    private static VersionId id(long counter) {
        return new VersionId("0123456789abcdef", counter);
    }

    private static List<SegmentEntry> segments(String prefix, int count) {
        List<SegmentEntry> segments = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            String id = prefix + index;
            segments.add(new SegmentEntry(id, "", "segments/" + id + ".seg", "", 5_000_000, 5_000_000, 123_456_789, index,
                    Map.of(1, new SegmentEntry.ColumnBounds((long) index, index + 1_000_000L, 0)),
                    List.of("s3://bucket/data/" + id + ".parquet")));
        }
        return segments;
    }

    /// As a leader publishes: chunks, head, pointer.
    private TableVersion publish(TableVersion parent, int shards, List<SegmentEntry> added) {
        VersionId id = parent == null ? id(1) : parent.id().next();
        boolean onParent = parent != null && parent.shardCount() == shards;
        var chunks = versions.writeSegments(TABLE, id, shards, onParent ? parent.chunks() : List.of(),
                new VersionStore.SegmentChange(added, List.of()));
        TableVersion version = new TableVersion(id, parent == null ? null : parent.id(), 1, TABLE, "uuid", id.counter(), 1, 0,
                "spec", shards, 2, null, List.of(new Field(1, "id", ColumnType.LONG, false)), 0,
                5_000_000L * added.size(), added.size(), Map.of(), chunks, List.of(), null);
        versions.writeHead(version);
        Optional<PointerStore.Pointer> expected = cluster.pointers().read(TABLE);
        assertThat(cluster.pointers().compareAndSet(TABLE, expected, id)).isEqualTo(Outcome.APPLIED);
        return version;
    }

    /// Bytes of each node of the cluster.
    private Map<String, Integer> tree() {
        Map<String, Integer> nodes = new TreeMap<>();
        try {
            add("/" + CLUSTER, nodes);
            add("/" + CLUSTER + "-narwhal", nodes);
        } catch (KeeperException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return nodes;
    }

    private void add(String path, Map<String, Integer> nodes) throws KeeperException, InterruptedException {
        try {
            byte[] data = client.getData(path, false, null);
            nodes.put(path, data == null ? 0 : data.length);
            for (String child : client.getChildren(path, false)) {
                add(path + "/" + child, nodes);
            }
        } catch (KeeperException.NoNodeException e) {
            // a message that was done meanwhile
        }
    }

    @Test
    @Tag("slow")
    void ten_thousand_segments_add_not_a_node_and_not_a_byte() {
        try (HelixController controller = HelixController.start(zooKeeper.address(), CLUSTER,
                HelixController.Config.of("controller"), InstantSource.system(), scheduler)) {
            assertThat(controller.leads()).isTrue();
            for (int server = 1; server <= 2; server++) {
                cluster.joinAsServer(new Instance("server_" + server, Role.SEGMENT_SERVER, "127.0.0.1", server,
                        Instance.DEFAULT_TIER, "z" + server), new ShardLog());
            }
            for (int shards : new int[] {TableSpec.POOL_SHARDS, TableSpec.OWN_SHARDS}) {
                String resource = ShardResources.of(TABLE, Instance.DEFAULT_TIER, shards, 2);
                cluster.ensureShards(resource, shards, 2, Instance.DEFAULT_TIER);
                Await.until("served", () -> {
                    for (int shard = 0; shard < shards; shard++) {
                        if (cluster.view().image().serving(new ShardId(resource, shard)).size() != 2) {
                            return false;
                        }
                    }
                    return true;
                }, () -> cluster.view().image());
            }
            TableVersion first = publish(null, TableSpec.OWN_SHARDS, segments("first", 1));
            Map<String, Integer> before = quiet();

            TableVersion many = publish(first, TableSpec.OWN_SHARDS, segments("more", 10_000));

            assertThat(versions.segments(many, _ -> true)).hasSize(10_001);
            Await.until("ZooKeeper's tree is as before", () -> tree().equals(before), () -> {
                Map<String, Integer> now = tree();
                now.entrySet().removeAll(before.entrySet());
                return now;
            });
        }
    }

    /// The tree when it does not change any more: messages and histories of the members that joined are done.
    private Map<String, Integer> quiet() {
        List<Map<String, Integer>> seen = new ArrayList<>(List.of(Map.of()));
        long[] since = {System.nanoTime()};
        Await.until("ZooKeeper's tree is quiet", () -> {
            Map<String, Integer> now = tree();
            if (!now.equals(seen.getLast())) {
                seen.add(now);
                since[0] = System.nanoTime();
            }
            return System.nanoTime() - since[0] > Duration.ofSeconds(2).toNanos();
        }, seen::getLast);
        return seen.getLast();
    }

    @Test
    void one_more_segment_on_a_hundred_thousand_is_one_write_to_zookeeper_and_little_to_the_store() throws Exception {
        cluster.setUpOnce(() -> { });
        TableVersion version = publish(null, TableSpec.OWN_SHARDS, segments("many", 100_000));
        client.create("/marker", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        for (int more = 0; more < 20; more++) {
            long stored = stored();
            long before = transaction();

            version = publish(version, TableSpec.OWN_SHARDS, segments("one-more-" + more + "-", 1));

            assertThat(transaction() - before).as("writes to ZooKeeper, and the marker's").isEqualTo(2);
            assertThat(stored() - stored).as("bytes to the store").isPositive().isLessThanOrEqualTo(64 * 1024);
        }
        assertThat(versions.segments(version, _ -> true)).hasSize(100_020);
    }

    /// ZooKeeper's count of all writes by anybody, this one included.
    private long transaction() throws KeeperException, InterruptedException {
        Stat stat = client.setData("/marker", new byte[0], -1);
        return stat.getMzxid();
    }

    private long stored() throws IOException {
        return objects.list("").stream().mapToLong(ObjectStore.Entry::sizeBytes).sum();
    }
}
