package org.narwhaldb.cluster.helix;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Lets one of several controllers that start at once set the cluster up. The holder of an ephemeral lock does it; a
/// set-up that broke off has no `ready` node and is done again by the next holder.
final class SetUp {
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private final ZooKeeperSession session;
    private final ClusterLayout layout;

    SetUp(ZooKeeperSession session, ClusterLayout layout) {
        this.session = session;
        this.layout = layout;
    }

    void once(Runnable work) {
        long deadline = System.nanoTime() + WITHIN.toNanos();
        Semaphore changes = new Semaphore(0);
        try (AutoCloseable _ = session.watch(List.of(layout.own()), new Ringing(changes))) {
            ensure(layout.own());
            while (!attempt(work)) {
                long left = deadline - System.nanoTime();
                if (!changes.tryAcquire(Math.max(0, left), TimeUnit.NANOSECONDS)) {
                    throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                            "Another controller holds [%s] for over %d s and does not finish; stop it and start again",
                            layout.lock(), WITHIN.toSeconds());
                }
                changes.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw session.unavailable("set the cluster up", e);
        } catch (NarwhalException e) {
            throw e;
        } catch (Exception e) {
            throw session.unavailable("set the cluster up", e);
        }
    }

    private record Ringing(Semaphore changes) implements ZooKeeperSession.Watching {
        @Override
        public void connected() {
            changes.release();
        }

        @Override
        public void changed(String path) {
            changes.release();
        }
    }

    /// @return whether the cluster is set up
    private boolean attempt(Runnable work) throws KeeperException {
        if (exists(layout.ready())) {
            return true;
        }
        if (!create(layout.lock(), CreateMode.EPHEMERAL)) {
            return false;
        }
        try {
            if (!exists(layout.ready())) {
                work.run();
                ensure(layout.pointers());
                ensure(layout.epochs());
                ensure(layout.ready());
            }
            return true;
        } finally {
            session.retry("release the set-up lock", this::unlock);
        }
    }

    private boolean unlock(ZooKeeper zooKeeper) throws KeeperException, InterruptedException {
        try {
            zooKeeper.delete(layout.lock(), -1);
        } catch (KeeperException.NoNodeException e) {
            return false;
        }
        return true;
    }

    private boolean exists(String path) throws KeeperException {
        return session.retry("look whether the cluster is set up",
                zooKeeper -> zooKeeper.exists(path, false)) != null;
    }

    private void ensure(String path) throws KeeperException {
        create(path, CreateMode.PERSISTENT);
    }

    private boolean create(String path, CreateMode mode) throws KeeperException {
        return session.retry("set the cluster up", zooKeeper -> {
            try {
                zooKeeper.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, mode);
                return true;
            } catch (KeeperException.NodeExistsException e) {
                return false;
            }
        });
    }
}
