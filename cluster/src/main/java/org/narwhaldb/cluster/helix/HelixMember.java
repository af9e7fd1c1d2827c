package org.narwhaldb.cluster.helix;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.helix.HelixManagerProperty;
import org.apache.helix.InstanceType;
import org.apache.helix.manager.zk.ZKHelixManager;
import org.apache.helix.participant.statemachine.StateModel;
import org.apache.helix.participant.statemachine.StateModelFactory;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// A Helix participant. Helix itself joins again after a lost session.
final class HelixMember implements ClusterMember {
    /// Members of this JVM, `CLUSTER/ID`: what tells a leftover of a killed process from a live twin.
    private static final Set<String> HERE = ConcurrentHashMap.newKeySet();

    private final Instance instance;
    private final String key;
    private final ZKHelixManager manager;
    private final Runnable beforeLeaving;
    private final Runnable afterLeaving;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// What a member does besides being there.
    record Duty(String model, StateModelFactory<? extends StateModel> replicas, Runnable beforeLeaving,
            Runnable afterLeaving) {
        static final Duty NONE = new Duty(null, null, () -> {}, () -> {});
    }

    HelixMember(String servers, String cluster, Instance instance, Duty duty) {
        this.instance = instance;
        this.key = key(servers, cluster, instance.id());
        this.beforeLeaving = duty.beforeLeaving;
        this.afterLeaving = duty.afterLeaving;
        if (!HERE.add(key)) {
            duty.afterLeaving.run();
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                    "Instance [%s] is a member of cluster [%s] already; give each its own id", instance.id(), cluster);
        }
        HelixManagerProperty property = new HelixManagerProperty.Builder()
                .setDefaultInstanceConfigBuilder(Members.describe(instance)).build();
        try {
            this.manager = new ZKHelixManager(cluster, instance.id(), InstanceType.PARTICIPANT, servers, null,
                    property);
            if (duty.replicas != null) {
                manager.getStateMachineEngine().registerStateModelFactory(duty.model, duty.replicas);
            }
            manager.connect();
        } catch (Exception e) {
            HERE.remove(key);
            duty.afterLeaving.run();
            throw new NarwhalException(ErrorCode.CLUSTER_UNAVAILABLE, String.format(
                    "Instance [%s] cannot join cluster [%s] at ZooKeeper [%s]: %s", instance.id(), cluster, servers,
                    e.getMessage()), e);
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
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        beforeLeaving.run();
        manager.disconnect();
        HERE.remove(key);
        afterLeaving.run();
    }
}
