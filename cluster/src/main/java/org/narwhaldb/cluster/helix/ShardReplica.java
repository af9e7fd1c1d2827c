package org.narwhaldb.cluster.helix;

import org.apache.helix.NotificationContext;
import org.apache.helix.model.Message;
import org.apache.helix.participant.statemachine.StateModel;
import org.apache.helix.participant.statemachine.StateModelInfo;
import org.apache.helix.participant.statemachine.Transition;
import org.narwhaldb.cluster.ClusterMember.ShardHandler;
import org.narwhaldb.cluster.ShardId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One shard replica on this server. Public because Helix calls it by reflection.
///
/// A new session replays OFFLINE → LOADING → SERVING while an old load may still run: transitions of one replica
/// exclude each other here, whatever session asked for them.
@StateModelInfo(initialState = ShardStates.OFFLINE, states = {ShardStates.LOADING, ShardStates.SERVING})
public final class ShardReplica extends StateModel {
    private static final Logger LOG = LoggerFactory.getLogger(ShardReplica.class);

    private final ShardId shard;
    private final ShardHandler handler;
    private final Object turn = new Object();

    ShardReplica(ShardId shard, ShardHandler handler) {
        this.shard = shard;
        this.handler = handler;
    }

    @Transition(from = ShardStates.OFFLINE, to = ShardStates.LOADING)
    public void begin(Message message, NotificationContext context) {
        // The state says it; the next transition does it.
    }

    @Transition(from = ShardStates.LOADING, to = ShardStates.SERVING)
    public void load(Message message, NotificationContext context) {
        synchronized (turn) {
            handler.load(shard);
            handler.serve(shard);
        }
    }

    @Transition(from = ShardStates.SERVING, to = ShardStates.OFFLINE)
    public void stop(Message message, NotificationContext context) {
        unload();
    }

    @Transition(from = ShardStates.LOADING, to = ShardStates.OFFLINE)
    public void giveUp(Message message, NotificationContext context) {
        unload();
    }

    @Transition(from = ShardStates.ERROR, to = ShardStates.OFFLINE)
    public void recover(Message message, NotificationContext context) {
        unload();
    }

    @Transition(from = ShardStates.OFFLINE, to = ShardStates.DROPPED)
    public void drop(Message message, NotificationContext context) {
        unload();
    }

    @Override
    @Transition(from = ShardStates.ERROR, to = ShardStates.DROPPED)
    public void onBecomeDroppedFromError(Message message, NotificationContext context) {
        unload();
    }

    private void unload() {
        synchronized (turn) {
            handler.unload(shard);
        }
    }

    /// The session was lost or the member leaves: what is loaded stays.
    @Override
    public void reset() {
        LOG.debug("Shard [{}] keeps what it holds", shard);
    }
}
