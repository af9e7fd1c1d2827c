package org.narwhaldb.cluster.helix;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pointers as one small node a table, whose data is the version id.
///
/// Removing leaves an empty node: a deleted and re-created one would count its versions from 0 again, and a writer
/// that read the first life could overwrite the second.
final class ZooKeeperPointers implements PointerStore {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperPointers.class);
    private static final byte[] REMOVED = {};

    private final ZooKeeperSession session;
    private final String root;
    private final Scheduler scheduler;

    ZooKeeperPointers(ZooKeeperSession session, ClusterLayout layout, Scheduler scheduler) {
        this.session = session;
        this.root = layout.pointers();
        this.scheduler = scheduler;
    }

    private String path(TableName table) {
        return root + "/" + element(table);
    }

    /// The last plain dot separates: dots of the name itself are encoded.
    private static String element(TableName table) {
        return ClusterLayout.escape(table.namespace()) + "." + ClusterLayout.escape(table.name()).replace(".", "%2E");
    }

    private static TableName table(String element) {
        int dot = element.lastIndexOf('.');
        return new TableName(ClusterLayout.unescape(element.substring(0, dot)),
                ClusterLayout.unescape(element.substring(dot + 1)));
    }

    @Override
    public Optional<Pointer> read(TableName table) {
        try {
            Stat stat = new Stat();
            byte[] data = session.retry("read the pointer of table [" + table + "]",
                    zooKeeper -> zooKeeper.getData(path(table), false, stat));
            return pointer(data, stat);
        } catch (KeeperException.NoNodeException e) {
            return Optional.empty();
        } catch (KeeperException e) {
            throw failed("read the pointer of table [" + table + "]", e);
        }
    }

    @Override
    public Map<TableName, Pointer> readAll() {
        try {
            return session.retry("read the pointers of all tables", this::readAll);
        } catch (KeeperException.NoNodeException e) {
            throw new NarwhalException(ErrorCode.CLUSTER_UNAVAILABLE,
                    "Cannot read the pointers of all tables: no controller has set the cluster up", e);
        } catch (KeeperException e) {
            throw failed("read the pointers of all tables", e);
        }
    }

    private record Node(byte[] data, Stat stat) {}

    /// One round trip for the names and, pipelined, one for all nodes.
    private Map<TableName, Pointer> readAll(ZooKeeper zooKeeper) throws KeeperException, InterruptedException {
        List<String> names = zooKeeper.getChildren(root, false);
        List<CompletableFuture<Node>> nodes = names.stream().map(name -> read(zooKeeper, root + "/" + name)).toList();
        Map<TableName, Pointer> pointers = new TreeMap<>();
        for (int at = 0; at < names.size(); at++) {
            Node node = await(nodes.get(at));
            TableName table = table(names.get(at));
            pointer(node.data, node.stat).ifPresent(pointer -> pointers.put(table, pointer));
        }
        return pointers;
    }

    private static CompletableFuture<Node> read(ZooKeeper zooKeeper, String path) {
        CompletableFuture<Node> result = new CompletableFuture<>();
        AsyncCallback.DataCallback done = (code, readPath, context, data, stat) -> {
            switch (KeeperException.Code.get(code)) {
                case OK -> result.complete(new Node(data, stat));
                case NONODE -> result.complete(new Node(REMOVED, null));
                default -> result.completeExceptionally(
                        KeeperException.create(KeeperException.Code.get(code), readPath));
            }
        };
        zooKeeper.getData(path, false, done, null);
        return result;
    }

    private static Node await(CompletableFuture<Node> node) throws KeeperException, InterruptedException {
        try {
            return node.get(HelixSettings.connectionTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw (KeeperException) e.getCause();
        } catch (TimeoutException e) {
            throw new KeeperException.ConnectionLossException();
        }
    }

    private static Optional<Pointer> pointer(byte[] data, Stat stat) {
        return data.length == 0 ? Optional.empty() : Optional.of(
                new Pointer(VersionId.parse(new String(data, StandardCharsets.UTF_8)), stat.getVersion()));
    }

    @Override
    public Outcome compareAndSet(TableName table, Optional<Pointer> expected, VersionId next) {
        byte[] data = next.toString().getBytes(StandardCharsets.UTF_8);
        return attempt(table, "publish [" + next + "]", expected.isEmpty()
                ? zooKeeper -> create(zooKeeper, path(table), data)
                : zooKeeper -> replace(zooKeeper, path(table), expected.get(), data));
    }

    @Override
    public Outcome remove(TableName table, Pointer expected) {
        return attempt(table, "remove the pointer", zooKeeper -> replace(zooKeeper, path(table), expected, REMOVED));
    }

    /// A number alone does not tell a node from one that was created after ZooKeeper's data were lost. To compare the
    /// content first is enough: no session outlives such a loss, and both calls are made in one.
    private static Outcome replace(ZooKeeper zooKeeper, String path, Pointer expected, byte[] data)
            throws KeeperException, InterruptedException {
        Stat stat = new Stat();
        byte[] present = zooKeeper.getData(path, false, stat);
        return pointer(present, stat).equals(Optional.of(expected)) ? set(zooKeeper, path, data, stat.getVersion()) : Outcome.REFUSED;
    }

    private static Outcome create(ZooKeeper zooKeeper, String path, byte[] data)
            throws KeeperException, InterruptedException {
        try {
            zooKeeper.create(path, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            return Outcome.APPLIED;
        } catch (KeeperException.NodeExistsException e) {
            Stat stat = new Stat();
            boolean removed = zooKeeper.getData(path, false, stat).length == 0;
            return removed ? set(zooKeeper, path, data, stat.getVersion()) : Outcome.REFUSED;
        }
    }

    private static Outcome set(ZooKeeper zooKeeper, String path, byte[] data, int expected)
            throws KeeperException, InterruptedException {
        zooKeeper.setData(path, data, expected);
        return Outcome.APPLIED;
    }

    private Outcome attempt(TableName table, String what, ZooKeeperSession.Operation<Outcome> operation) {
        try {
            return session.attempt(operation);
        } catch (KeeperException.BadVersionException e) {
            return Outcome.REFUSED;
        } catch (KeeperException.NoNodeException e) {
            return missing(table, what);
        } catch (KeeperException.ConnectionLossException | KeeperException.SessionExpiredException
                | KeeperException.OperationTimeoutException e) {
            return Outcome.UNKNOWN;
        } catch (KeeperException e) {
            throw failed(what + " of table [" + table + "]", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.UNKNOWN;
        }
    }

    /// The table's node is missing, or the one above it: the controller has not set the cluster up yet.
    private Outcome missing(TableName table, String what) {
        try {
            if (session.attempt(zooKeeper -> zooKeeper.exists(root, false)) != null) {
                return Outcome.REFUSED;
            }
        } catch (KeeperException e) {
            return Outcome.REFUSED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.REFUSED;
        }
        throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                "Cannot %s of table [%s]: no controller has set the cluster up; start one", what, table);
    }

    private static NarwhalException failed(String what, KeeperException e) {
        return new NarwhalException(ErrorCode.CLUSTER_UNAVAILABLE,
                String.format("Cannot %s: ZooKeeper answered [%s]", what, e.code()), e);
    }

    @Override
    public AutoCloseable watch(Runnable listener) {
        Coalescing coalescing = new Coalescing(listener, scheduler);
        AutoCloseable watch = session.watch(List.of(root), new ZooKeeperSession.Watching() {
            @Override
            public void connected() {
                coalescing.ring();
            }

            @Override
            public void changed(String path) {
                coalescing.ring();
            }
        });
        coalescing.ring();
        return () -> {
            coalescing.stop();
            watch.close();
        };
    }

    /// Runs the listener after any number of rings at least once, never twice at a time.
    private static final class Coalescing {
        private final Runnable listener;
        private final Scheduler scheduler;
        private final AtomicBoolean rung = new AtomicBoolean();
        private volatile boolean stopped;

        Coalescing(Runnable listener, Scheduler scheduler) {
            this.listener = listener;
            this.scheduler = scheduler;
        }

        void ring() {
            if (rung.compareAndSet(false, true)) {
                scheduler.execute(this::run);
            }
        }

        void stop() {
            stopped = true;
        }

        private synchronized void run() {
            rung.set(false);
            if (stopped) {
                return;
            }
            try {
                listener.run();
            } catch (RuntimeException e) {
                LOG.warn("A listener of table pointers failed", e);
            }
        }
    }
}
