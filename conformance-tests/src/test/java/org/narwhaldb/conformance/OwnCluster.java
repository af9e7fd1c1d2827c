package org.narwhaldb.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.config.HomeDirectory;
import org.narwhaldb.launcher.process.OneJvmCluster;

/// A one-JVM cluster of a test's own, in a home that outlives it: stopped and started again, written to by others.
final class OwnCluster implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long PAUSE_NANOS = 50_000_000;

    private static OwnCluster shared;

    private final HomeDirectory home;
    private OneJvmCluster cluster;
    private NarwhalClient client;

    OwnCluster(Path home) {
        this(home, Map.of());
    }

    /// @param configuration more lines of its `narwhal.properties`
    OwnCluster(Path home, Map<String, String> configuration) {
        this.home = new HomeDirectory(home).create();
        // Unless a test is about it, the servers are to be asked each time.
        StringBuilder lines = new StringBuilder("table-poll-millis = 200\nresult-cache = 0\n");
        configuration.forEach((key, value) -> lines.append(key).append(" = ").append(value).append('\n'));
        try {
            Files.writeString(this.home.configFile(), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One for all tests that write tables of their own but neither stop it nor touch its files.
    static synchronized OwnCluster shared() {
        if (shared == null) {
            OwnCluster cluster = started(SharedCluster.temporaryHome());
            Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
            shared = cluster;
        }
        return shared;
    }

    static OwnCluster started(Path home) {
        OwnCluster own = new OwnCluster(home);
        own.start();
        return own;
    }

    void start() {
        cluster = OneJvmCluster.start(new OneJvmCluster.Settings(home, 0, 2));
        client = NarwhalClient.connect(cluster.url());
    }

    HomeDirectory home() {
        return home;
    }

    String address() {
        return "127.0.0.1:" + cluster.port();
    }

    NarwhalClient client() {
        return client;
    }

    /// Another connection to the same front end, for another thread.
    NarwhalClient connect() {
        return NarwhalClient.connect(cluster.url());
    }

    Rows query(String sql) {
        return Rows.of(client, sql);
    }

    /// Starts to serve a table that exists; returns when it answers.
    void serve(String table) {
        client.run("narwhal.serve", JsonNodeFactory.instance.objectNode().put("table", table), _ -> { });
    }

    /// What `narwhal status` says of the table; a missing node when it is not served.
    JsonNode status(String table) {
        return named(fullStatus().path("tables"), table);
    }

    JsonNode fullStatus() {
        return client.run("narwhal.status", object(), _ -> { });
    }

    /// What the table's ingest leader says of it.
    JsonNode leaderStatus(String table) {
        for (JsonNode server : fullStatus().path("servers")) {
            JsonNode found = named(server.path("status").path("tables"), table);
            if (!found.isMissingNode()) {
                return found;
            }
        }
        return object().path("none");
    }

    private static JsonNode named(JsonNode tables, String table) {
        for (JsonNode each : tables) {
            if (each.path("table").asText().equals(table)) {
                return each;
            }
        }
        return object().path("none");
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// Until the published version is of that snapshot and answers queries.
    void awaitSnapshot(String table, long snapshotId) {
        await("table [%s] answers for snapshot [%d]".formatted(table, snapshotId), () -> {
            JsonNode status = status(table);
            return status.path("snapshotId").asLong(-2) == snapshotId && status.path("version").isTextual()
                    && status.path("version").equals(status.path("publishedVersion"));
        }, () -> status(table) + " / leader: " + leaderStatus(table));
    }

    void await(String what, BooleanSupplier condition) {
        await(what, condition, () -> "");
    }

    private static void await(String what, BooleanSupplier condition, Supplier<String> state) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not within %s: %s. %s".formatted(PATIENCE, what, state.get()));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    void stop() {
        if (client != null) {
            client.close();
            client = null;
        }
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
    }

    @Override
    public void close() {
        stop();
        SharedCluster.delete(home.path());
    }
}
