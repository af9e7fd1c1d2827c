package org.narwhaldb.cluster.helix;

import org.apache.helix.HelixDefinedState;
import org.apache.helix.model.StateModelDefinition;

/// The state model of shard replicas: OFFLINE → LOADING → SERVING, and from either straight back to OFFLINE; OFFLINE
/// → DROPPED. As many replicas serve as the resource asks for. LOADING is where a replica is while it loads: entering
/// it costs nothing, the way from it to SERVING is the work.
public final class ShardStates {
    public static final String MODEL = "NarwhalShard";
    static final String OFFLINE = "OFFLINE";
    static final String LOADING = "LOADING";
    static final String SERVING = "SERVING";
    static final String ERROR = "ERROR";
    static final String DROPPED = "DROPPED";

    private ShardStates() {}

    public static StateModelDefinition definition() {
        StateModelDefinition.Builder builder = new StateModelDefinition.Builder(MODEL)
                .initialState(OFFLINE)
                .addState(SERVING, 0)
                .addState(LOADING, 1)
                .addState(OFFLINE, 2)
                .addTransition(LOADING, SERVING, 0)
                .addTransition(OFFLINE, LOADING, 1)
                .addTransition(SERVING, OFFLINE, 2)
                .addTransition(LOADING, OFFLINE, 3)
                .addTransition(OFFLINE, DROPPED, 4)
                .dynamicUpperBound(SERVING, StateModelDefinition.STATE_REPLICA_COUNT_ALL_REPLICAS);
        for (HelixDefinedState state : HelixDefinedState.values()) {
            builder.addState(state.name());
        }
        return builder.build();
    }
}
