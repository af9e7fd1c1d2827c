package org.narwhaldb.conformance.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.conformance.processes.DataLocation;
import org.narwhaldb.conformance.processes.TcpRelay;
import org.narwhaldb.conformance.s3.FaultProxy;
import org.narwhaldb.conformance.s3.FaultSchedule;
import org.narwhaldb.conformance.s3.S3Server;

/// Warehouse and segment store on an S3 server. The cluster reaches it through a proxy that refuses, delays, loses and
/// truncates by the run's seed; the other engine passes the faults by.
final class S3Store implements AutoCloseable {
    private static final FaultSchedule.Rules RULES = new FaultSchedule.Rules(0.05, FaultSchedule.Rules.FAST, 2, 500);

    private final S3Server server;
    private final FaultProxy proxy;
    private final FaultSchedule schedule;
    private final TcpRelay entrance;
    private final DataLocation data;

    /// @param gateway the address by which the cluster's processes reach this JVM
    S3Store(Path directory, long seed, String gateway) {
        try {
            server = S3Server.start(directory.resolve("s3"), 0).bucket("lake").bucket("segments");
            schedule = new FaultSchedule(seed, RULES);
            proxy = FaultProxy.start(server.port(), schedule);
            entrance = TcpRelay.to(gateway, List.of("127.0.0.1:" + proxy.port()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> others = catalog(directory, server.endpoint());
        others.put("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
        others.put("http-client.type", "urlconnection");
        data = new DataLocation(catalog(directory, "http://%s:%d".formatted(gateway, entrance.port())), "s3://segments/narwhal", others);
    }

    private static Map<String, String> catalog(Path directory, String endpoint) {
        Map<String, String> properties = new HashMap<>(DataLocation.sqlite(directory, "s3://lake/warehouse"));
        properties.putAll(S3Server.properties(endpoint));
        return properties;
    }

    DataLocation data() {
        return data;
    }

    /// What happened to how many requests.
    String faults() {
        return "S3 requests: " + schedule.counts();
    }

    @Override
    public void close() {
        entrance.close();
        try {
            proxy.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            server.close();
        }
    }
}
