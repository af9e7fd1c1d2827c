package org.narwhaldb.launcher.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.launcher.config.ConfigFile;
import org.narwhaldb.launcher.config.ProcessConfig;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.server.SegmentCache;
import org.narwhaldb.server.SegmentServer;
import org.narwhaldb.server.SegmentServerConfig;
import org.narwhaldb.server.partial.PartialCache;

/// Starts a segment server.
public final class SegmentServerRole {
    private static final long PARTIAL_CACHE_BYTES = 64 << 20;

    private SegmentServerRole() {}

    /// The disk budget is, unless given, nine tenths of what is free where the cache is.
    public static SegmentServerConfig config(ConfigFile file, Path defaultCacheDirectory) {
        Path directory = Path.of(file.text("cache-directory", defaultCacheDirectory.toString()));
        try {
            Files.createDirectories(directory);
            long free = Files.getFileStore(directory).getUsableSpace();
            SegmentServerConfig defaults = SegmentServerConfig.of(directory, file.bytes("disk-budget", Math.max(1, free / 10 * 9)));
            return new SegmentServerConfig(directory, defaults.diskBudgetBytes(),
                    file.number("server-retention-millis", defaults.retentionMillis(), 1_000, Long.MAX_VALUE),
                    (int) file.number("load-parallelism", defaults.loadParallelism(), 1, 256),
                    file.bytes("partial-cache", ProcessConfig.keptBytes(PARTIAL_CACHE_BYTES), 0));
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.INVALID_CONFIGURATION, "Cannot use [%s] as segment cache: %s".formatted(directory, e), e);
        }
    }

    /// One for all segment servers of a JVM: they share mapped files and partial answers.
    public static SegmentServer.Sources sources(SegmentServerConfig config, Cluster cluster, DataStores stores) {
        return new SegmentServer.Sources(cluster.pointers(), stores.versions(),
                new SegmentCache(stores.objects(), config.cacheDirectory(), config.diskBudgetBytes()),
                new PartialCache(config.partialCacheBytes()));
    }

    /// @param peers to the other segment servers
    /// @param register makes the server reachable under its id, before it joins the cluster
    public static SegmentServer start(
            SegmentServerConfig config, Instance instance, SegmentServer.Sources sources, Cluster cluster, Transport peers,
            Foundation foundation, BiConsumer<String, Transport.Handler> register) {
        ExecutorService workers = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("load-", 0).factory());
        foundation.closing(workers::shutdownNow);
        SegmentServer server = foundation.closing(new SegmentServer(instance, sources,
                new SegmentServer.Shared(foundation.clock(), foundation.scheduler(), workers, foundation.memory(),
                        foundation.resources(), peers), config));
        server.start();
        register.accept(instance.id(), server);
        foundation.closing(cluster.joinAsServer(instance, server));
        return server;
    }
}
