package org.narwhaldb.cluster.helix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.helix.model.LiveInstance;
import org.apache.helix.zookeeper.datamodel.serializer.ZNRecordSerializer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class EmbeddedZooKeeperTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @TempDir
    private Path dir;

    private static ZooKeeperSession connect(EmbeddedZooKeeper zooKeeper) {
        ZooKeeperSession session = new ZooKeeperSession(zooKeeper.address(), TIMEOUT);
        assertThat(session.awaitConnected(TIMEOUT)).isTrue();
        return session;
    }

    private static void create(ZooKeeperSession session, String path, byte[] data, CreateMode mode)
            throws KeeperException {
        session.retry("create", zooKeeper -> zooKeeper.create(path, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, mode));
    }

    private static boolean exists(ZooKeeperSession session, String path) throws KeeperException {
        return session.retry("look", zooKeeper -> zooKeeper.exists(path, false)) != null;
    }

    @Test
    void data_and_sessions_survive_a_restart() throws KeeperException {
        int port;
        ZooKeeperSession session;
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(dir, 0)) {
            port = zooKeeper.port();
            session = connect(zooKeeper);
            create(session, "/kept", new byte[] {1}, CreateMode.PERSISTENT);
            create(session, "/mine", new byte[0], CreateMode.EPHEMERAL);
        }

        try (EmbeddedZooKeeper _ = EmbeddedZooKeeper.start(dir, port); session) {
            assertThat(exists(session, "/kept")).isTrue();
            assertThat(exists(session, "/mine")).isTrue();
        }
    }

    @Test
    void sessions_of_an_earlier_process_end_when_it_starts_alone() throws KeeperException {
        int port;
        ZooKeeperSession session;
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(dir, 0)) {
            port = zooKeeper.port();
            session = connect(zooKeeper);
            create(session, "/kept", new byte[0], CreateMode.PERSISTENT);
            create(session, "/mine", new byte[0], CreateMode.EPHEMERAL);
        }

        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.startAlone(dir, port); session;
                ZooKeeperSession other = connect(zooKeeper)) {
            assertThat(exists(other, "/kept")).isTrue();
            assertThat(exists(other, "/mine")).isFalse();
            assertThat(exists(session, "/kept")).as("the expired session was replaced").isTrue();
        }
    }

    @Test
    void only_this_machine_can_connect() throws IOException {
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(dir, 0)) {
            List<Inet4Address> outside = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                    .map(Inet4Address.class::cast).toList();

            assertThat(outside).allSatisfy(address -> assertThatThrownBy(
                    () -> new Socket(address, zooKeeper.port()).close()).isInstanceOf(IOException.class));
        }
    }

    @Test
    void a_taken_port_is_a_typed_error() {
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(dir.resolve("a"), 0)) {
            assertThatThrownBy(() -> EmbeddedZooKeeper.start(dir.resolve("b"), zooKeeper.port()).close())
                    .isInstanceOf(NarwhalException.class).hasMessageContaining("127.0.0.1:" + zooKeeper.port())
                    .extracting(e -> ((NarwhalException) e).code()).isEqualTo(ErrorCode.CLUSTER_UNAVAILABLE);
        }
    }

    @Test
    void only_leftovers_of_dead_processes_are_removed() throws KeeperException {
        long dead = Long.MAX_VALUE;
        long alive = ProcessHandle.current().pid();
        String self = "1@here";
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(dir, 0);
                ZooKeeperSession session = connect(zooKeeper)) {
            Leftovers leftovers = new Leftovers(session, self);

            assertThat(removed(session, leftovers, dead + "@here", false)).isTrue();
            assertThat(removed(session, leftovers, dead + "@elsewhere", false)).isFalse();
            assertThat(removed(session, leftovers, alive + "@here", false)).isFalse();
            assertThat(removed(session, leftovers, self, false)).isTrue();
            assertThat(removed(session, leftovers, self, true)).isFalse();
            assertThat(removed(session, leftovers, "nonsense", false)).isFalse();
        }
    }

    private static boolean removed(ZooKeeperSession session, Leftovers leftovers, String owner, boolean isHere)
            throws KeeperException {
        LiveInstance live = new LiveInstance("server");
        live.setLiveInstance(owner);
        String path = "/" + ClusterLayout.escape(owner + isHere);
        create(session, path, new ZNRecordSerializer().serialize(live.getRecord()), CreateMode.EPHEMERAL);
        leftovers.remove(path, isHere);
        return !exists(session, path);
    }
}
