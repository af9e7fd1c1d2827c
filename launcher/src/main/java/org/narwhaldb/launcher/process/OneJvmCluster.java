package org.narwhaldb.launcher.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.helix.EmbeddedZooKeeper;
import org.narwhaldb.controller.HelixController;
import org.narwhaldb.engine.exchange.Transports;
import org.narwhaldb.flight.FlightServerConfig;
import org.narwhaldb.flight.FrontEnd;
import org.narwhaldb.ingest.IngestConfig;
import org.narwhaldb.ingest.IngestNode;
import org.narwhaldb.launcher.config.ProcessConfig;
import org.narwhaldb.launcher.config.ConfigFile;
import org.narwhaldb.launcher.config.HomeDirectory;
import org.narwhaldb.launcher.warmup.WarmUp;
import org.narwhaldb.server.SegmentServer;
import org.narwhaldb.server.SegmentServerConfig;

/// A whole cluster in one JVM, in its real form: ZooKeeper, Helix' controller, an ingest node, segment servers and a front end,
/// talking by reference.
public final class OneJvmCluster implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final HomeDirectory home;
    private final Foundation foundation;
    private final FrontEnd frontEnd;
    private final WarmUp warmUp;

    /// @param port of the front end, 0 for any free one
    /// @param warmUpMillis how long the process runs made-up queries before it takes real ones, unless the home's
    ///     configuration says otherwise; 0 = not at all
    public record Settings(HomeDirectory home, int port, int segmentServers, long warmUpMillis) {
        /// Cold: for tests.
        public Settings(HomeDirectory home, int port, int segmentServers) {
            this(home, port, segmentServers, 0);
        }
    }

    private OneJvmCluster(HomeDirectory home, Foundation foundation, FrontEnd frontEnd, WarmUp warmUp) {
        this.home = home;
        this.foundation = foundation;
        this.frontEnd = frontEnd;
        this.warmUp = warmUp;
    }

    /// Returns when the front end takes queries. Tables that were served before may still be loading; queries wait for them.
    public static OneJvmCluster start(Settings settings) {
        HomeDirectory home = settings.home().create();
        home.claim();
        Foundation foundation = new Foundation(home.work());
        try {
            return start(settings, home, foundation);
        } catch (RuntimeException e) {
            foundation.close();
            home.release();
            throw e;
        }
    }

    private static OneJvmCluster start(Settings settings, HomeDirectory home, Foundation foundation) {
        ConfigFile file = config(home);
        ProcessConfig.LakeConfig lake = lake(file, home);
        IngestConfig ingestConfig = IngestRole.config(file, home.work());
        SegmentServerConfig serverConfig = SegmentServerRole.config(file, home.cache());
        FlightServerConfig frontEndConfig = FrontEndRole.config(file, HOST, settings.port(), lake.catalogName(), home.ticketKey());
        long warmUpMillis = ProcessConfig.warmUpMillis(file, settings.warmUpMillis());
        file.refuseUnknown();
        // While ZooKeeper and Helix make up their minds the cores have time.
        WarmUp warmUp = foundation.warmUp(home.work(), warmUpMillis);

        EmbeddedZooKeeper zooKeeper = foundation.closing(EmbeddedZooKeeper.startAlone(home.zooKeeper(), 0));
        foundation.closing(HelixController.start(zooKeeper.address(), ProcessConfig.DEFAULT_CLUSTER,
                HelixController.Config.of("controller"), foundation.clock(), foundation.scheduler()));
        Cluster cluster = foundation.connect(zooKeeper.address(), ProcessConfig.DEFAULT_CLUSTER);
        DataStores stores = DataStores.open(lake);
        Transports.Local transport = foundation.closing(Transports.local(foundation.memory()));

        SegmentServer.Sources sources = SegmentServerRole.sources(serverConfig, cluster, stores);
        for (int number = 0; number < settings.segmentServers(); number++) {
            Instance instance = new Instance("segment-server-" + number, Role.SEGMENT_SERVER, HOST, 0,
                    Instance.DEFAULT_TIER, "zone-" + number);
            SegmentServerRole.start(serverConfig, instance, sources, cluster, transport, foundation, transport::register);
        }
        Instance ingest = new Instance("ingest-0", Role.INGEST, HOST, 0, "", "");
        IngestNode node = IngestRole.start(ingestConfig, ingest.id(), stores, cluster, transport, foundation);
        transport.register(ingest.id(), node);
        IngestRole.join(node, ingest, cluster, foundation);
        FrontEnd frontEnd = FrontEndRole.start(frontEndConfig, stores, cluster, transport, foundation);
        warmUp.awaitReady();
        return new OneJvmCluster(home, foundation, frontEnd, warmUp);
    }

    /// The optional `narwhal.properties` in the home.
    private static ConfigFile config(HomeDirectory home) {
        Path path = home.configFile();
        return Files.exists(path) ? ConfigFile.read(path) : new ConfigFile(path.toString(), Map.of());
    }

    /// The home's own catalog and warehouse unless the configuration names others.
    private static ProcessConfig.LakeConfig lake(ConfigFile file, HomeDirectory home) {
        Map<String, String> properties = file.below("catalog.");
        return new ProcessConfig.LakeConfig(file.text("catalog-name", "narwhal"),
                properties.isEmpty() ? home.catalogProperties() : properties, file.text("segment-store", home.segmentStore().toString()));
    }

    public HomeDirectory home() {
        return home;
    }

    public int port() {
        return frontEnd.port();
    }

    /// Returns when it no longer warms up in the background.
    public void awaitWarm() {
        warmUp.awaitEnd();
    }

    public String url() {
        return "narwhal://" + HOST + ":" + port();
    }

    @Override
    public void close() {
        foundation.close();
        home.release();
    }
}
