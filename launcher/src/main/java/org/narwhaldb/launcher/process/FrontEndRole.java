package org.narwhaldb.launcher.process;

import java.time.Duration;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.flight.FlightServerConfig;
import org.narwhaldb.flight.FrontEnd;
import org.narwhaldb.launcher.config.ProcessConfig;
import org.narwhaldb.launcher.config.ConfigFile;

/// Starts a front end.
public final class FrontEndRole {
    private static final int QUERIES_MAX = 1_000;
    private static final long TIMEOUT_SECONDS = 300;
    private static final long PLAN_CACHE_BYTES = 32 << 20;
    private static final long RESULT_CACHE_BYTES = 32 << 20;

    private FrontEndRole() {}

    /// @param host,port where it listens
    public static FlightServerConfig config(ConfigFile file, String host, int port, String catalogName, byte[] ticketKey) {
        return new FlightServerConfig(host, port, catalogName, ticketKey,
                Duration.ofSeconds(file.number("query-timeout-seconds", TIMEOUT_SECONDS, 1, 86_400)),
                file.bytes("query-memory", ProcessConfig.queryMemoryBytes() * 3 / 4),
                (int) file.number("queries-max", QUERIES_MAX, 1, 1_000_000),
                file.bytes("plan-cache", PLAN_CACHE_BYTES),
                file.bytes("result-cache", ProcessConfig.keptBytes(RESULT_CACHE_BYTES), 0), ProcessConfig.drainTimeout(file));
    }

    public static FrontEnd start(
            FlightServerConfig config, DataStores stores, Cluster cluster, Transport transport, Foundation foundation) {
        return foundation.closing(FrontEnd.start(config, new FrontEnd.Collaborators(cluster, stores.versions(), transport,
                foundation.memory(), foundation.allocator(), foundation.scheduler(), foundation.clock())));
    }
}
