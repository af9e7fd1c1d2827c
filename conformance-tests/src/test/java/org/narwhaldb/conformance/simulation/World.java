package org.narwhaldb.conformance.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.narwhaldb.calcite.CachingPlanner;
import org.narwhaldb.calcite.SqlPlanner;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.ProcessResources;
import org.narwhaldb.flight.catalog.SystemTables;
import org.narwhaldb.flight.control.ClusterControl;
import org.narwhaldb.flight.query.QueryCoordinator;
import org.narwhaldb.flight.query.RunningQueries;
import org.narwhaldb.flight.result.ResultCache;
import org.narwhaldb.flight.version.VersionTracker;
import org.narwhaldb.ingest.IngestConfig;
import org.narwhaldb.ingest.IngestNode;
import org.narwhaldb.ingest.build.SegmentBuilds;
import org.narwhaldb.ingest.publish.PublicationSeams;
import org.narwhaldb.server.SegmentCache;
import org.narwhaldb.server.SegmentServer;
import org.narwhaldb.server.SegmentServerConfig;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.version.VersionStore;
import org.narwhaldb.store.version.VersionStores;

/// A cluster of two ingest nodes, three segment servers and two front ends, made of the product's own classes over
/// simulated seams.
final class World implements AutoCloseable {
    static final Duration RETENTION = Duration.ofSeconds(30);
    private static final Duration GARBAGE_AGE = Duration.ofSeconds(45);
    static final List<TableName> TABLES = List.of(new TableName("main", "big"), new TableName("main", "small"));
    private static final ObjectMapper JSON = new ObjectMapper();

    final Loop loop;
    final Faults faults;
    final Checker checker;
    final SimulatedStore store;
    final SimulatedLake lake;
    final SimulatedCluster cluster;
    final SimulatedNetwork network;
    private final Path directory;
    private final Map<String, Runnable> boots = new TreeMap<>();
    private final Map<String, SimulatedProcess> processes = new TreeMap<>();
    private final Map<String, MemoryPool> pools = new HashMap<>();
    private final Map<SimulatedProcess, SegmentCache> caches = new HashMap<>();

    World(long seed, Plant plant, Path directory) {
        this.directory = directory;
        loop = new Loop(seed);
        faults = new Faults(loop, plant);
        checker = new Checker(loop, plant, RETENTION);
        store = new SimulatedStore(checker);
        checker.watch(store);
        lake = new SimulatedLake(loop, checker);
        cluster = new SimulatedCluster(loop, faults, checker, TABLES);
        network = new SimulatedNetwork(loop, faults, checker);
        faults.killer(this::kill);
        TABLES.forEach(table -> lake.swap(table, null, lake.create(table, properties(table))));
        for (int number = 0; number < 2; number++) {
            String id = "ingest-" + number;
            boots.put(id, () -> ingest(id));
        }
        for (int number = 0; number < 3; number++) {
            String id = "server-" + number;
            boots.put(id, () -> server(id));
        }
        for (int number = 0; number < 2; number++) {
            String id = "front-" + number;
            boots.put(id, () -> frontEnd(id));
        }
        boots.values().forEach(Runnable::run);
    }

    static Map<String, String> properties(TableName table) {
        return Map.of(TableSpec.SERVE, "true", TableSpec.SHARDS, table.name().equals("big") ? "4" : "1", TableSpec.REPLICAS, "2");
    }

    private SimulatedProcess process(String id) {
        SimulatedProcess process = new SimulatedProcess(loop, faults, id);
        processes.put(id, process);
        pools.put(id, MemoryPool.of(1 << 28));
        return process;
    }

    private void ingest(String id) {
        SimulatedProcess process = process(id);
        process.start("boot", () -> {
            Cluster connection = cluster.connect(process);
            ObjectStore objects = store.of(process);
            IngestConfig config = new IngestConfig(8, 1 << 24, directory.resolve(id), 2_000, 30_000,
                    checker.plant().skipsRetention() ? 1_000 : RETENTION.toMillis(), GARBAGE_AGE.toMillis());
            SegmentBuilds builds = new SegmentBuilds(objects, process.workers(), 2, config.segmentRowsMax(), config.memoryBytes(),
                    config.workDirectory(), false);
            PublicationSeams seams = new PublicationSeams(lake.of(process), objects, VersionStores.over(objects), connection.pointers(),
                    builds, process, loop.random);
            IngestNode node = new IngestNode(config, id, seams, connection, network.of(process), process);
            node.start();
            network.register(id, process, node, pools.get(id));
            connection.joinAsLeader(new Instance(id, Role.INGEST, id, 1, "", ""), node);
        });
    }

    private void server(String id) {
        SimulatedProcess process = process(id);
        process.start("boot", () -> {
            Cluster connection = cluster.connect(process);
            ObjectStore objects = store.of(process);
            Instance instance = new Instance(id, Role.SEGMENT_SERVER, id, 1, Instance.DEFAULT_TIER, id);
            SegmentServerConfig config = new SegmentServerConfig(directory.resolve(id), 1 << 24, RETENTION.toMillis(), 2);
            SegmentCache cache = new SegmentCache(objects, config.cacheDirectory(), config.diskBudgetBytes());
            caches.put(process, cache);
            SegmentServer server = new SegmentServer(instance,
                    new SegmentServer.Sources(connection.pointers(), VersionStores.over(objects), cache),
                    new SegmentServer.Shared(process, process, process.workers(), pools.get(id),
                            ProcessResources.NONE, network.of(process)), config);
            server.start();
            network.register(id, process, server, pools.get(id));
            connection.joinAsServer(instance, server);
        });
    }

    private void frontEnd(String id) {
        SimulatedProcess process = process(id);
        checker.restarted(id);
        process.start("boot", () -> {
            Cluster connection = cluster.connect(process);
            VersionStore versions = VersionStores.over(store.of(process));
            Transport transport = network.of(process);
            VersionTracker tracker = new VersionTracker(connection, versions, transport, process, process);
            tracker.start();
            RunningQueries running = new RunningQueries();
            QueryCoordinator coordinator = new QueryCoordinator(new QueryCoordinator.Collaborators(
                    new CachingPlanner(new SqlPlanner(loop.below(4) > 0 ? 0 : Double.MAX_VALUE), 1 << 20), tracker, new SystemTables(tracker, versions, connection, running, "sim"), connection, transport,
                    pools.get(id), process, process, ResultCache.off()),
                    new QueryCoordinator.Limits(2, 1 << 24, 100), running);
            ClusterControl control = new ClusterControl(connection, transport, tracker, coordinator, process, process);
            control.announcedAs(id);
            network.register(id, process, new FrontEndDoor(process, coordinator, control, checker), pools.get(id));
            connection.announce(new Instance(id, Role.FLIGHT_SERVER, id, 1, "", ""));
            tracker.announced();
        });
    }

    SimulatedProcess client(String name) {
        return new SimulatedProcess(loop, faults, "client-" + name);
    }

    List<String> frontEnds() {
        return boots.keySet().stream().filter(id -> id.startsWith("front")).toList();
    }

    private void kill(SimulatedProcess process) {
        process.kill();
        unmap(process);
        loop.at(loop.between(200, 30_000), () -> boot(process.name()));
    }

    private void boot(String id) {
        if (!processes.get(id).alive()) {
            loop.note(id, "starts again");
            boots.get(id).run();
        }
    }

    /// The operating system takes a dead process's mappings away.
    private void unmap(SimulatedProcess process) {
        SegmentCache cache = caches.remove(process);
        if (cache != null) {
            Mappings.close(cache);
        }
    }

    /// Faults end, whoever is down comes back; after that time everything must have converged.
    void quiesce(Duration time) {
        loop.note("world", "quiet from here on");
        faults.stop();
        processes.values().forEach(SimulatedProcess::resume);
        boots.keySet().forEach(this::boot);
        loop.run(time);
    }

    /// Nothing is held, pinned, reserved or stored that nobody needs.
    void checkLeftovers() {
        pools.forEach((id, pool) -> checker.require(pool.reservedBytes() == 0, "[%s] still reserves [%d] bytes", id, pool.reservedBytes()));
        SimulatedProcess auditor = client("auditor");
        auditor.start("audit", () -> boots.keySet().stream().filter(id -> id.startsWith("server")).forEach(id -> audit(auditor, id)));
        loop.run(Duration.ofSeconds(5));
        var needed = checker.neededFiles();
        store.names().stream().filter(name -> !needed.contains(name)).findFirst()
                .ifPresent(name -> checker.require(false, "File [%s] is needed by no version and still in the store", name));
    }

    private void audit(SimulatedProcess auditor, String id) {
        try {
            byte[] answer = network.of(auditor).call(new Transport.NodeAddress(id, id, 1), "status", "{}".getBytes(StandardCharsets.UTF_8),
                    Duration.ofSeconds(4), step -> { });
            JsonNode status = JSON.readTree(answer);
            checker.require(status.path("fragments").asInt() == 0 && status.path("loading").asInt() == 0 && status.path("failed").isEmpty(),
                    "[%s] is not at rest: %s", id, status);
            checker.require(status.path("pairs").asInt() <= checker.currentSegments(), "[%s] holds what no version needs: %s", id, status);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<SimulatedProcess> processes() {
        return new ArrayList<>(processes.values());
    }

    @Override
    public void close() {
        processes.values().forEach(process -> {
            process.kill();
            unmap(process);
        });
        loop.close();
    }
}
