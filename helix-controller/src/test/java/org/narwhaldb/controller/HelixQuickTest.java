package org.narwhaldb.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.Schedulers;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.cluster.helix.EmbeddedZooKeeper;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// The shortest way through a real cluster; everything else about it is tested in the slow [HelixClusterTest].
class HelixQuickTest {
    @Test
    void a_server_serves_a_shard_and_a_pointer_is_set_on_a_real_zookeeper(@TempDir Path dir) {
        Scheduler scheduler = Schedulers.threads("quick", 2);
        InstantSource clock = InstantSource.system();
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(dir, 0);
                HelixController controller = HelixController.start(zooKeeper.address(), "quick",
                        HelixController.Config.of("controller"), clock, scheduler);
                Cluster cluster = Cluster.connect(zooKeeper.address(), "quick", clock, scheduler)) {
            assertThat(controller.leads()).isTrue();
            cluster.joinAsServer(new Instance("server_1", Role.SEGMENT_SERVER, "127.0.0.1", 9_001,
                    Instance.DEFAULT_TIER, "z"), new ShardLog());

            cluster.ensureShards("pool", 2, 1, Instance.DEFAULT_TIER);
            cluster.pointers().compareAndSet(TableName.parse("t"), Optional.empty(), new VersionId("a", 1));

            Await.until("served", () -> !cluster.view().image().serving(new ShardId("pool", 1)).isEmpty(),
                    () -> cluster.view().image());
            assertThat(cluster.pointers().readAll()).containsExactly(
                    Map.entry(TableName.parse("t"), new PointerStore.Pointer(new VersionId("a", 1), 0)));
        }
    }
}
