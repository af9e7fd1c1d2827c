package org.narwhaldb.controller;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.Schedulers;
import org.narwhaldb.cluster.helix.EmbeddedZooKeeper;

/// The contract on Helix and a real ZooKeeper.
@Tag("slow")
class HelixClusterTest extends ClusterContract {
    @TempDir
    private static Path dir;

    private static final Scheduler SCHEDULER = Schedulers.threads("helix-cluster", 4);
    private static EmbeddedZooKeeper zooKeeper;
    private static HelixController controller;

    @BeforeAll
    static void start() {
        zooKeeper = EmbeddedZooKeeper.start(dir, 0);
        controller = HelixController.start(zooKeeper.address(), "contract", new HelixController.Config("controller",
                Duration.ofMillis(200), Duration.ofMillis(500)), InstantSource.system(), SCHEDULER);
    }

    @AfterAll
    static void stop() {
        controller.close();
        zooKeeper.close();
    }

    @Override
    Cluster connectToCluster() {
        return Cluster.connect(zooKeeper.address(), "contract", InstantSource.system(), SCHEDULER);
    }
}
