package org.narwhaldb.cluster.helix;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.apache.helix.model.LiveInstance;
import org.apache.helix.zookeeper.datamodel.ZNRecord;
import org.apache.helix.zookeeper.datamodel.serializer.ZNRecordSerializer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes the ephemeral nodes of a killed process of this machine, so that its successor need not wait for the old
/// session to expire: Helix would sleep for the session timeout and five seconds more.
///
/// Helix writes `PID@HOST` into live instance and controller leader nodes. A node is a leftover only if the host is
/// this one and no such process runs, or the process is this one and does not know the member.
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private final ZooKeeperSession session;
    private final String self;

    Leftovers(ZooKeeperSession session) {
        this(session, ManagementFactory.getRuntimeMXBean().getName());
    }

    Leftovers(ZooKeeperSession session, String self) {
        this.session = session;
        this.self = self;
    }

    void remove(String path, boolean isHere) {
        try {
            session.retry("look for a leftover at [" + path + "]", zooKeeper -> {
                Stat stat = new Stat();
                byte[] data = zooKeeper.getData(path, false, stat);
                ZNRecord record = (ZNRecord) new ZNRecordSerializer().deserialize(data);
                String owner = record == null ? null : new LiveInstance(record).getLiveInstance();
                if (owner != null && isDead(owner, isHere)) {
                    LOG.info("Removing [{}], left behind by process [{}]", path, owner);
                    zooKeeper.delete(path, stat.getVersion());
                }
                return Optional.empty();
            });
        } catch (KeeperException.NoNodeException e) {
            LOG.debug("No leftover at [{}]", path);
        } catch (KeeperException e) {
            LOG.info("Cannot remove a leftover at [{}]: [{}]", path, e.code());
        }
    }

    private boolean isDead(String owner, boolean isHere) {
        int at = owner.indexOf('@');
        if (at < 0 || !owner.substring(at).equals(self.substring(self.indexOf('@')))) {
            return false;
        }
        if (owner.equals(self)) {
            return !isHere;
        }
        try {
            return ProcessHandle.of(Long.parseLong(owner.substring(0, at))).isEmpty();
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
