package org.narwhaldb.conformance.chaos;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.ReplicaState;
import org.narwhaldb.cluster.Schedulers;
import org.narwhaldb.conformance.processes.NarwhalProcess;
import org.narwhaldb.conformance.processes.ProcessCluster;
import org.narwhaldb.conformance.processes.ProcessRole;
import org.narwhaldb.conformance.processes.Waiting;

/// Says when the cluster is whole: every process runs and is a member, every shard is served by two, every table has a
/// leader, a controller leads. Looks at it the way a member does.
final class ServiceProbe implements AutoCloseable {
    private static final int REPLICAS = 2;
    private static final Duration STEADY = Duration.ofSeconds(1);

    private final ProcessCluster processes;
    private final InstantSource clock = InstantSource.system();
    private final Cluster cluster;

    ServiceProbe(ProcessCluster processes) {
        this.processes = processes;
        this.cluster = Cluster.connect(processes.zooKeeperAddress(), processes.clusterName(), clock, Schedulers.threads("probe", 2));
    }

    Instant now() {
        return clock.instant();
    }

    /// @param since an image that was read before that says nothing
    /// @return what is missing; empty if nothing is
    String missing(Instant since) {
        for (NarwhalProcess process : processes.all()) {
            if (process.isPaused() || !process.isReady()) {
                return process + " is not ready";
            }
        }
        ClusterImage image = cluster.view().image();
        if (image.readAt().isBefore(since)) {
            return "the cluster's state was not read again yet";
        }
        for (NarwhalProcess process : processes.all()) {
            boolean member = process.role() == ProcessRole.ZOOKEEPER || process.role() == ProcessRole.CONTROLLER
                    || image.instances().containsKey(process.memberId());
            if (!member) {
                return process + " is no member";
            }
        }
        if (image.controller() == null) {
            return "no controller leads";
        }
        Set<String> leaders = new HashSet<>(image.leaders().values());
        if (image.leaders().size() < ClusterImage.LEADER_PARTITIONS || !image.instances().keySet().containsAll(leaders)) {
            return "tables without a leader";
        }
        return shards(image);
    }

    private static String shards(ClusterImage image) {
        long few = 0;
        long loading = 0;
        for (Map<String, ReplicaState> states : image.replicas().values()) {
            long serving = states.entrySet().stream()
                    .filter(entry -> entry.getValue() == ReplicaState.SERVING && image.instances().containsKey(entry.getKey())).count();
            few += serving < REPLICAS ? 1 : 0;
            loading += states.containsValue(ReplicaState.LOADING) ? 1 : 0;
        }
        return few + loading == 0 && !image.replicas().isEmpty() ? ""
                : "%d of %d shards have fewer than two servers, %d are being loaded".formatted(few, image.replicas().size(), loading);
    }

    /// Waits until it is whole, and stays so for a second.
    ///
    /// @return what is still missing when patience ends; empty if nothing is
    String await(Instant since, Duration patience) {
        String[] missing = new String[1];
        long[] wholeSince = {0};
        boolean whole = Waiting.holds(patience, () -> {
            missing[0] = missing(since);
            if (!missing[0].isEmpty()) {
                wholeSince[0] = 0;
            } else if (wholeSince[0] == 0) {
                wholeSince[0] = System.nanoTime();
            }
            return missing[0].isEmpty() && System.nanoTime() - wholeSince[0] > STEADY.toNanos();
        });
        return whole ? "" : missing[0].isEmpty() ? "not steady" : missing[0];
    }

    @Override
    public void close() {
        cluster.close();
    }
}
