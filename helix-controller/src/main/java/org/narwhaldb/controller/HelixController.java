package org.narwhaldb.controller;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.helix.HelixException;
import org.apache.helix.HelixManagerProperty;
import org.apache.helix.InstanceType;
import org.apache.helix.controller.pipeline.Pipeline;
import org.apache.helix.manager.zk.ZKHelixManager;
import org.apache.helix.zookeeper.zkclient.exception.ZkException;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.helix.HelixCluster;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A controller process: sets the cluster up if nobody did, runs Helix' controller, and repairs what Helix leaves
/// alone.
///
/// Any number may run; ZooKeeper elects the one that leads, the others take over when it goes. If ZooKeeper's data is lost
/// under them, one founds the cluster anew.
public final class HelixController implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HelixController.class);
    /// Controllers of this JVM, `ZOOKEEPER/CLUSTER/ID`.
    private static final Set<String> HERE = ConcurrentHashMap.newKeySet();

    private final Config config;
    private final String zooKeeper;
    private final String clusterName;
    private final InstantSource clock;
    private final HelixCluster cluster;
    private final Scheduler scheduler;
    private final Scheduler.Cancellable repetition;
    private volatile Service service;
    private List<Instance> servers = List.of();
    private boolean closed;

    /// @param id unique, e.g. `controller_127.0.0.1_9047`
    /// @param repairEvery how often the cluster is looked over
    /// @param retryAfter how long a failed replica rests before it is tried again
    public record Config(String id, Duration repairEvery, Duration retryAfter) {
        public static Config of(String id) {
            return new Config(id, Duration.ofSeconds(2), Duration.ofSeconds(15));
        }
    }

    /// Helix' controller as it runs in one founding of the cluster.
    private record Service(String founding, ZKHelixManager manager, FactReader facts, ChangeApplier changes) {}

    private HelixController(String zooKeeper, String clusterName, Config config, InstantSource clock,
            Scheduler scheduler, HelixCluster cluster) {
        this.config = config;
        this.zooKeeper = zooKeeper;
        this.clusterName = clusterName;
        this.clock = clock;
        this.cluster = cluster;
        this.scheduler = scheduler;
        found();
        cluster.removeDeadController(HERE.stream().anyMatch(key -> key.startsWith(zooKeeper + "/" + clusterName + "/")));
        this.service = serve();
        this.repetition = scheduler.repeat(config.repairEvery(), this::repair);
        cluster.view().onChange(image -> repairWhenServersChange(image, scheduler));
    }

    private void found() {
        cluster.setUpOnce(() -> ClusterFounder.found(zooKeeper, clusterName, scheduler));
    }

    private Service serve() {
        String founding = cluster.founding().orElse("");
        ZKHelixManager manager = new ZKHelixManager(clusterName, config.id(), InstanceType.CONTROLLER, zooKeeper, null,
                new HelixManagerProperty.Builder().build());
        // Narwhal has no Helix tasks: their pipeline would run at every event for nothing.
        manager.setEnabledControlPipelineTypes(Set.of(Pipeline.Type.DEFAULT));
        try {
            HERE.add(key());
            manager.connect();
        } catch (Exception e) {
            throw new NarwhalException(ErrorCode.CLUSTER_UNAVAILABLE, String.format(
                    "Controller [%s] cannot join cluster [%s] at ZooKeeper [%s]: %s", config.id(), clusterName,
                    zooKeeper, e.getMessage()), e);
        }
        return new Service(founding, manager, new FactReader(manager), new ChangeApplier(manager));
    }

    /// Founds the cluster anew if ZooKeeper lost all data, and serves the one that is there.
    private void follow() {
        if (cluster.founding().equals(Optional.of(""))) {
            LOG.warn("Cluster [{}] is not in ZooKeeper [{}] any more; it is founded anew", clusterName, zooKeeper);
            found();
        }
        Optional<String> founding = cluster.founding();
        if (founding.isPresent() && !founding.get().isEmpty() && !founding.get().equals(service.founding())) {
            disconnect();
            service = serve();
        }
    }

    private void disconnect() {
        try {
            service.manager().disconnect();
        } catch (HelixException | ZkException e) {
            LOG.info("Controller [{}] left without saying so: {}", config.id(), e.getMessage());
        }
    }

    /// A server that came may need its placement settled now; everything else can wait for the next round.
    private void repairWhenServersChange(ClusterImage image, Scheduler scheduler) {
        List<Instance> present = image.withRole(Role.SEGMENT_SERVER);
        if (!present.equals(servers)) {
            servers = present;
            scheduler.execute(this::repair);
        }
    }

    /// Returns when the cluster is set up and this controller leads or stands by.
    ///
    /// @param zooKeeper connect string
    public static HelixController start(String zooKeeper, String clusterName, Config config, InstantSource clock,
            Scheduler scheduler) {
        HelixCluster cluster = HelixCluster.connect(zooKeeper, clusterName, clock, scheduler);
        try {
            return new HelixController(zooKeeper, clusterName, config, clock, scheduler, cluster);
        } catch (NarwhalException e) {
            cluster.close();
            throw e;
        }
    }

    private String key() {
        return zooKeeper + "/" + clusterName + "/" + config.id();
    }

    /// Whether this controller is the leading one.
    public boolean leads() {
        return service.manager().isLeader();
    }

    private synchronized void repair() {
        if (closed) {
            return;
        }
        try {
            follow();
            ClusterImage image = cluster.view().image();
            if (!config.id().equals(image.controller())) {
                return;
            }
            Instant now = clock.instant();
            List<Change> due = Repairs.decide(image, service.facts().read(now), now, config.retryAfter());
            for (Change change : due) {
                service.changes().apply(change);
                if (change instanceof Change.Retry retry) {
                    service.facts().tried(retry, now);
                }
            }
        } catch (HelixException | ZkException | NarwhalException e) {
            LOG.warn("Cannot look cluster [{}] over: {}; tried again later", clusterName, e.getMessage());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        repetition.cancel();
        disconnect();
        HERE.remove(key());
        cluster.close();
    }
}
