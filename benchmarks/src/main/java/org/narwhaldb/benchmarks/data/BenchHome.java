package org.narwhaldb.benchmarks.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.narwhaldb.benchmarks.engine.DuckDbEngine;
import org.narwhaldb.benchmarks.engine.NarwhalEngine;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.config.HomeDirectory;
import org.narwhaldb.launcher.demo.DemoData;
import org.narwhaldb.launcher.demo.DemoTable;
import org.narwhaldb.launcher.config.ProcessConfig;
import org.narwhaldb.launcher.process.OneJvmCluster;
import org.narwhaldb.store.iceberg.Lake;

/// A data set in both engines: a one-JVM cluster on a home of its own, and DuckDB's file in there. Whatever is there already is used again.
public final class BenchHome implements AutoCloseable {
    private static final int SEGMENT_SERVERS = 2;

    private final Dataset dataset;
    private final OneJvmCluster cluster;
    private final Consumer<String> say;

    private BenchHome(Dataset dataset, OneJvmCluster cluster, Consumer<String> say) {
        this.dataset = dataset;
        this.cluster = cluster;
        this.say = say;
    }

    /// What makes a cluster compute each answer anew, which is what is to be measured; nothing, if it may keep answers.
    public static Map<String, String> caches(boolean on) {
        return on ? Map.of() : Map.of("result-cache", "0", "partial-cache", "0");
    }

    /// @param homes the folder that has a home for each data set
    /// @param configuration of the cluster
    public static BenchHome open(Path homes, Dataset dataset, Map<String, String> configuration, Consumer<String> say) {
        configure(directory(homes, dataset).create(), configuration);
        OneJvmCluster cluster = OneJvmCluster.start(new OneJvmCluster.Settings(directory(homes, dataset), 0, SEGMENT_SERVERS,
                ProcessConfig.DEFAULT_WARM_UP_MILLIS));
        BenchHome home = new BenchHome(dataset, cluster, say);
        try {
            home.load();
            cluster.awaitWarm();
            return home;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private static void configure(HomeDirectory home, Map<String, String> configuration) {
        try {
            List<String> lines = configuration.entrySet().stream().map(entry -> entry.getKey() + " = " + entry.getValue()).toList();
            Files.write(home.configFile(), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static HomeDirectory directory(Path homes, Dataset dataset) {
        return new HomeDirectory(homes.resolve(dataset.name()));
    }

    /// What the files below `directory` take.
    public static long bytes(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    public long segmentCount() {
        try (Stream<Path> files = Files.walk(cluster.home().segmentStore())) {
            return files.filter(file -> file.toString().endsWith(".seg")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What reads the rows of the first table in the order they were written.
    public String rows() {
        return DuckDbTables.files(dataset.tables().getFirst(), cluster.home().warehouse());
    }

    private void load() {
        try (NarwhalClient client = NarwhalClient.connect(cluster.url());
                Lake lake = Lake.open("narwhal", cluster.home().catalogProperties())) {
            DemoData data = new DemoData(lake, client, say);
            for (DemoTable table : dataset.tables()) {
                data.add(table, dataset.name() + "-" + table.name().name());
            }
        }
    }

    public NarwhalEngine narwhal() {
        return NarwhalEngine.connect(cluster.url(), dataset.schema());
    }

    /// @param enums whether its dimensions are ENUM: that is another file
    public DuckDbEngine duckDb(boolean enums) {
        Path file = duckDbFile(cluster.home().path(), enums);
        boolean isNew = !Files.exists(file);
        DuckDbEngine engine = DuckDbEngine.open(file, dataset.schema());
        long start = System.nanoTime();
        DuckDbTables tables = new DuckDbTables(engine, enums);
        dataset.tables().forEach(table -> tables.create(table, DuckDbTables.files(table, cluster.home().warehouse())));
        if (isNew) {
            say.accept("  DuckDB: loaded in %.1f s".formatted((System.nanoTime() - start) / 1e9));
        }
        return engine;
    }

    public static Path duckDbFile(Path homes, Dataset dataset, boolean enums) {
        return duckDbFile(directory(homes, dataset).path(), enums);
    }

    private static Path duckDbFile(Path home, boolean enums) {
        return home.resolve(enums ? "duckdb-enum.db" : "duckdb.db");
    }

    public OneJvmCluster cluster() {
        return cluster;
    }

    @Override
    public void close() {
        cluster.close();
    }
}
