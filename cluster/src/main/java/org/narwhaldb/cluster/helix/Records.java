package org.narwhaldb.cluster.helix;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.helix.zookeeper.datamodel.ZNRecord;
import org.apache.helix.zookeeper.datamodel.serializer.ZNRecordSerializer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.narwhaldb.segment.error.NarwhalException;

/// Reads and changes Helix' records over our own session; every change is a compare-and-set.
final class Records {
    private final ZooKeeperSession session;
    private final ZNRecordSerializer serializer = new ZNRecordSerializer();

    /// @param stamp the node's version
    record Stamped(ZNRecord record, int stamp) {}

    Records(ZooKeeperSession session) {
        this.session = session;
    }

    /// Runs again while the connection is away.
    ///
    /// @throws NarwhalException CLUSTER_UNAVAILABLE
    <T> T run(String what, ZooKeeperSession.Operation<T> operation) {
        try {
            return session.retry(what, operation);
        } catch (KeeperException e) {
            throw session.unavailable(what, e);
        }
    }

    /// Rewrites a record if the change makes it differ; nothing happens if it does not exist.
    ///
    /// @param always rewrites it even so, which renews its stamp
    void change(String path, String what, boolean always, UnaryOperator<ZNRecord> change) {
        run(what, zooKeeper -> {
            while (!tryChange(zooKeeper, path, always, change)) {
                Thread.onSpinWait();
            }
            return null;
        });
    }

    private boolean tryChange(ZooKeeper zooKeeper, String path, boolean always, UnaryOperator<ZNRecord> change)
            throws KeeperException, InterruptedException {
        try {
            Stat stat = new Stat();
            ZNRecord known = (ZNRecord) serializer.deserialize(zooKeeper.getData(path, false, stat));
            ZNRecord next = change.apply(new ZNRecord(known));
            if (always || !next.equals(known)) {
                zooKeeper.setData(path, serializer.serialize(next), stat.getVersion());
            }
            return true;
        } catch (KeeperException.NoNodeException e) {
            return true;
        } catch (KeeperException.BadVersionException e) {
            return false;
        }
    }

    /// @return false if it exists
    boolean create(String path, String what, ZNRecord record) {
        return run(what, zooKeeper -> {
            try {
                zooKeeper.create(path, serializer.serialize(record), ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
                return true;
            } catch (KeeperException.NodeExistsException e) {
                return false;
            }
        });
    }

    /// @param stamp the one that the record must have, or -1
    /// @return false if it has another one
    boolean delete(String path, String what, int stamp) {
        return run(what, zooKeeper -> {
            try {
                zooKeeper.delete(path, stamp);
                return true;
            } catch (KeeperException.NoNodeException e) {
                return true; // deleted already, or by another process
            } catch (KeeperException.BadVersionException e) {
                return false;
            }
        });
    }

    /// The records below a path, by node name.
    Map<String, Stamped> below(String path, String what) {
        return run(what, zooKeeper -> {
            Map<String, Stamped> records = new TreeMap<>();
            try {
                for (String name : zooKeeper.getChildren(path, false)) {
                    read(zooKeeper, path + "/" + name, name, records);
                }
            } catch (KeeperException.NoNodeException e) {
                return Map.of();
            }
            return records;
        });
    }

    private void read(ZooKeeper zooKeeper, String path, String name, Map<String, Stamped> into)
            throws KeeperException, InterruptedException {
        try {
            Stat stat = new Stat();
            byte[] data = zooKeeper.getData(path, false, stat);
            if (data != null) {
                into.put(name, new Stamped((ZNRecord) serializer.deserialize(data), stat.getVersion()));
            }
        } catch (KeeperException.NoNodeException e) {
            // gone since the names were read
        }
    }
}
