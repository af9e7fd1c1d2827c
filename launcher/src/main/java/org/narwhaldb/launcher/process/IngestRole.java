package org.narwhaldb.launcher.process;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.ingest.IngestConfig;
import org.narwhaldb.ingest.IngestNode;
import org.narwhaldb.ingest.build.SegmentBuilds;
import org.narwhaldb.ingest.publish.PublicationSeams;
import org.narwhaldb.launcher.config.ConfigFile;
import org.narwhaldb.store.iceberg.Lake;

/// Starts an ingest node.
public final class IngestRole {
    private static final int WORKERS = Math.max(1, Runtime.getRuntime().availableProcessors());

    private IngestRole() {}

    /// A quarter of the heap is for rows on their way into segments.
    public static IngestConfig config(ConfigFile file, Path defaultWorkDirectory) {
        IngestConfig defaults = IngestConfig.defaults(
                Path.of(file.text("work-directory", defaultWorkDirectory.toString())), Runtime.getRuntime().maxMemory() / 4);
        return new IngestConfig((int) file.number("segment-rows-max", defaults.segmentRowsMax(), 1, 50_000_000), defaults.memoryBytes(),
                defaults.workDirectory(), file.number("table-poll-millis", defaults.tablePollMillis(), 10, 3_600_000),
                file.number("catalog-poll-millis", defaults.catalogPollMillis(), 10, 3_600_000),
                file.number("retention-millis", defaults.retentionMillis(), 1_000, Long.MAX_VALUE),
                file.number("garbage-min-age-millis", defaults.gcMinAgeMillis(), 1, Long.MAX_VALUE));
    }

    /// The node, polling but not yet a member: the caller registers it with its transport, then joins it by `join`.
    public static IngestNode start(
            IngestConfig config, String id, DataStores stores, Cluster cluster, Transport transport, Foundation foundation) {
        Lake lake = foundation.closing(stores.openLake());
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS, Thread.ofPlatform().daemon().name("build-", 0).factory());
        foundation.closing(workers::shutdownNow);
        SegmentBuilds builds = new SegmentBuilds(stores.objects(), workers, WORKERS, config.segmentRowsMax(), config.memoryBytes(),
                config.workDirectory());
        PublicationSeams seams = new PublicationSeams(lake, stores.objects(), stores.versions(), cluster.pointers(), builds,
                foundation.clock(), new SecureRandom());
        IngestNode node = foundation.closing(new IngestNode(config, id, seams, cluster, transport, foundation.scheduler()));
        node.start();
        return node;
    }

    public static void join(IngestNode node, Instance instance, Cluster cluster, Foundation foundation) {
        foundation.closing(cluster.joinAsLeader(instance, node));
    }
}
