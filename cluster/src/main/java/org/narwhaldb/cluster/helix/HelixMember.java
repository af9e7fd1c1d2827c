package org.narwhaldb.cluster.helix;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.helix.HelixManagerProperty;
import org.apache.helix.InstanceType;
import org.apache.helix.manager.zk.ZKHelixManager;
import org.apache.helix.participant.statemachine.StateModel;
import org.apache.helix.participant.statemachine.StateModelFactory;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Helix participant. Helix itself joins again after a lost session; after a new founding of the cluster, which is another
/// cluster to it, [#rejoin] does.
final class HelixMember implements ClusterMember {
    private static final Logger LOG = LoggerFactory.getLogger(HelixMember.class);
    /// Members of this JVM, `CLUSTER/ID`: what tells a leftover of a killed process from a live twin.
    private static final Set<String> HERE = ConcurrentHashMap.newKeySet();

    private final Instance instance;
    private final String servers;
    private final String cluster;
    private final String key;
    private final Duty duty;
    private ZKHelixManager manager;
    private String founding;
    private boolean closed;

    /// What a member does besides being there.
    record Duty(String model, StateModelFactory<? extends StateModel> replicas, Runnable beforeLeaving,
            Runnable afterLeaving) {
        static final Duty NONE = new Duty(null, null, () -> {}, () -> {});
    }

    /// @param founding of the cluster that it joins
    HelixMember(String servers, String cluster, Instance instance, Duty duty, String founding) {
        this.instance = instance;
        this.servers = servers;
        this.cluster = cluster;
        this.key = key(servers, cluster, instance.id());
        this.duty = duty;
        this.founding = founding;
        if (!HERE.add(key)) {
            duty.afterLeaving.run();
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                    "Instance [%s] is a member of cluster [%s] already; give each its own id", instance.id(), cluster);
        }
        try {
            this.manager = connect();
        } catch (NarwhalException e) {
            HERE.remove(key);
            duty.afterLeaving.run();
            throw e;
        }
    }

    private ZKHelixManager connect() {
        HelixManagerProperty property = new HelixManagerProperty.Builder()
                .setDefaultInstanceConfigBuilder(Members.describe(instance)).build();
        try {
            ZKHelixManager next = new ZKHelixManager(cluster, instance.id(), InstanceType.PARTICIPANT, servers, null,
                    property);
            if (duty.replicas != null) {
                next.getStateMachineEngine().registerStateModelFactory(duty.model, duty.replicas);
            }
            next.connect();
            return next;
        } catch (Exception e) {
            throw new NarwhalException(ErrorCode.CLUSTER_UNAVAILABLE, String.format(
                    "Instance [%s] cannot join cluster [%s] at ZooKeeper [%s]: %s", instance.id(), cluster, servers,
                    e.getMessage()), e);
        }
    }

    /// Joins the cluster that was founded in place of the one it had joined; what is loaded stays.
    synchronized void rejoin(String newFounding) {
        if (closed || newFounding.equals(founding)) {
            return;
        }
        LOG.warn("Cluster [{}] was founded anew; instance [{}] joins again", cluster, instance.id());
        disconnect();
        if (duty.replicas != null) {
            forgetStates(duty.replicas);
        }
        manager = connect();
        founding = newFounding;
    }

    private void disconnect() {
        try {
            manager.disconnect();
        } catch (RuntimeException e) {
            LOG.info("Instance [{}] left without saying so: {}", instance.id(), e.getMessage());
        }
    }

    /// Helix refuses transitions that do not begin where it believes a replica to be.
    private static <T extends StateModel> void forgetStates(StateModelFactory<T> replicas) {
        for (String resource : replicas.getResourceSet()) {
            for (String partition : replicas.getPartitionSet(resource)) {
                replicas.getStateModel(resource, partition).updateState(ShardStates.OFFLINE);
            }
        }
    }

    static boolean isHere(String servers, String cluster, String id) {
        return HERE.contains(key(servers, cluster, id));
    }

    /// Clusters of the same name on other ZooKeepers are other clusters.
    private static String key(String servers, String cluster, String id) {
        return servers + "/" + cluster + "/" + id;
    }

    @Override
    public Instance instance() {
        return instance;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        duty.beforeLeaving.run();
        disconnect();
        HERE.remove(key);
        duty.afterLeaving.run();
    }
}
