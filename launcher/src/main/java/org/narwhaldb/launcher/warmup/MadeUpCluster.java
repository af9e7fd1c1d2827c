package org.narwhaldb.launcher.warmup;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.memory.InMemoryCluster;
import org.narwhaldb.engine.exchange.Transports;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.ProcessResources;
import org.narwhaldb.engine.execution.WorkerPool;
import org.narwhaldb.engine.leaf.GlobalDictionaries;
import org.narwhaldb.flight.FlightServerConfig;
import org.narwhaldb.flight.FrontEnd;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.server.SegmentCache;
import org.narwhaldb.server.SegmentServer;
import org.narwhaldb.server.SegmentServerConfig;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.object.ObjectStores;
import org.narwhaldb.store.version.VersionStore;
import org.narwhaldb.store.version.VersionStores;

/// A whole small cluster over the tables of [WarmUpTable]: a front end, a segment server, a client that talks to them by Flight SQL
/// over the loopback interface. Only ZooKeeper and ingest are left out. All it has is its own, and goes with it.
final class MadeUpCluster implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int FACT_SEGMENTS = 2;
    private static final long MEMORY_BYTES = 256L << 20;
    private static final long CACHE_BYTES = 8L << 20;
    private static final int KEY_BYTES = 32;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final NarwhalClient client;

    /// Returns when the tables are served.
    ///
    /// @param directory for its files, which the caller deletes
    MadeUpCluster(Path directory, InstantSource clock, Scheduler scheduler) {
        MemoryPool memory = MemoryPool.of(MEMORY_BYTES);
        BufferAllocator allocator = closing(new RootAllocator());
        ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("made-up-", 0).factory());
        closing(threads::shutdownNow);
        ProcessResources resources = new ProcessResources(closing(new WorkerPool(Runtime.getRuntime().availableProcessors())),
                new GlobalDictionaries(CACHE_BYTES));
        Cluster cluster = closing(new InMemoryCluster(clock, scheduler, PATIENCE).connect());
        ObjectStore store = ObjectStores.open(directory.resolve("store").toString(), Map.of());
        VersionStore versions = VersionStores.over(store);
        try {
            Publication publication = new Publication(directory, store, versions, cluster, clock);
            publication.publish(WarmUpTable.FACTS, FACT_SEGMENTS);
            publication.publish(WarmUpTable.NAMES, 1);

            Transports.Local transport = closing(Transports.local(memory));
            Instance instance = new Instance("made-up-server", Role.SEGMENT_SERVER, HOST, 0, Instance.DEFAULT_TIER, "made-up-zone");
            SegmentServerConfig config = SegmentServerConfig.of(directory.resolve("cache"), MEMORY_BYTES);
            SegmentServer server = closing(new SegmentServer(instance,
                    new SegmentServer.Sources(cluster.pointers(), versions,
                            new SegmentCache(store, config.cacheDirectory(), config.diskBudgetBytes())),
                    new SegmentServer.Shared(clock, scheduler, threads, memory, resources, transport), config));
            server.start();
            transport.register(instance.id(), server);
            closing(cluster.joinAsServer(instance, server));

            byte[] key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            FrontEnd frontEnd = closing(FrontEnd.start(
                    new FlightServerConfig(HOST, 0, "made_up", key, PATIENCE, MEMORY_BYTES, Integer.MAX_VALUE, CACHE_BYTES, 0,
                            Duration.ZERO),
                    new FrontEnd.Collaborators(cluster, versions, transport, memory, allocator, scheduler, clock)));
            client = closing(NarwhalClient.connect("narwhal://%s:%d".formatted(HOST, frontEnd.port())));
            run("SELECT COUNT(*) FROM facts JOIN names ON name_id = id");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T closing(T resource) {
        started.push(resource);
        return resource;
    }

    /// Runs a statement and throws its rows away.
    void run(String sql) {
        client.query(sql, new NarwhalClient.RowSink() {
            @Override
            public void start(VectorSchemaRoot root) {}

            @Override
            public void batch(VectorSchemaRoot root) {}

            @Override
            public void end() {}
        });
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("The made-up cluster does not close: " + e, e);
            }
        }
    }
}
