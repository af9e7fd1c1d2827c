package org.narwhaldb.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.narwhaldb.benchmarks.compare.Answers;
import org.narwhaldb.benchmarks.compare.Comparison;
import org.narwhaldb.benchmarks.compare.Stopwatch;
import org.narwhaldb.benchmarks.data.BenchHome;
import org.narwhaldb.benchmarks.data.Dataset;
import org.narwhaldb.benchmarks.data.DuckDbTables;
import org.narwhaldb.benchmarks.data.LoadFiles;
import org.narwhaldb.benchmarks.engine.DuckDbEngine;
import org.narwhaldb.benchmarks.engine.NarwhalEngine;
import org.narwhaldb.flight.sql.ControlActions;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.config.HomeDirectory;
import org.narwhaldb.launcher.demo.DemoTable;
import org.narwhaldb.launcher.process.OneJvmCluster;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;
import org.narwhaldb.store.iceberg.Lake;

/// Files to served rows: one `narwhal.load` from its call to its return, when queries see the rows; DuckDB makes a sorted table of the same
/// files. A cluster on an empty home, warmed by one small load; each table is loaded once.
final class LoadBench {
    private static final String SUITE = "load";
    /// CSV and JSON are large: a fifth of the rows is enough.
    private static final double TEXT_SHARE = 0.2;
    private static final double WARM_UP_SHARE = 0.02;
    private static final int SMALL_FILES = 400;
    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final String CHECK = """
            SELECT COUNT(*) AS n, COUNT(user_id) AS users, SUM(duration_millis) AS duration, SUM(amount) AS revenue,
              SUM(session_id) AS sessions,
              MIN(event_time) AS first_event, MAX(event_time) AS last_event FROM\s""";

    private final Path homes;
    private final Dataset dataset;
    private final DuckDbEngine duckDb;
    private final LoadFiles files;

    /// @param duckDb with the data set's rows readable
    LoadBench(Path homes, Dataset dataset, DuckDbEngine duckDb, LoadFiles files) {
        this.homes = homes;
        this.dataset = dataset;
        this.duckDb = duckDb;
        this.files = files;
    }

    void run(Comparison comparison) throws IOException {
        Map<String, LoadFiles.Written> variants = new LinkedHashMap<>();
        variants.put("warm_up", files.csv(WARM_UP_SHARE, 1));
        variants.put("parquet", files.parquet(4 * CORES));
        variants.put("parquet_1", files.parquet(1));
        variants.put("parquet_400", files.parquet(SMALL_FILES));
        variants.put("csv", files.csv(TEXT_SHARE, 2 * CORES));
        variants.put("json", files.json(TEXT_SHARE, 2 * CORES));
        duckDb.execute("DROP TABLE IF EXISTS in_order");
        Path home = homes.resolve("load");
        BenchHome.delete(home);
        try (OneJvmCluster cluster = OneJvmCluster.start(new OneJvmCluster.Settings(new HomeDirectory(home), 0, 2));
                NarwhalClient client = NarwhalClient.connect(cluster.url());
                NarwhalEngine engine = NarwhalEngine.connect(cluster.url(), TableName.DEFAULT_NAMESPACE);
                Lake lake = Lake.open("narwhal", cluster.home().catalogProperties());
                DuckDbEngine other = DuckDbEngine.open(home.resolve("duckdb.db"), TableName.DEFAULT_NAMESPACE)) {
            for (Map.Entry<String, LoadFiles.Written> variant : variants.entrySet()) {
                Comparison.Result result = load(variant.getKey(), variant.getValue(), new Both(cluster, client, engine, lake, other));
                if (!variant.getKey().equals("warm_up")) {
                    comparison.add(result);
                }
            }
        }
        BenchHome.delete(home);
    }

    private record Both(OneJvmCluster cluster, NarwhalClient client, NarwhalEngine narwhal, Lake lake, DuckDbEngine duckDb) {}

    private Comparison.Result load(String name, LoadFiles.Written source, Both both) {
        DemoTable events = dataset.tables().getFirst();
        DemoTable table = new DemoTable(new TableName(TableName.DEFAULT_NAMESPACE, name), nullable(events.columns()), events.timeColumn(),
                events.clusterBy(), List.of());
        both.lake().create(table.name(), table.columns(), Map.of(TableSpec.TIME_COLUMN, table.timeColumn(),
                TableSpec.CLUSTER_BY, String.join(",", table.clusterBy())));
        ObjectNode request = new ObjectMapper().createObjectNode().put("table", table.name().toString()).put("overwrite", false)
                .put("maxErrors", 0).put("loadId", name);
        ArrayNode paths = request.putArray("files");
        source.files().forEach(paths::add);
        long bytesBefore = BenchHome.bytes(both.cluster().home().segmentStore());
        double ours = Stopwatch.time(() -> both.client().run(ControlActions.LOAD, request, _ -> { }));
        long bytes = BenchHome.bytes(both.cluster().home().segmentStore()) - bytesBefore;
        double theirs = Stopwatch.time(() -> new DuckDbTables(both.duckDb(), false).create(table, source.reader()));
        Optional<String> difference = Answers.difference(both.narwhal().answer(CHECK + name), both.duckDb().answer(CHECK + name), false);
        String note = String.format(Locale.ROOT, "%.2f million rows/s/core (DuckDB %.2f); segments %.1f bytes a row, the files %.1f",
                source.rowCount() / ours / 1e3 / CORES, source.rowCount() / theirs / 1e3 / CORES, (double) bytes / source.rowCount(),
                (double) source.bytes() / source.rowCount());
        return new Comparison.Result(SUITE, name, SUITE, source.rowCount(), ours, theirs, difference.isEmpty(), false,
                difference.orElse(note));
    }

    private static List<Field> nullable(List<Field> columns) {
        return columns.stream().map(field -> new Field(field.id(), field.name(), field.type(), true)).toList();
    }
}
