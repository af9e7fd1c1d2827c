package org.narwhaldb.conformance.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.conformance.processes.ClusterSettings;
import org.narwhaldb.conformance.processes.DataLocation;
import org.narwhaldb.conformance.processes.NarwhalProcess;
import org.narwhaldb.conformance.processes.ProcessCluster;
import org.narwhaldb.conformance.processes.ProcessRole;
import org.narwhaldb.conformance.processes.Waiting;

/// Processes that lose what they keep, or end in the middle of what they do: nothing that was acknowledged is lost, nothing is there twice, and a load
/// that is repeated is recognised.
@Tag("slow")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class ProcessRecoveryTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final Random random = new Random(5);
    private ProcessCluster cluster;
    private Workload work;

    @BeforeEach
    void start() {
        cluster = ProcessCluster.started(directory, ClusterSettings.of(1, 2, 2, 1, DataLocation.local(directory)));
        work = new Workload(cluster, "recovery", log::add, log::add);
        work.begin(random);
    }

    @AfterEach
    void stop() {
        work.close();
        cluster.close();
    }

    private void assertNothingIsLostOrDoubled() {
        try (ServiceProbe probe = new ServiceProbe(cluster)) {
            assertThat(probe.await(probe.now(), PATIENCE)).isEmpty();
        }
        Tally tally = new Tally();
        work.check(tally);
        assertThat(tally.isClean()).as("%s%n%s", tally.line(), String.join("\n", log)).isTrue();
    }

    @Test
    void zooKeepersDataAndEveryLocalCacheMayBeLost() {
        cluster.stopAll();
        cluster.all().forEach(process -> cluster.deleteLocalData(process.name()));

        cluster.startAll();

        assertNothingIsLostOrDoubled();
        work.loads().commit(random, () -> true);
        work.edits().commit(random, () -> true);
        assertNothingIsLostOrDoubled();
    }

    /// Each of two ingest nodes is killed, so that the table's leader is among them, whichever it is.
    @Test
    void anIngestNodeMayBeKilledInTheMiddleOfALoad() throws Exception {
        for (NarwhalProcess ingest : cluster.all(ProcessRole.INGEST)) {
            duringALoad(() -> {
                ingest.kill();
                ingest.start().awaitReady();
            });
        }

        assertNothingIsLostOrDoubled();
    }

    @Test
    void everythingMayBeKilledAtOnceInTheMiddleOfALoad() throws Exception {
        duringALoad(() -> {
            cluster.killAll();
            cluster.startAll();
        });

        assertNothingIsLostOrDoubled();
    }

    @Test
    void aSegmentServerMayBeKilledWhileItLoads() {
        NarwhalProcess server = cluster.all(ProcessRole.SEGMENT_SERVER).getFirst();
        for (int moment = 0; moment < 3; moment++) {
            server.kill();
            cluster.deleteLocalData(server.name());
            server.start().awaitReady();
            Waiting.pause(Duration.ofMillis(200L * moment));
        }

        assertNothingIsLostOrDoubled();
    }

    private void duringALoad(Runnable attack) throws Exception {
        try (ExecutorService loader = Executors.newSingleThreadExecutor()) {
            Future<?> loading = loader.submit(() -> work.loads().commit(random, () -> true));
            Waiting.pause(Duration.ofMillis(100 + random.nextInt(400)));
            attack.run();
            loading.get();
        }
    }
}
