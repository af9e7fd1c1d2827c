package org.narwhaldb.benchmarks.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import org.narwhaldb.benchmarks.engine.NarwhalEngine;
import org.narwhaldb.conformance.processes.ClusterSettings;
import org.narwhaldb.conformance.processes.DataLocation;
import org.narwhaldb.conformance.processes.Loopback;
import org.narwhaldb.conformance.processes.ProcessCluster;
import org.narwhaldb.conformance.processes.ProcessRole;
import org.narwhaldb.flight.sql.ControlActions;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.config.HomeDirectory;
import org.narwhaldb.launcher.demo.DemoTable;

/// A loaded home's tables served by processes: a controller, an ingest node, two segment servers, a front end, and ZooKeeper. Segments that
/// stand in the home's store are taken as they are.
public final class BenchProcesses implements AutoCloseable {
    private static final int SEGMENT_SERVERS = 2;
    private static final String MEMORY = "2g";

    private final Dataset dataset;
    private final ProcessCluster cluster;

    private BenchProcesses(Dataset dataset, ProcessCluster cluster) {
        this.dataset = dataset;
        this.cluster = cluster;
    }

    /// @param homes the folder that has the data set's home, in which no cluster runs
    /// @param caches whether they may keep answers
    public static BenchProcesses start(Path homes, Dataset dataset, boolean caches) {
        HomeDirectory home = BenchHome.directory(homes, dataset);
        Map<ProcessRole, Integer> members = Map.of(ProcessRole.ZOOKEEPER, 1, ProcessRole.CONTROLLER, 1, ProcessRole.INGEST, 1,
                ProcessRole.SEGMENT_SERVER, SEGMENT_SERVERS, ProcessRole.FRONT_END, 1);
        Map<ProcessRole, Map<String, String>> keys = caches ? Map.of(ProcessRole.FRONT_END, Map.of("result-cache", "32m"))
                : Map.of(ProcessRole.SEGMENT_SERVER, Map.of("partial-cache", "0"));
        ClusterSettings settings = new ClusterSettings(members, MEMORY, "-Xshare:auto", keys,
                new DataLocation(home.catalogProperties(), home.segmentStore().toString(), Map.of()), new Loopback());
        ProcessCluster cluster = ProcessCluster.started(home.path().resolve("processes"), settings);
        BenchProcesses processes = new BenchProcesses(dataset, cluster);
        try (NarwhalClient client = NarwhalClient.connect(cluster.url(1))) {
            for (DemoTable table : dataset.tables()) {
                client.run(ControlActions.SERVE, new ObjectMapper().createObjectNode().put("table", table.name().toString()), _ -> { });
            }
            return processes;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    public NarwhalEngine narwhal() {
        return NarwhalEngine.connect(cluster.url(1), dataset.schema());
    }

    @Override
    public void close() {
        cluster.close();
    }
}
