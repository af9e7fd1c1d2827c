package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.conformance.s3.Fault;
import org.narwhaldb.conformance.s3.FaultProxy;
import org.narwhaldb.conformance.s3.FaultSchedule;
import org.narwhaldb.conformance.s3.S3Server;
import org.narwhaldb.launcher.client.NarwhalClient;

/// A cluster whose warehouse and segment store are on an S3 server that delays, refuses, loses and truncates; the catalog's
/// pointers are in SQLite, all that they point to is in S3. Another engine writes to the same tables past the faults.
@Tag("slow")
final class S3ClusterTest {
    private static final long SEED = Long.getLong("narwhal.seed", System.nanoTime());
    private static final int ROWS_PER_FILE = 20_000;
    private static final int DELETES_PER_FILE = 3;
    private static final String TOTAL = "SELECT COUNT(*), SUM(id) FROM main.events";
    private static final List<String> QUERIES = List.of(
            TOTAL,
            "SELECT kind, COUNT(*), SUM(amount), MIN(happened), MAX(happened) FROM main.events GROUP BY kind",
            "SELECT id, kind FROM main.events WHERE amount > 990 AND kind = 'k3'",
            "SELECT * FROM main.events WHERE id BETWEEN 39000 AND 41000");

    @TempDir private Path directory;
    private S3Server server;
    private FaultSchedule schedule;
    private FaultProxy proxy;
    private OwnCluster cluster;

    @BeforeEach
    void start() throws Exception {
        System.out.println("narwhal.seed=" + SEED);
        server = S3Server.start(directory.resolve("s3"), 0).bucket("lake").bucket("segments").bucket("incoming");
        schedule = new FaultSchedule(SEED, new FaultSchedule.Rules(0.15, FaultSchedule.Rules.FAST, 2, 100));
        proxy = FaultProxy.start(server.port(), schedule);
        Map<String, String> configuration = new TreeMap<>(Map.of("segment-store", "s3://segments/narwhal"));
        catalog(proxy.endpoint()).forEach((key, value) -> configuration.put("catalog." + key, value));
        cluster = new OwnCluster(directory.resolve("home"), configuration);
        cluster.start();
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
        proxy.close();
        server.close();
    }

    private Map<String, String> catalog(String endpoint) {
        Map<String, String> properties = new HashMap<>(S3Server.properties(endpoint));
        properties.putAll(Map.of("type", "jdbc", "uri", "jdbc:sqlite:" + directory.resolve("home/catalog.db"),
                "jdbc.schema-version", "V1", "warehouse", "s3://lake/warehouse"));
        return properties;
    }

    /// Iceberg as others run it: with its own client, and not through the faults.
    private IcebergTables otherEngine() {
        Map<String, String> properties = catalog(server.endpoint());
        properties.put("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
        properties.put("http-client.type", "urlconnection");
        return new IcebergTables(properties);
    }

    @Test
    void whateverS3DoesTheAnswersAreRight() throws Exception {
        try (DuckDb duckDb = new DuckDb(); IcebergTables lake = otherEngine()) {
            Path files = Files.createDirectories(server.data().resolve("incoming/2026"));
            for (int number = 0; number < 4; number++) {
                duckDb.execute("COPY (SELECT i AS id, 'k' || i % 7 AS kind, CAST(i % 1000 AS DOUBLE) AS amount, "
                        + "TIMESTAMP '2026-01-01' + to_minutes(i) AS happened FROM range(%d, %d) t(i)) TO '%s' (FORMAT parquet)".formatted(
                                number * ROWS_PER_FILE, (number + 1) * ROWS_PER_FILE, files.resolve("part-" + number + ".parquet")));
            }
            duckDb.addTable("main", "events", files);

            load("s3://incoming/2026/part-[01].parquet", "s3://incoming/20*/part-{2,3}.parquet");
            assertAnswersAre(duckDb);

            Table table = lake.load("events");
            long before = (Long) duckDb.query(TOTAL).rows().getFirst().getFirst();
            long deleted = readWhile(before, () -> deleteSomeOfEachFile(lake, table));
            cluster.awaitSnapshot("main.events", table.currentSnapshot().snapshotId());
            Rows referee = lake.read("events");
            assertThat(referee.rows()).hasSize((int) (before - deleted));
            assertIsAll(referee);

            cluster.stop();
            SharedCluster.delete(cluster.home().zooKeeper());
            SharedCluster.delete(cluster.home().cache());
            cluster.start();
            cluster.awaitSnapshot("main.events", table.currentSnapshot().snapshotId());
            assertIsAll(referee);
            Map<Fault, Long> counts = schedule.counts();
            System.out.println("requests by what happened to them: " + counts);
            assertThat(counts.values().stream().mapToLong(Long::longValue).sum()).isGreaterThan(counts.get(Fault.NONE));
        }
    }

    private void load(String... files) {
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("table", "main.events").put("overwrite", false)
                .put("maxErrors", 0).put("loadId", "once").put("timeColumn", "happened");
        for (String file : files) {
            request.withArray("files").add(file);
        }
        assertThat(cluster.client().run("narwhal.load", request, _ -> { }).path("rows").asLong()).isEqualTo(4 * ROWS_PER_FILE);
        // with the same id it is recognised
        cluster.client().run("narwhal.load", request, _ -> { });
    }

    private void assertAnswersAre(DuckDb duckDb) {
        for (String query : QUERIES) {
            cluster.query(query).assertEqualTo(duckDb.query(query), false, query);
        }
    }

    private void assertIsAll(Rows expected) {
        cluster.query("SELECT * FROM main.events").assertEqualTo(expected, false, "all rows");
    }

    private interface Deletes {
        long run() throws Exception;
    }

    /// A reader sees some prefix of the deletes, and never goes back.
    private long readWhile(long before, Deletes deletes) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (NarwhalClient client = cluster.connect()) {
            Future<?> reader = thread.submit(() -> {
                long last = before;
                while (!done.get()) {
                    long now = (Long) Rows.of(client, TOTAL).rows().getFirst().getFirst();
                    assertThat(now).as("rows").isLessThanOrEqualTo(last);
                    assertThat((before - now) % DELETES_PER_FILE).as("rows that are gone").isZero();
                    last = now;
                }
            });
            long deleted = deletes.run();
            done.set(true);
            reader.get(OwnCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return deleted;
        } finally {
            thread.shutdownNow();
        }
    }

    private static long deleteSomeOfEachFile(IcebergTables lake, Table table) throws Exception {
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(task -> files.add(task.file()));
        }
        for (DataFile file : files) {
            lake.deletePositions(table, file, 0, 7, 19);
        }
        return (long) files.size() * DELETES_PER_FILE;
    }
}
