package org.narwhaldb.cluster.helix;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.helix.participant.statemachine.StateModelFactory;
import org.narwhaldb.cluster.ClusterMember.ShardHandler;
import org.narwhaldb.cluster.ShardId;

/// Makes the replicas of one server and gives them threads: loads, which may take minutes, never delay the other
/// transitions.
final class ShardReplicas extends StateModelFactory<ShardReplica> implements AutoCloseable {
    // Helix writes the states that concurrent transitions reach in one go: more threads mean fewer writes.
    private static final int THREADS = 32;

    private final ShardHandler handler;
    private final ExecutorService loads;
    private final ExecutorService others;

    ShardReplicas(String instance, ShardHandler handler) {
        this.handler = handler;
        this.loads = threads("load-" + instance);
        this.others = threads("transition-" + instance);
    }

    private static ExecutorService threads(String name) {
        return Executors.newFixedThreadPool(THREADS, Thread.ofPlatform().daemon().name(name + "-", 1).factory());
    }

    @Override
    public ShardReplica createNewStateModel(String resource, String partition) {
        int number = Integer.parseInt(partition.substring(partition.lastIndexOf('_') + 1));
        return new ShardReplica(new ShardId(ClusterLayout.unescape(resource), number), handler);
    }

    @Override
    public ExecutorService getExecutorService(String resource, String from, String to) {
        return to.equals(ShardStates.SERVING) ? loads : others;
    }

    @Override
    public void close() {
        loads.shutdownNow();
        others.shutdownNow();
    }
}
