package org.narwhaldb.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.narwhaldb.engine.kernel.KernelWarmUp;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.config.HomeDirectory;
import org.narwhaldb.launcher.demo.DemoData;
import org.narwhaldb.launcher.demo.EventsTable;
import org.narwhaldb.launcher.demo.TpchTables;
import org.narwhaldb.launcher.process.OneJvmCluster;
import org.narwhaldb.store.iceberg.Lake;

/// One cluster in this JVM for all tests that only read: TPC-H at scale 0.01 and 100,000 events, and DuckDB over the very same files.
final class SharedCluster {
    private static final double SCALE = 0.01;
    private static final long EVENTS = 100_000;
    private static SharedCluster shared;

    private final OneJvmCluster cluster;
    private final NarwhalClient client;
    private final DuckDb duckDb = new DuckDb();

    private SharedCluster(OneJvmCluster cluster, NarwhalClient client) {
        this.cluster = cluster;
        this.client = client;
    }

    static synchronized SharedCluster get() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    NarwhalClient client() {
        return client;
    }

    OneJvmCluster cluster() {
        return cluster;
    }

    DuckDb duckDb() {
        return duckDb;
    }

    private static SharedCluster start() {
        Path home = temporaryHome();
        // Else scalar twins would answer: kernels take over when they are warm.
        KernelWarmUp.run();
        OneJvmCluster cluster = OneJvmCluster.start(new OneJvmCluster.Settings(new HomeDirectory(home), 0, 2));
        NarwhalClient client = NarwhalClient.connect(cluster.url());
        SharedCluster started = new SharedCluster(cluster, client);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            client.close();
            cluster.close();
            started.duckDb.close();
            delete(home);
        }));
        try (Lake lake = Lake.open("narwhal", cluster.home().catalogProperties())) {
            DemoData data = new DemoData(lake, client, _ -> { });
            data.tpch(SCALE);
            data.events(EVENTS);
            TpchTables.names().forEach(table -> started.duckDb.addTable("tpch", table, home.resolve("warehouse/tpch").resolve(table)));
            started.duckDb.addTable("main", EventsTable.NAME, home.resolve("warehouse/main").resolve(EventsTable.NAME));
        }
        started.duckDb.execute("SET search_path = 'tpch,main'");
        client.update("SET schema = 'tpch'");
        return started;
    }

    static Path temporaryHome() {
        try {
            return Files.createTempDirectory("narwhal-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
