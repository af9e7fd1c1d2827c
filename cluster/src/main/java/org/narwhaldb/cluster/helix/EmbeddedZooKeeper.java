package org.narwhaldb.cluster.helix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.PurgeTxnLog;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// A standalone ZooKeeper inside this JVM that listens on 127.0.0.1 only, for the one-JVM cluster and for tests.
/// It starts again on the data it left. Old snapshots and logs are purged at start and hourly.
public final class EmbeddedZooKeeper implements AutoCloseable {
    private static final int TICK_MILLIS = 1_000;
    private static final int MIN_SESSION_MILLIS = 1_000;
    private static final int MAX_SESSION_MILLIS = 60_000;
    private static final int MAX_CONNECTIONS_PER_CLIENT = 1_000;
    private static final int SNAPSHOTS_KEPT = 3;
    private static final int HOURS_BETWEEN_PURGES = 1;

    private final FileTxnSnapLog log;
    private final ZooKeeperServer server;
    private final ServerCnxnFactory connections;
    private final DatadirCleanupManager cleanup;

    private EmbeddedZooKeeper(Path dataDir, int port) throws IOException, InterruptedException {
        Files.createDirectories(dataDir);
        connections = new NIOServerCnxnFactory();
        connections.configure(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                MAX_CONNECTIONS_PER_CLIENT);
        log = new FileTxnSnapLog(dataDir.toFile(), dataDir.toFile());
        server = new ZooKeeperServer(log, TICK_MILLIS, MIN_SESSION_MILLIS, MAX_SESSION_MILLIS, -1,
                new ZKDatabase(log), "");
        PurgeTxnLog.purge(dataDir.toFile(), dataDir.toFile(), SNAPSHOTS_KEPT);
        cleanup = new DatadirCleanupManager(dataDir.toFile(), dataDir.toFile(), SNAPSHOTS_KEPT, HOURS_BETWEEN_PURGES);
    }

    /// Starts, or starts again. Sessions of clients that outlived an earlier start go on.
    ///
    /// @param port 0 for any free one
    public static EmbeddedZooKeeper start(Path dataDir, int port) {
        return start(dataDir, port, false);
    }

    /// As [#start(Path, int)] for a JVM that holds every client as well: sessions that an earlier, killed process left
    /// behind end at once, so that its members and its controller need not be waited for.
    public static EmbeddedZooKeeper startAlone(Path dataDir, int port) {
        return start(dataDir, port, true);
    }

    private static EmbeddedZooKeeper start(Path dataDir, int port, boolean endOldSessions) {
        HelixSettings.apply();
        try {
            EmbeddedZooKeeper zooKeeper = new EmbeddedZooKeeper(dataDir, port);
            zooKeeper.run(endOldSessions);
            return zooKeeper;
        } catch (IOException | UncheckedIOException e) {
            throw new NarwhalException(ErrorCode.CLUSTER_UNAVAILABLE, String.format(
                    "Cannot start ZooKeeper on [127.0.0.1:%d] with data in [%s]: %s; is the port taken, the disk full?",
                    port, dataDir, e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NarwhalException(ErrorCode.CLUSTER_UNAVAILABLE, "Interrupted while ZooKeeper started", e);
        }
    }

    private void run(boolean endOldSessions) throws IOException, InterruptedException {
        connections.startup(server);
        if (endOldSessions) {
            List.copyOf(server.getZKDatabase().getSessionWithTimeOuts().keySet()).forEach(server::closeSession);
        }
        cleanup.start();
    }

    public int port() {
        return connections.getLocalPort();
    }

    /// The connect string.
    public String address() {
        return "127.0.0.1:" + port();
    }

    @Override
    public void close() {
        cleanup.shutdown();
        connections.shutdown();
        server.shutdown(true);
        try {
            log.close();
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.CLUSTER_UNAVAILABLE,
                    "Cannot close ZooKeeper's log: " + e.getMessage(), e);
        }
    }
}
