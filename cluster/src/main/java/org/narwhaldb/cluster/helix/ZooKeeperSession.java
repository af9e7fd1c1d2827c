package org.narwhaldb.cluster.helix;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection to ZooKeeper for all that Narwhal reads and writes itself. A session that expired is replaced, and one
/// that cannot connect for long; watches come along.
///
/// The second is for a ZooKeeper whose data was lost: it refuses every client that has seen later transactions than it has,
/// for ever, and a client is not told.
///
/// A watch is persistent and recursive. ZooKeeper does not deliver what happened while the connection was away, so
/// [Watching#connected] runs after every (re)connect and has to read everything again.
final class ZooKeeperSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperSession.class);

    private final String servers;
    private final Duration timeout;
    private final List<Watched> watches = new CopyOnWriteArrayList<>();
    private ZooKeeper zooKeeper;
    private boolean connected;
    private boolean watchesSet;
    private boolean closed;
    private long connections;
    /// Which handle is the present one: what others still say does not count.
    private int handles;
    private long disconnectedNanos = System.nanoTime();

    /// Called on ZooKeeper's event thread: hand over and return.
    interface Watching {
        void connected();

        void changed(String path);
    }

    @FunctionalInterface
    interface Operation<T> {
        T run(ZooKeeper zooKeeper) throws KeeperException, InterruptedException;
    }

    private record Watched(List<String> paths, Watching watching) {}

    ZooKeeperSession(String servers, Duration timeout) {
        this.servers = servers;
        this.timeout = timeout;
        this.zooKeeper = open();
    }

    private ZooKeeper open() {
        int number = ++handles;
        try {
            return new ZooKeeper(servers, (int) timeout.toMillis(), event -> process(number, event));
        } catch (IOException | IllegalArgumentException e) {
            throw new NarwhalException(ErrorCode.INVALID_CONFIGURATION, String.format(
                    "Not a ZooKeeper connect string: [%s] (%s); expected host:port[,host:port]", servers,
                    e.getMessage()), e);
        }
    }

    /// Watches everything at and below the paths, whether they exist or not.
    AutoCloseable watch(List<String> paths, Watching watching) {
        Watched watched = new Watched(paths, watching);
        watches.add(watched);
        synchronized (this) {
            if (watchesSet) {
                set(watched);
            }
            if (!connected) {
                return () -> watches.remove(watched);
            }
        }
        watching.connected();
        return () -> watches.remove(watched);
    }

    /// Runs once; what went wrong is the caller's to judge.
    <T> T attempt(Operation<T> operation) throws KeeperException, InterruptedException {
        return operation.run(handle());
    }

    /// Runs again while the connection is away, at most until the connection timeout.
    <T> T retry(String what, Operation<T> operation) throws KeeperException {
        long deadline = System.nanoTime() + HelixSettings.connectionTimeout().toNanos();
        while (true) {
            long before = connections();
            try {
                return operation.run(handle());
            } catch (KeeperException.ConnectionLossException | KeeperException.SessionExpiredException e) {
                if (!awaitConnectionAfter(before, deadline)) {
                    throw unavailable(what, e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unavailable(what, e);
            }
        }
    }

    NarwhalException unavailable(String what, Exception cause) {
        return new NarwhalException(ErrorCode.CLUSTER_UNAVAILABLE,
                String.format("Cannot %s: ZooKeeper at [%s] does not answer; is it running?", what, servers), cause);
    }

    /// @return false if there was none in time
    boolean awaitConnected(Duration within) {
        return awaitConnectionAfter(0, System.nanoTime() + within.toNanos());
    }

    private synchronized boolean awaitConnectionAfter(long connection, long deadline) {
        try {
            while (!closed && !(connected && connections > connection)) {
                long nanos = deadline - System.nanoTime();
                if (nanos <= 0) {
                    return false;
                }
                wait(nanos / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !closed;
    }

    synchronized boolean connected() {
        return connected;
    }

    /// Rises with each connect: what was read between two equal answers of a connected session was read in one piece.
    synchronized long connections() {
        return connections;
    }

    private synchronized ZooKeeper handle() {
        return zooKeeper;
    }

    private synchronized boolean isPresent(int handle) {
        return handle == handles;
    }

    private void process(int handle, WatchedEvent event) {
        if (!isPresent(handle)) {
            return;
        }
        if (event.getType() != Watcher.Event.EventType.None) {
            for (Watched watched : watches) {
                if (watched.paths.stream().anyMatch(event.getPath()::startsWith)) {
                    watched.watching.changed(event.getPath());
                }
            }
            return;
        }
        switch (event.getState()) {
            case SyncConnected -> connect();
            case Expired -> replace();
            default -> disconnect();
        }
    }

    private void connect() {
        synchronized (this) {
            if (!watchesSet) {
                watchesSet = true;
                watches.forEach(this::set);
            }
            connected = true;
            connections++;
            notifyAll();
        }
        watches.forEach(watched -> watched.watching.connected());
    }

    private synchronized void disconnect() {
        if (connected) {
            disconnectedNanos = System.nanoTime();
        }
        connected = false;
    }

    /// Begins anew if there was no connection for so long that the session has expired.
    void replaceIfLost() {
        ZooKeeper lost;
        synchronized (this) {
            long away = System.nanoTime() - disconnectedNanos;
            if (closed || connected || away < timeout.multipliedBy(2).toNanos()) {
                return;
            }
            lost = zooKeeper;
            disconnectedNanos = System.nanoTime();
            replace();
        }
        try {
            lost.close((int) timeout.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void replace() {
        connected = false;
        watchesSet = false;
        if (!closed) {
            LOG.warn("ZooKeeper session at [{}] is lost; opening a new one", servers);
            zooKeeper = open();
        }
    }

    /// Asynchronous: requests are answered in order, so that whoever reads afterwards misses no later change.
    private synchronized void set(Watched watched) {
        for (String path : watched.paths) {
            zooKeeper.addWatch(path, AddWatchMode.PERSISTENT_RECURSIVE, (code, watchedPath, context) -> {
                KeeperException.Code outcome = KeeperException.Code.get(code);
                if (outcome != KeeperException.Code.OK) {
                    LOG.warn("Cannot watch [{}]: [{}]; watched again after the next connect", watchedPath, outcome);
                    forgetWatches();
                }
            }, null);
        }
    }

    private synchronized void forgetWatches() {
        watchesSet = false;
    }

    @Override
    public void close() {
        ZooKeeper last;
        synchronized (this) {
            closed = true;
            connected = false;
            notifyAll();
            last = zooKeeper;
        }
        try {
            last.close((int) timeout.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
