package org.narwhaldb.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.memory.InMemoryCluster;
import org.narwhaldb.engine.exchange.Transports;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.ingest.build.BuildProgress;
import org.narwhaldb.ingest.build.SegmentBuilds;
import org.narwhaldb.ingest.publish.Publication;
import org.narwhaldb.ingest.publish.PublicationSeams;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.Segments;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.iceberg.Lake;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.object.ObjectStores;
import org.narwhaldb.store.version.LiveRows;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionStore;
import org.narwhaldb.store.version.VersionStores;
import org.roaringbitmap.RoaringBitmap;

/// A real lake on SQLite, a real segment store, an in-memory cluster and a clock that the test moves, in one temporary
/// directory; and Iceberg's own API beside them, as the other engine that writes and as the referee that reads.
public final class IngestFixture implements AutoCloseable {
    public static final int SEGMENT_ROWS_MAX = 1_000;

    public final Path directory;
    public final Lake lake;
    public final Catalog catalog;
    public final ObjectStore store;
    public final VersionStore versions;
    public final ManualScheduler scheduler = new ManualScheduler();
    public final SplittableRandom random;
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private Cluster cluster;

    public IngestFixture(Path directory, long seed) {
        this.directory = directory;
        this.random = new SplittableRandom(seed);
        lake = Lake.open("narwhal", Map.of("type", "jdbc", "uri", "jdbc:sqlite:" + directory.resolve("catalog.db"),
                "warehouse", directory.resolve("warehouse").toString()));
        catalog = CatalogUtil.buildIcebergCatalog("narwhal",
                Map.of("type", "jdbc", "uri", "jdbc:sqlite:" + directory.resolve("catalog.db"),
                "warehouse", "file://" + directory.resolve("warehouse"), "io-impl",
                "org.narwhaldb.store.iceberg.LocalFileIO",
                "jdbc.schema-version", "V1"), new Configuration());
        store = ObjectStores.open(directory.resolve("segment-store").toString(), Map.of());
        versions = VersionStores.over(store);
        wipeCluster();
    }

    /// As if ZooKeeper's data had been deleted.
    public void wipeCluster() {
        cluster = new InMemoryCluster(clock, scheduler, Duration.ofSeconds(1)).connect();
    }

    public Cluster cluster() {
        return cluster;
    }

    public PointerStore pointers() {
        return cluster.pointers();
    }

    public InstantSource clock() {
        return clock;
    }

    public void advance(Duration time) {
        now = now.plus(time);
    }

    public PublicationSeams seams() {
        return seams(pointers());
    }

    public PublicationSeams seams(PointerStore pointers) {
        SegmentBuilds builds = new SegmentBuilds(store, workers, 2, SEGMENT_ROWS_MAX, 64 << 20,
                directory.resolve("work"));
        return new PublicationSeams(lake, store, versions, pointers, builds, clock, random);
    }

    public IngestNode node() {
        return node(pointers());
    }

    public IngestNode node(PointerStore pointers) {
        IngestConfig config = new IngestConfig(SEGMENT_ROWS_MAX, 64 << 20, directory.resolve("work"), 1_000, 30_000,
                Duration.ofMinutes(15).toMillis(), Duration.ofDays(1).toMillis());
        return new IngestNode(config, "ingest-1", seams(pointers), cluster, Transports.local(MemoryPool.of(1 << 20)), scheduler);
    }

    public Publication publication(TableName table, long epoch) {
        return new Publication(seams(), table, epoch, progress(), Publication.Mode.CHANGES);
    }

    public static BuildProgress progress() {
        return new BuildProgress(() -> false, () -> { });
    }

    public TableVersion publish(TableName table) {
        advance(Duration.ofSeconds(1));
        return publication(table, 1).run();
    }

    public Table iceberg(TableName table) {
        return catalog.loadTable(TableIdentifier.of(table.namespace(), table.name()));
    }

    /// All live rows of the current version, read from its segments, as text, sorted.
    public List<String> served(TableName table) {
        return rows(versions.readHead(table, pointers().read(table).orElseThrow().version()));
    }

    public List<String> rows(TableVersion version) {
        List<String> rows = new ArrayList<>();
        for (SegmentEntry entry : versions.segments(version, shard -> true).values()) {
            RoaringBitmap live = entry.liveRowsFile().isEmpty() ? RoaringBitmap.bitmapOfRange(0, entry.rowCount())
                    : LiveRows.read(store, entry.liveRowsFile());
            if (live.getCardinality() != entry.liveRowCount()) {
                throw new AssertionError("live rows of " + entry);
            }
            try (Segment segment = Segments.open(store.local(entry.file()).orElseThrow())) {
                live.forEach((int row) -> rows.add(SegmentText.row(segment, version.fields(), row)));
            }
        }
        rows.sort(null);
        return rows;
    }

    /// The same by Iceberg's generic reader.
    public List<String> referee(TableName name) {
        Table table = iceberg(name);
        List<String> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            for (Record record : records) {
                List<String> values = new ArrayList<>();
                for (int index = 0; index < table.schema().columns().size(); index++) {
                    values.add(SegmentText.text(record.get(index)));
                }
                rows.add(values.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rows.sort(null);
        return rows;
    }

    @Override
    public void close() throws Exception {
        workers.shutdownNow();
        lake.close();
        ((AutoCloseable) catalog).close();
    }
}
