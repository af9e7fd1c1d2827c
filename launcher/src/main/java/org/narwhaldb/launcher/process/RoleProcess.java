package org.narwhaldb.launcher.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.controller.HelixController;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.engine.exchange.Transports;
import org.narwhaldb.flight.FlightServerConfig;
import org.narwhaldb.flight.FrontEnd;
import org.narwhaldb.ingest.IngestConfig;
import org.narwhaldb.ingest.IngestNode;
import org.narwhaldb.launcher.config.ProcessConfig;
import org.narwhaldb.launcher.config.ConfigFile;
import org.narwhaldb.launcher.config.HomeDirectory;
import org.narwhaldb.launcher.warmup.WarmUp;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.server.SegmentServer;
import org.narwhaldb.server.SegmentServerConfig;

/// One role as a process of its own, against an external ZooKeeper; the processes talk by Arrow Flight.
public final class RoleProcess implements AutoCloseable {
    /// A role and the port its process listens on unless told otherwise.
    public enum Kind {
        CONTROLLER(0), INGEST(9_147), SEGMENT_SERVER(9_247), FLIGHT_SERVER(9_047);

        private final int defaultPort;

        Kind(int defaultPort) {
            this.defaultPort = defaultPort;
        }
    }

    private final Foundation foundation;
    private final String description;

    private RoleProcess(Foundation foundation, String description) {
        this.foundation = foundation;
        this.description = description;
    }

    public static RoleProcess start(Kind kind, Path configFile) {
        ConfigFile file = ConfigFile.read(configFile);
        boolean runsQueries = kind == Kind.SEGMENT_SERVER || kind == Kind.FLIGHT_SERVER;
        String temporary = System.getProperty("java.io.tmpdir");
        Foundation foundation = new Foundation(Path.of(runsQueries ? file.text("spill-directory", temporary) : temporary));
        try {
            ProcessConfig common = ProcessConfig.of(file, kind.defaultPort);
            String description = switch (kind) {
                case CONTROLLER -> controller(file, common, foundation);
                case INGEST -> ingest(file, common, foundation);
                case SEGMENT_SERVER -> segmentServer(file, common, foundation);
                case FLIGHT_SERVER -> frontEnd(file, common, foundation);
            };
            return new RoleProcess(foundation, description);
        } catch (RuntimeException e) {
            foundation.close();
            throw e;
        }
    }

    public String describe() {
        return description;
    }

    @Override
    public void close() {
        foundation.close();
    }

    private static String controller(ConfigFile file, ProcessConfig common, Foundation foundation) {
        String id = file.text("id", "controller_%s_%d".formatted(common.host(), ProcessHandle.current().pid()));
        file.refuseUnknown();
        foundation.closing(HelixController.start(common.zooKeeper(), common.cluster(), HelixController.Config.of(id),
                foundation.clock(), foundation.scheduler()));
        return "controller " + id;
    }

    private static String ingest(ConfigFile file, ProcessConfig common, Foundation foundation) {
        ProcessConfig.LakeConfig lake = ProcessConfig.LakeConfig.of(file);
        IngestConfig config = IngestRole.config(file, Path.of(file.required("work-directory")));
        Duration drainTimeout = ProcessConfig.drainTimeout(file);
        file.refuseUnknown();
        Cluster cluster = foundation.connect(common.zooKeeper(), common.cluster());
        String id = id("ingest", common);
        Transport transport = foundation.closing(Transports.flight(foundation.allocator()));
        IngestNode node = IngestRole.start(config, id, DataStores.open(lake), cluster, transport, foundation);
        int port = serve(node, common, foundation);
        foundation.closing(() -> node.finish(drainTimeout));
        IngestRole.join(node, new Instance(id, Role.INGEST, common.host(), port, "", ""), cluster, foundation);
        return id;
    }

    private static String segmentServer(ConfigFile file, ProcessConfig common, Foundation foundation) {
        ProcessConfig.LakeConfig lake = ProcessConfig.LakeConfig.of(file);
        String zone = file.text("zone", common.host());
        SegmentServerConfig config = SegmentServerRole.config(file, Path.of(file.required("cache-directory")));
        Duration drainTimeout = ProcessConfig.drainTimeout(file);
        long warmUpMillis = ProcessConfig.warmUpMillis(file, ProcessConfig.DEFAULT_WARM_UP_MILLIS);
        file.refuseUnknown();
        WarmUp warmUp = foundation.warmUp(config.cacheDirectory(), warmUpMillis);
        Cluster cluster = foundation.connect(common.zooKeeper(), common.cluster());
        DataStores stores = DataStores.open(lake);
        warmUp.awaitReady();
        Instance instance = new Instance(id("segment-server", common), Role.SEGMENT_SERVER, common.host(), common.port(),
                Instance.DEFAULT_TIER, zone);
        SegmentServer.Sources sources = SegmentServerRole.sources(config, cluster, stores);
        Transport peers = foundation.closing(Transports.flight(foundation.allocator()));
        SegmentServer server = SegmentServerRole.start(
                config, instance, sources, cluster, peers, foundation, (_, handler) -> serve(handler, common, foundation));
        foundation.closing(() -> server.drain(drainTimeout));
        return instance.id();
    }

    private static String frontEnd(ConfigFile file, ProcessConfig common, Foundation foundation) {
        ProcessConfig.LakeConfig lake = ProcessConfig.LakeConfig.of(file);
        byte[] key = HomeDirectory.ticketKey(Path.of(file.required("ticket-key-file")));
        FlightServerConfig config = FrontEndRole.config(file, common.host(), common.port(), lake.catalogName(), key);
        long warmUpMillis = ProcessConfig.warmUpMillis(file, ProcessConfig.DEFAULT_WARM_UP_MILLIS);
        file.refuseUnknown();
        WarmUp warmUp = foundation.warmUp(Path.of(System.getProperty("java.io.tmpdir")), warmUpMillis);
        Cluster cluster = foundation.connect(common.zooKeeper(), common.cluster());
        warmUp.awaitReady();
        Transport transport = foundation.closing(Transports.flight(foundation.allocator()));
        FrontEnd frontEnd = FrontEndRole.start(config, DataStores.open(lake), cluster, transport, foundation);
        return "flight-server at narwhal://" + common.host() + ":" + frontEnd.port();
    }

    /// A member's id holds its address, so that a restart is the same member; that needs a fixed port.
    private static String id(String role, ProcessConfig common) {
        if (common.port() == 0) {
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION, "A %s needs a fixed [port]: its address is its name", role);
        }
        return "%s_%s_%d".formatted(role, common.host(), common.port());
    }

    private static int serve(Transport.Handler handler, ProcessConfig common, Foundation foundation) {
        ExecutorService workers = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("serve-", 0).factory());
        foundation.closing(workers::shutdownNow);
        return foundation.closing(Transports.serve(common.host(), common.port(), handler, foundation.memory(), foundation.allocator(),
                workers)).port();
    }
}
