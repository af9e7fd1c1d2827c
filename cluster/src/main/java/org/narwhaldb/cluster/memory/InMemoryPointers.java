package org.narwhaldb.cluster.memory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// Pointers in a map. A removed table keeps its node version, as on ZooKeeper.
final class InMemoryPointers implements PointerStore {
    private final Scheduler scheduler;
    private final Map<TableName, Node> nodes = new HashMap<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

    /// @param version null once removed
    private record Node(VersionId version, int nodeVersion) {}

    InMemoryPointers(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public synchronized Optional<Pointer> read(TableName table) {
        Node node = nodes.get(table);
        return node == null || node.version == null ? Optional.empty()
                : Optional.of(new Pointer(node.version, node.nodeVersion));
    }

    @Override
    public synchronized Map<TableName, Pointer> readAll() {
        Map<TableName, Pointer> pointers = new TreeMap<>();
        nodes.keySet().forEach(table -> read(table).ifPresent(pointer -> pointers.put(table, pointer)));
        return pointers;
    }

    @Override
    public Outcome compareAndSet(TableName table, Optional<Pointer> expected, VersionId next) {
        return set(table, expected, next);
    }

    @Override
    public Outcome remove(TableName table, Pointer expected) {
        return set(table, Optional.of(expected), null);
    }

    private Outcome set(TableName table, Optional<Pointer> expected, VersionId next) {
        synchronized (this) {
            if (!read(table).equals(expected)) {
                return Outcome.REFUSED;
            }
            Node node = nodes.get(table);
            nodes.put(table, new Node(next, node == null ? 0 : node.nodeVersion + 1));
        }
        watchers.forEach(watcher -> scheduler.execute(watcher::run));
        return Outcome.APPLIED;
    }

    @Override
    public AutoCloseable watch(Runnable listener) {
        Watcher watcher = new Watcher(listener);
        watchers.add(watcher);
        scheduler.execute(watcher::run);
        return () -> {
            watchers.remove(watcher);
            watcher.stopped = true;
        };
    }

    private static final class Watcher {
        private final Runnable listener;
        private volatile boolean stopped;

        Watcher(Runnable listener) {
            this.listener = listener;
        }

        synchronized void run() {
            if (!stopped) {
                listener.run();
            }
        }
    }
}
