package org.narwhaldb.conformance.chaos;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.conformance.processes.ClusterSettings;
import org.narwhaldb.conformance.processes.DataLocation;
import org.narwhaldb.conformance.processes.Loopback;
import org.narwhaldb.conformance.processes.Network;
import org.narwhaldb.conformance.processes.NetworkNamespaces;
import org.narwhaldb.conformance.processes.ProcessCluster;
import org.narwhaldb.conformance.processes.ProcessRole;
import org.narwhaldb.conformance.processes.SmallDisks;

/// What a run's cluster stands on: its network, its disks, its store. Says on the way what this machine does not permit.
final class Surroundings implements AutoCloseable {
    private static final int DISK_MEGABYTES = 64;
    private static final int STORE_MEGABYTES = 512;

    private final ChaosRun.Options options;
    private final RunLog log;
    private final Network network;
    private final S3Store s3;
    private final DataLocation data;
    private final SmallDisks small = new SmallDisks();
    private final Map<String, Path> disks = new HashMap<>();

    Surroundings(ChaosRun.Options options, RunLog log) {
        this.options = options;
        this.log = log;
        this.network = NetworkNamespaces.open(reason -> log.print("no network namespaces here: " + reason)).<Network>map(each -> each)
                .orElseGet(Loopback::new);
        log.print("links are cut by " + network.describe());
        this.s3 = options.s3() ? new S3Store(options.directory(), options.seed(), network.gateway()) : null;
        this.data = s3 == null ? DataLocation.local(options.directory()) : s3.data();
    }

    /// Superseded versions and garbage do not last here, so that their ends are seen too.
    ClusterSettings settings() {
        return ClusterSettings.of(3, 2, 4, 2, data).on(network)
                .with(ProcessRole.INGEST, Map.of("table-poll-millis", "200", "catalog-poll-millis", "2000",
                        "retention-millis", "60000", "garbage-min-age-millis", "120000"))
                .with(ProcessRole.SEGMENT_SERVER, Map.of("server-retention-millis", "60000"))
                .with(ProcessRole.FRONT_END, Map.of("query-timeout-seconds", "30"));
    }

    /// To be called before the processes write there.
    void mountDisks(ProcessCluster cluster) {
        for (ProcessRole role : List.of(ProcessRole.INGEST, ProcessRole.SEGMENT_SERVER)) {
            cluster.all(role).forEach(process -> mount(process.name(), cluster.localData(process.name()), DISK_MEGABYTES));
        }
        if (s3 != null) {
            return;
        }
        mount(Attack.SEGMENT_STORE, options.directory().resolve("segment-store"), STORE_MEGABYTES);
        if (disks.isEmpty()) {
            log.print("no disk is filled up in this run");
        }
    }

    private void mount(String target, Path folder, int megabytes) {
        if (small.mount(folder, megabytes, reason -> log.print("cannot mount a small disk: " + reason))) {
            disks.put(target, folder);
        }
    }

    /// For the report.
    String faults() {
        return s3 == null ? "" : s3.faults();
    }

    /// Folders that can be filled up, by target.
    Map<String, Path> disks() {
        return disks;
    }

    @Override
    public void close() {
        if (s3 != null) {
            s3.close();
        }
        small.close();
        network.close();
    }
}
