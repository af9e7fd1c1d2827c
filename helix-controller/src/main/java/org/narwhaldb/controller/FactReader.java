package org.narwhaldb.controller;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.helix.HelixDataAccessor;
import org.apache.helix.HelixDefinedState;
import org.apache.helix.HelixManager;
import org.apache.helix.PropertyKey;
import org.apache.helix.model.ClusterConfig;
import org.apache.helix.model.ExternalView;
import org.apache.helix.model.IdealState;
import org.apache.helix.model.InstanceConfig;
import org.narwhaldb.cluster.helix.Members;
import org.narwhaldb.cluster.helix.ShardStates;

/// Reads the facts of a repair round, and remembers since when a replica has failed.
final class FactReader {
    private final HelixDataAccessor accessor;
    private final PropertyKey.Builder keys;
    private Map<Facts.Replica, Instant> failedSince = Map.of();

    FactReader(HelixManager manager) {
        this.accessor = manager.getHelixDataAccessor();
        this.keys = accessor.keyBuilder();
    }

    Facts read(Instant now) {
        Map<Facts.Replica, Instant> failed = new HashMap<>();
        List<ExternalView> views = accessor.getChildValues(keys.externalViews(), true);
        for (ExternalView view : views) {
            for (String partition : view.getPartitionSet()) {
                int number = Integer.parseInt(partition.substring(partition.lastIndexOf('_') + 1));
                view.getStateMap(partition).forEach((instance, state) -> {
                    if (state.equals(HelixDefinedState.ERROR.name())) {
                        var replica = new Facts.Replica(view.getResourceName(), number, instance);
                        failed.put(replica, failedSince.getOrDefault(replica, now));
                    }
                });
            }
        }
        failedSince = failed;
        Map<String, List<String>> tags = new HashMap<>();
        List<InstanceConfig> instances = accessor.getChildValues(keys.instanceConfigs(), true);
        instances.forEach(instance -> tags.put(instance.getInstanceName(), instance.getTags()));
        ClusterConfig config = accessor.getProperty(keys.clusterConfig());
        Set<String> leaving = instances.stream().filter(Members::isLeaving).map(InstanceConfig::getInstanceName)
                .collect(Collectors.toSet());
        return new Facts(Map.copyOf(failed), tags, pools(), config.getFaultZoneType(), leaving);
    }

    private List<Facts.Pool> pools() {
        List<Facts.Pool> pools = new ArrayList<>();
        List<IdealState> states = accessor.getChildValues(keys.idealStates(), true);
        for (IdealState state : states) {
            if (state.getStateModelDefRef().equals(ShardStates.MODEL)) {
                pools.add(new Facts.Pool(state.getResourceName(), Integer.parseInt(state.getReplicas()),
                        state.getInstanceGroupTag()));
            }
        }
        return pools;
    }

    /// Counts from now again, so that a replica that fails at once is not tried without pause.
    void tried(Change.Retry retry, Instant now) {
        Map<Facts.Replica, Instant> next = new HashMap<>(failedSince);
        retry.partitions().forEach(partition ->
                next.put(new Facts.Replica(retry.resource(), partition, retry.instance()), now));
        failedSince = next;
    }
}
