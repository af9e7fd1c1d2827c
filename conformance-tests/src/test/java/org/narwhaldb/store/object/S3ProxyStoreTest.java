package org.narwhaldb.store.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.narwhaldb.conformance.s3.Fault;
import org.narwhaldb.conformance.s3.FaultProxy;
import org.narwhaldb.conformance.s3.FaultSchedule;
import org.narwhaldb.conformance.s3.S3Server;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The store's contract on a real S3 server behind a proxy that fails half of all requests, each request up to three times; and
/// what happens to each kind of fault by itself.
@Tag("slow")
final class S3ProxyStoreTest extends ObjectStoreContract {
    private static final long SEED = Long.getLong("narwhal.seed", System.nanoTime());
    private static final int HITS_MAX = 3;
    /// Long enough for a busy machine, short enough to be waited for.
    private static final String STALL_MILLIS = "2000";

    @TempDir private static Path home;
    private static S3Server server;

    private final String bucket = "store-" + UUID.randomUUID();
    private FaultSchedule schedule;
    private FaultProxy proxy;

    @BeforeAll
    static void startServer() throws Exception {
        System.out.println("narwhal.seed=" + SEED);
        server = S3Server.start(home, 0);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startProxy() throws Exception {
        server.bucket(bucket);
        fail(0.5, FaultSchedule.Rules.FAST, HITS_MAX);
    }

    @AfterEach
    void stopProxy() throws Exception {
        proxy.close();
    }

    private void fail(double share, Set<Fault> kinds, int hitsMax) throws Exception {
        if (proxy != null) {
            proxy.close();
        }
        schedule = new FaultSchedule(SEED, new FaultSchedule.Rules(share, kinds, hitsMax, 50));
        proxy = FaultProxy.start(server.port(), schedule);
    }

    @Override
    ObjectStore store() {
        Map<String, String> properties = new HashMap<>(S3Server.properties(proxy.endpoint()));
        properties.put(S3Clients.SOCKET_TIMEOUT, STALL_MILLIS);
        return ObjectStores.open("s3://" + bucket + "/some/prefix", properties);
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "HUNG"}, mode = EnumSource.Mode.EXCLUDE)
    void aFaultThatPassesIsNotSeen(Fault fault) throws Exception {
        byte[] small = random(100_000);
        byte[] big = random(5 << 20);
        fail(1, Set.of(fault), fault == Fault.STALLED ? 1 : HITS_MAX);
        ObjectStore store = store();

        store.put("small", small);
        store.put("big", Files.write(directory.resolve("big"), big));
        store.download("big", directory.resolve("copy"));

        assertThat(store.read("small").readAllBytes()).isEqualTo(small);
        assertThat(directory.resolve("copy")).hasBinaryContent(big);
        assertThat(store.list("")).extracting(ObjectStore.Entry::name).containsExactly("big", "small");
        store.delete("big");
        assertThat(store.exists("big")).isFalse();
        assertThat(schedule.counts().get(fault)).isPositive();
    }

    @Test
    void aServerThatTakesAndSaysNothingIsNotWaitedForLong() throws Exception {
        byte[] moreThanBuffersHold = random(20 << 20);
        fail(1, Set.of(Fault.HUNG), 1);
        ObjectStore store = store();

        store.put("name", moreThanBuffersHold);

        assertThat(store.read("name").readAllBytes()).isEqualTo(moreThanBuffersHold);
        assertThat(schedule.counts().get(Fault.HUNG)).isEqualTo(2);
    }

    @Test
    void aFileInPartsIsWholeThoughTheAnswersAreLost() throws Exception {
        byte[] huge = random(65 << 20);
        fail(0.5, EnumSet.of(Fault.LOST_ANSWER, Fault.TRUNCATED, Fault.INTERNAL_ERROR), HITS_MAX);
        ObjectStore store = store();
        Path file = Files.write(directory.resolve("huge"), huge);

        store.put("huge", file);
        store.put("huge", file);
        store.download("huge", directory.resolve("copy"));

        assertThat(Files.mismatch(file, directory.resolve("copy"))).isEqualTo(-1);
    }

    @Test
    void aShortBodyNeverBecomesAFile() throws Exception {
        fail(0, Set.of(), 0);
        store().put("name", random(200_000));
        fail(1, Set.of(Fault.TRUNCATED), Integer.MAX_VALUE);
        ObjectStore store = store();
        Path target = directory.resolve("out/copy");

        assertThatThrownBy(() -> store.download("name", target)).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE)).hasMessageContaining(bucket + "/some/prefix/name");
        assertThatThrownBy(() -> store.read("name").readAllBytes()).isInstanceOf(IncompleteReadException.class)
                .hasMessageContaining("name");

        assertThat(Files.list(target.getParent())).isEmpty();
    }

    @Test
    void whatDoesNotPassIsATypedErrorThatSaysWhere() throws Exception {
        fail(1, Set.of(Fault.SLOW_DOWN, Fault.RESET, Fault.INTERNAL_ERROR), Integer.MAX_VALUE);
        ObjectStore store = store();

        assertThatThrownBy(() -> store.put("a/b", new byte[1])).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE))
                .hasMessageContaining("s3://" + bucket + "/some/prefix/a/b");
        assertThatThrownBy(() -> store.list("a/")).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE)).hasMessageContaining("/some/prefix/a/");
        fail(0, Set.of(), 0);
        Map<String, String> stranger = new HashMap<>(S3Server.properties(proxy.endpoint()));
        stranger.put("s3.secret-access-key", "wrong");
        assertThatThrownBy(() -> ObjectStores.open("s3://" + bucket, stranger).put("x", new byte[1]))
                .hasMessageContaining("look at the credentials");
        assertThatThrownBy(() -> ObjectStores.open("s3://nobodys-bucket", S3Server.properties(proxy.endpoint())).list(""))
                .hasMessageContaining("is there such a bucket?");
    }

    @Test
    void aListOfManyPagesIsWhole() throws Exception {
        Path folder = Files.createDirectories(server.data().resolve(bucket).resolve("some/prefix/many"));
        for (int number = 0; number < 2_500; number++) {
            Files.createFile(folder.resolve("%05d".formatted(number)));
        }

        assertThat(store().list("many/")).hasSize(2_500).extracting(ObjectStore.Entry::name).doesNotHaveDuplicates();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(SEED).nextBytes(bytes);
        return bytes;
    }
}
