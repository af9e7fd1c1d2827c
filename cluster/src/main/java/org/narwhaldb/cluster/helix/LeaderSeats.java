package org.narwhaldb.cluster.helix;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.helix.participant.statemachine.StateModelFactory;
import org.narwhaldb.cluster.ClusterMember.LeaderHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the leader seats of one ingest node.
final class LeaderSeats extends StateModelFactory<LeaderSeat> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderSeats.class);
    private static final int THREADS = 8;

    private final LeaderHandler handler;
    private final Epochs epochs;
    private final ExecutorService threads;
    private final Map<Integer, LeaderSeat> seats = new ConcurrentHashMap<>();

    LeaderSeats(String instance, LeaderHandler handler, Epochs epochs) {
        this.handler = handler;
        this.epochs = epochs;
        this.threads = Executors.newFixedThreadPool(THREADS,
                Thread.ofPlatform().daemon().name("leader-" + instance + "-", 1).factory());
    }

    @Override
    public LeaderSeat createNewStateModel(String resource, String partition) {
        int number = Integer.parseInt(partition.substring(partition.lastIndexOf('_') + 1));
        return seats.computeIfAbsent(number, seat -> new LeaderSeat(seat, handler, epochs));
    }

    @Override
    public ExecutorService getExecutorService(String resource) {
        return threads;
    }

    /// Steps down everywhere, so that nobody here leads once another may.
    void stepDown() {
        for (LeaderSeat seat : seats.values()) {
            try {
                seat.stepDown();
            } catch (RuntimeException e) {
                LOG.warn("A handler failed to stand by", e);
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
