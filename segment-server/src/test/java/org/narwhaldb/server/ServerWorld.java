package org.narwhaldb.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.cluster.memory.InMemoryCluster;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.engine.exchange.Transports;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.ProcessResources;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.SegmentSummary;
import org.narwhaldb.segment.Segments;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;
import org.narwhaldb.store.object.ObjectStores;
import org.narwhaldb.store.version.LiveRows;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;
import org.narwhaldb.store.version.VersionStore;
import org.narwhaldb.store.version.VersionStores;
import org.roaringbitmap.RoaringBitmap;

/// One segment server over real segment files in a store of its own, with pointers in memory, a clock and a scheduler
/// that the
/// test moves. Table `main.numbers` has one column, `n`.
final class ServerWorld implements AutoCloseable {
    static final TableName TABLE = new TableName("main", "numbers");
    static final List<Field> FIELDS = List.of(new Field(1, "n", ColumnType.LONG, true));
    static final Duration RETENTION = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    final Path directory;
    final RemoteStore store;
    final VersionStore versions;
    final PointerStore pointers;
    final ExecutorService threads = Executors.newCachedThreadPool();
    final ManualScheduler scheduler = new ManualScheduler(threads);
    final MemoryPool memory = MemoryPool.of(1 << 30);
    private final Transports.Local transport = Transports.local(memory);
    final Map<String, SegmentEntry> segments = new LinkedHashMap<>();
    private final long began = System.nanoTime();
    volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    SegmentCache cache;
    SegmentServer server;
    VersionId current;
    private List<TableVersion.ChunkReference> chunks = List.of();

    ServerWorld(Path directory, long diskBudgetBytes) {
        this.directory = directory;
        this.store = new RemoteStore(ObjectStores.open(directory.resolve("store").toString(), Map.of()));
        this.versions = VersionStores.over(store);
        this.pointers = new InMemoryCluster(clock(), scheduler, Duration.ofSeconds(1)).connect().pointers();
        start(diskBudgetBytes);
    }

    /// What the test says, and what has passed since: waits end by it.
    private InstantSource clock() {
        return () -> now.plusNanos(System.nanoTime() - began);
    }

    void start(long diskBudgetBytes) {
        Instance instance = new Instance("server-1", Role.SEGMENT_SERVER, "127.0.0.1", 1, Instance.DEFAULT_TIER,
                "zone");
        SegmentServerConfig config = new SegmentServerConfig(
                directory.resolve("cache"), diskBudgetBytes, RETENTION.toMillis(), 3);
        cache = new SegmentCache(store, config.cacheDirectory(), diskBudgetBytes);
        server = new SegmentServer(instance, new SegmentServer.Sources(pointers, versions, cache),
                new SegmentServer.Shared(clock(), scheduler, threads, memory, ProcessResources.NONE, transport), config);
        server.start();
    }

    /// Writes a segment of the numbers `[first, first + count)` of which only `live` rows count; null for all.
    SegmentEntry segment(String id, long first, int count, RoaringBitmap live) {
        Path file = directory.resolve(id + ".building");
        SegmentSummary summary;
        try (SegmentBuilder builder = Segments.builder(FIELDS, List.of())) {
            for (int row = 0; row < count; row++) {
                builder.column(0).appendLong(first + row);
                builder.origin(0, row);
                builder.endRow();
            }
            summary = builder.write(file, id);
        }
        String name = "segments/" + id + ".seg";
        store.put(name, file);
        return entry(id, name, count, live, summary);
    }

    private SegmentEntry entry(String id, String name, int count, RoaringBitmap live, SegmentSummary summary) {
        LiveRows.Written written = live == null ? new LiveRows.Written("", "")
                : LiveRows.write(store, VersionStores.tableDirectory(TABLE), id, live);
        return new SegmentEntry(id, written.id(), name, written.file(), count,
                live == null ? count : live.getCardinality(),
                summary.sizeBytes(), summary.checksum(), Map.of(), List.of());
    }

    /// Writes and publishes a version that adds and removes segments.
    VersionId publish(List<SegmentEntry> added, List<String> removed) {
        VersionId next = current == null ? new VersionId("abc", 1) : current.next();
        chunks = versions.writeSegments(TABLE, next, TableSpec.POOL_SHARDS, chunks,
                new VersionStore.SegmentChange(added, removed));
        added.forEach(entry -> segments.put(entry.segmentId(), entry));
        removed.forEach(segments::remove);
        versions.writeHead(new TableVersion(next, current, 1, TABLE, "uuid", 1, 1, 0, "spec", TableSpec.POOL_SHARDS, 2,
                null,
                FIELDS, now.toEpochMilli(), 0, segments.size(), Map.of(), chunks, List.of(),
                new TableVersion.BuildReport(0, 0, 0, 0, 0, 0, 0, 0)));
        Optional<PointerStore.Pointer> expected = pointers.read(TABLE);
        pointers.compareAndSet(TABLE, expected, next);
        current = next;
        return next;
    }

    static ShardId shard(SegmentEntry entry) {
        return new ShardId("pool@_default@2", entry.shard(TableSpec.POOL_SHARDS));
    }

    void loadAll() {
        for (int number = 0; number < TableSpec.POOL_SHARDS; number++) {
            server.load(new ShardId("pool@_default@2", number));
        }
    }

    List<PairId> pairs() {
        return segments.values().stream().map(ServerWorld::pair).toList();
    }

    static PairId pair(SegmentEntry entry) {
        return new PairId(entry.segmentId(), entry.liveRowsId());
    }

    FragmentRequest request(VersionId version, List<PairId> pairs, boolean onDemand) {
        PlanNode scan = new PlanNode.Scan(0, new TableReference(TABLE.namespace(), TABLE.name()), FIELDS, null);
        return new FragmentRequest("q", 1, 0, 0, TABLE.toString(), version.toString(), scan, pairs, List.of(), onDemand,
                now.plusSeconds(60).toEpochMilli(), 1 << 26);
    }

    /// @param numbers in the order they came
    record Answer(List<Long> numbers, int batches, FragmentTrailer trailer) {}

    Answer run(FragmentRequest request) {
        QueryMemory account = memory.open("q", request.memoryLimitBytes());
        List<Long> numbers = new ArrayList<>();
        List<Batch> batches = new ArrayList<>();
        try {
            QueryContext context = new QueryContext("q", Instant.ofEpochMilli(request.deadlineEpochMillis()), clock(),
                    account);
            FragmentTrailer trailer = server.execute(request, context, batches::add);
            for (Batch batch : batches) {
                for (int row = 0; row < batch.rowCount(); row++) {
                    numbers.add(((Column.LongColumn) batch.column(0)).values()[row]);
                }
            }
            return new Answer(numbers, batches.size(), trailer);
        } finally {
            memory.close(account);
        }
    }

    JsonNode call(String action, String body) {
        try {
            return JSON.readTree(server.call(action, body.getBytes(StandardCharsets.UTF_8), _ -> { }));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Follows the holdings by long polls until they are as wanted.
    JsonNode awaitHoldings(Predicate<JsonNode> wanted) {
        long generation = -1;
        for (int polls = 0; polls < 200; polls++) {
            JsonNode holdings = call("holdings", "{\"generation\": %d, \"waitMillis\": 500}".formatted(generation));
            if (wanted.test(holdings)) {
                return holdings;
            }
            generation = holdings.path("generation").asLong();
        }
        throw new AssertionError("Holdings are " + call("holdings", "{}") + ", status " + call("status", "{}"));
    }

    /// For each version the shards announced, as text.
    static Map<String, String> announced(JsonNode holdings) {
        Map<String, String> result = new TreeMap<>();
        holdings.path("tables").path(0).path("versions")
                .forEach(version -> result.put(version.path("id").asText(), version.path("shards").toString()));
        return result;
    }

    List<String> cacheFiles() {
        try (var files = Files.list(directory.resolve("cache"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        transport.close();
        threads.shutdownNow();
    }
}
