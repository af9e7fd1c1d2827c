package org.narwhaldb.cluster.helix;

import java.time.Duration;
import java.util.List;
import org.apache.helix.controller.rebalancer.DelayedAutoRebalancer;
import org.apache.helix.controller.rebalancer.strategy.CrushEdRebalanceStrategy;
import org.apache.helix.model.IdealState;
import org.apache.helix.model.LeaderStandbySMD;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Role;

/// Ideal states of Narwhal's two kinds of resource. Helix places both by itself (FULL_AUTO, CRUSH with even
/// distribution); nothing ever rewrites one because data arrived.
public final class Resources {
    public static final String LEADERS = "leaders";
    static final Duration REBALANCE_DELAY = Duration.ofMinutes(5);

    private Resources() {}

    /// Shards on the servers of a tier. When a server goes, nothing moves for a while as long as one other
    /// replica is left to serve: a restart must not reload a node's data elsewhere.
    static IdealState shards(String resource, int shardCount, int replicas, String tier) {
        IdealState state = automatic(ClusterLayout.escape(resource), shardCount, ShardStates.MODEL);
        state.setReplicas(Integer.toString(replicas));
        state.setInstanceGroupTag(Members.tierTag(tier));
        state.setMinActiveReplicas(Math.max(1, replicas - 1));
        state.setRebalanceDelay(REBALANCE_DELAY.toMillis());
        state.setDelayRebalanceEnabled(true);
        return state;
    }

    /// Leadership of tables among the ingest nodes: every live one stands by, and takes over without delay.
    public static IdealState leaders() {
        IdealState state = automatic(LEADERS, ClusterImage.LEADER_PARTITIONS, LeaderStandbySMD.name);
        state.setReplicas("ANY_LIVEINSTANCE");
        state.setInstanceGroupTag(Members.roleTag(Role.INGEST));
        state.setDelayRebalanceEnabled(false);
        return state;
    }

    private static IdealState automatic(String resource, int partitions, String model) {
        IdealState state = new IdealState(resource);
        state.setRebalanceMode(IdealState.RebalanceMode.FULL_AUTO);
        // FULL_AUTO without a class falls back to an older rebalancer that ignores the strategy's topology.
        state.setRebalancerClassName(DelayedAutoRebalancer.class.getName());
        state.setRebalanceStrategy(CrushEdRebalanceStrategy.class.getName());
        state.setStateModelDefRef(model);
        state.setNumPartitions(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            state.getRecord().setListField(resource + "_" + partition, List.of());
        }
        return state;
    }
}
