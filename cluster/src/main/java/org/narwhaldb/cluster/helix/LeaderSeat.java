package org.narwhaldb.cluster.helix;

import org.apache.helix.NotificationContext;
import org.apache.helix.model.Message;
import org.apache.helix.participant.statemachine.StateModel;
import org.apache.helix.participant.statemachine.StateModelInfo;
import org.apache.helix.participant.statemachine.Transition;
import org.narwhaldb.cluster.ClusterMember.LeaderHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One leader partition on this ingest node. Public because Helix calls it by reflection.
@StateModelInfo(initialState = "OFFLINE", states = {"LEADER", "STANDBY"})
public final class LeaderSeat extends StateModel {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderSeat.class);

    private final int partition;
    private final LeaderHandler handler;
    private final Epochs epochs;
    private boolean leading;

    LeaderSeat(int partition, LeaderHandler handler, Epochs epochs) {
        this.partition = partition;
        this.handler = handler;
        this.epochs = epochs;
    }

    @Transition(from = "OFFLINE", to = "STANDBY")
    public void standBy(Message message, NotificationContext context) {
        // After a lost session this node may still believe that it leads.
        stepDown();
    }

    @Transition(from = "STANDBY", to = "LEADER")
    public synchronized void lead(Message message, NotificationContext context) {
        handler.lead(partition, epochs.next(partition));
        leading = true;
    }

    @Transition(from = "LEADER", to = "STANDBY")
    public void handOver(Message message, NotificationContext context) {
        stepDown();
    }

    @Transition(from = "STANDBY", to = "OFFLINE")
    public void leave(Message message, NotificationContext context) {
        stepDown();
    }

    @Transition(from = "OFFLINE", to = "DROPPED")
    public void drop(Message message, NotificationContext context) {
        stepDown();
    }

    @Transition(from = "ERROR", to = "OFFLINE")
    public void recover(Message message, NotificationContext context) {
        stepDown();
    }

    synchronized void stepDown() {
        if (leading) {
            leading = false;
            handler.standBy(partition);
        }
    }

    /// The session was lost or the member leaves; the pointer's compare-and-set keeps a leader that does not know
    /// harmless.
    @Override
    public void reset() {
        LOG.debug("Leader partition [{}] waits for the next session", partition);
    }
}
