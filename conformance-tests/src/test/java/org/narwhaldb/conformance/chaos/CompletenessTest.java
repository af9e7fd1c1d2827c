package org.narwhaldb.conformance.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.conformance.processes.ClusterSettings;
import org.narwhaldb.conformance.processes.DataLocation;
import org.narwhaldb.conformance.processes.ProcessCluster;
import org.narwhaldb.conformance.processes.Waiting;

/// A thousand queries of six shapes and more, as long as there were not enough attacks yet, and not one that is not right, while rows are deleted, updated and loaded, and one of three segment
/// servers after the other is killed or stopped and comes back.
@Tag("slow")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class CompletenessTest {
    private static final int QUERIES = 1_000;
    private static final int CLIENTS = 3;
    private static final int ATTACKS_MIN = 4;
    private static final int ATTACKS_MAX = 500;

    @TempDir
    private Path directory;

    private final Queue<String> log = new ConcurrentLinkedQueue<>();

    @Test
    void everyAnswerIsRightWhileServersAreKilledAndStopped() throws Exception {
        long seed = Long.getLong("narwhal.seed", System.nanoTime());
        System.out.println("narwhal.seed=" + seed);
        Tally tally = new Tally();
        ClusterSettings settings = ClusterSettings.of(1, 1, 3, 1, DataLocation.local(directory));
        try (ProcessCluster cluster = ProcessCluster.started(directory, settings);
                Workload work = new Workload(cluster, "completeness", log::add, log::add);
                ServiceProbe probe = new ServiceProbe(cluster, log::add)) {
            work.begin(new Random(seed));
            assertThat(probe.await(probe.now(), Duration.ofMinutes(2))).isEmpty();

            CountDownLatch asked = new CountDownLatch(1);
            try (ExecutorService others = Executors.newCachedThreadPool();
                    Questioner questioner = new Questioner(work.checker(), work.tables(), work.balancerDoor(), true, tally, log::add)) {
                work.writers().forEach(writer -> others.execute(() -> write(writer, new Random(seed), asked)));
                others.execute(() -> new Attacker(cluster, tally, Map.of(), log::add).run(attacks(seed), probe, _ -> asked.getCount() > 0));
                try {
                    questioner.askInTurn(new Random(seed), QUERIES, CLIENTS, () -> attacked() < ATTACKS_MIN);
                } finally {
                    asked.countDown();
                }
            }
            assertThat(probe.await(probe.now(), Duration.ofMinutes(2))).isEmpty();
            work.check(tally);
        }

        System.out.println(String.join("\n", tally.errorTable()));
        System.out.println(tally.times());
        System.out.println(tally.line());
        assertThat(tally.isClean()).as("%s%n%s", tally.line(), String.join("\n", log)).isTrue();
        assertThat(tally.queries()).isGreaterThanOrEqualTo(QUERIES);
        assertThat(tally.answered()).as("%s%n%s", String.join("\n", tally.errorTable()), String.join("\n", log))
                .isGreaterThanOrEqualTo(tally.queries() * 99 / 100);
        assertThat(log).as("there were attacks").anyMatch(line -> line.contains("kill -9")).anyMatch(line -> line.contains("SIGSTOP"));
    }

    /// How many attacks are over.
    private long attacked() {
        return log.stream().filter(line -> line.contains("whole after") || line.contains("NOT whole")).count();
    }

    private static void write(Writer writer, Random random, CountDownLatch end) {
        while (end.getCount() > 0) {
            writer.commit(random, () -> true);
            Waiting.pause(Duration.ofMillis(500 + random.nextInt(writer.pauseMillis())));
        }
    }

    private static List<Attack> attacks(long seed) {
        Random random = new Random(seed);
        List<Attack> attacks = new ArrayList<>();
        for (int number = 0; number < ATTACKS_MAX; number++) {
            attacks.add(new Attack(number % 2 == 0 ? Attack.Kind.KILL : Attack.Kind.PAUSE, "segment-server-" + (1 + random.nextInt(3)),
                    Duration.ofMillis(500 + random.nextInt(6_000)), Duration.ofMillis(500), false));
        }
        return attacks;
    }
}
