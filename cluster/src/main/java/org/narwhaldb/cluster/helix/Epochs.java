package org.narwhaldb.cluster.helix;

import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/// Counts changes of leadership: the epoch of a partition is the version of its node, which ZooKeeper raises with
/// every write.
final class Epochs {
    private final ZooKeeperSession session;
    private final String root;

    Epochs(ZooKeeperSession session, ClusterLayout layout) {
        this.session = session;
        this.root = layout.epochs();
    }

    /// Higher than any epoch of the partition before, from any node.
    long next(int partition) {
        String path = root + "/" + partition;
        String what = "begin a new epoch of leader partition [" + partition + "]";
        try {
            return session.retry(what, zooKeeper -> {
                try {
                    return zooKeeper.setData(path, new byte[0], -1).getVersion();
                } catch (KeeperException.NoNodeException e) {
                    create(zooKeeper, path);
                    return zooKeeper.setData(path, new byte[0], -1).getVersion();
                }
            });
        } catch (KeeperException e) {
            throw session.unavailable(what, e);
        }
    }

    private static void create(ZooKeeper zooKeeper, String path)
            throws KeeperException, InterruptedException {
        try {
            zooKeeper.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        } catch (KeeperException.NodeExistsException e) {
            // Another node was first: both count on from there.
        }
    }
}
