package org.narwhaldb.launcher.warmup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.kernel.KernelWarmUp;
import org.narwhaldb.segment.error.NarwhalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs statements of every common shape in a small cluster of its own inside this JVM, so that what answers queries is loaded and
/// compiled before clients ask: a cold JVM takes a second for its first query, hundreds of queries later some milliseconds, and only
/// after thousands one. What it runs is in `warm-up.sql`: shapes, not anybody's queries.
///
/// The process takes queries after the first rounds. The kernels and more rounds follow in the background and stand back while
/// the process has queries of its own.
public final class WarmUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    /// By when the compiler has done with nearly all of it.
    private static final int ROUNDS = 60;
    private static final Duration STAND_BACK = Duration.ofMillis(20);

    private final Path parent;
    private final Instant firstUntil;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final MemoryPool queries;
    private final List<String> statements = new ArrayList<>(WarmUpStatements.all());
    private final List<String> failed = new ArrayList<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean stopped;

    private WarmUp(Path parent, Duration budget, InstantSource clock, Scheduler scheduler, MemoryPool queries) {
        this.parent = parent;
        this.firstUntil = clock.instant().plus(budget);
        this.clock = clock;
        this.scheduler = scheduler;
        this.queries = queries;
    }

    /// Begins, in a thread of its own.
    ///
    /// @param parent of the temporary folder that its tables lie in
    /// @param budget of the rounds that clients wait for; one is done in any case; zero: no warm-up at all
    /// @param queries the memory of the process' own queries
    public static WarmUp start(Path parent, Duration budget, InstantSource clock, Scheduler scheduler, MemoryPool queries) {
        WarmUp warmUp = new WarmUp(parent, budget, clock, scheduler, queries);
        if (budget.isZero()) {
            warmUp.ready.countDown();
            warmUp.done.countDown();
        } else {
            Thread.ofPlatform().daemon().name("warm-up").start(warmUp::run);
        }
        return warmUp;
    }

    /// A process that cannot warm up is cold: better than none.
    private void run() {
        Path directory = null;
        try {
            directory = Files.createTempDirectory(Files.createDirectories(parent), "warm-up-");
            try (MadeUpCluster cluster = new MadeUpCluster(directory, clock, scheduler)) {
                rounds(cluster);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("No warm-up, the first queries will be slow", e);
        } finally {
            delete(directory);
            ready.countDown();
            done.countDown();
        }
    }

    private void rounds(MadeUpCluster cluster) {
        Instant start = clock.instant();
        int rounds = 0;
        do {
            round(cluster, rounds++);
        } while (!stopped && clock.instant().isBefore(firstUntil));
        ready.countDown();
        LOG.info("Warm after [{}] rounds of [{}] statements in [{}] ms; going on in the background", rounds, statements.size(),
                Duration.between(start, clock.instant()).toMillis());
        if (!stopped) {
            KernelWarmUp.run();
        }
        while (!stopped && rounds < ROUNDS) {
            round(cluster, rounds++);
        }
        LOG.debug("[{}] rounds after [{}] ms", rounds, Duration.between(start, clock.instant()).toMillis());
    }

    private void round(MadeUpCluster cluster, int number) {
        for (String sql : List.copyOf(statements)) {
            while (!stopped && queries.reservedBytes() > 0) {
                scheduler.pause(STAND_BACK);
            }
            if (stopped) {
                return;
            }
            try {
                // Every other time it is a statement that no plan is kept of.
                cluster.run(number % 2 == 0 ? sql : "SELECT * FROM (%s) AS round_%d".formatted(sql, number));
            } catch (NarwhalException e) {
                LOG.warn("Warm-up statement [{}] failed: {}", sql, e.toString());
                statements.remove(sql);
                failed.add(sql);
            }
        }
    }

    /// Returns when clients may come.
    public void awaitReady() {
        await(ready);
    }

    /// Returns when nothing of it goes on in the background any more.
    public void awaitEnd() {
        await(done);
    }

    /// Statements that failed and were left out; known after the end.
    List<String> failed() {
        return failed;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends it after the statement that it is at.
    @Override
    public void close() {
        stopped = true;
        awaitEnd();
    }

    private static void delete(Path directory) {
        if (directory == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("Cannot delete [{}]: {}", directory, e.toString());
        }
    }
}
