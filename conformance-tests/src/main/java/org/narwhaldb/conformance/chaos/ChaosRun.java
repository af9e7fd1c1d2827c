package org.narwhaldb.conformance.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.narwhaldb.conformance.processes.NarwhalProcess;
import org.narwhaldb.conformance.processes.ProcessCluster;
import org.narwhaldb.conformance.processes.ProcessRole;
import org.narwhaldb.conformance.processes.Waiting;

/// One run: a cluster, three writers, clients at the balancer and at each front end, and the attacks; at the end, once
/// all is whole again, everything that was acknowledged is looked for.
final class ChaosRun implements AutoCloseable {
    private static final Duration PROGRESS = Duration.ofSeconds(10);
    /// What is under way when the time is over may take this long.
    private static final Duration ENDING = Duration.ofMinutes(2);
    private static final double DIRECT_PER_SECOND = 2;

    /// @param calm attack nothing
    /// @param directory of its own, for logs and data
    record Options(long seed, Duration length, double queriesPerSecond, boolean s3, boolean calm, Path directory) {}

    private final Options options;
    private final RunLog log;
    private final Surroundings surroundings;
    private final ProcessCluster cluster;
    private final Tally tally = new Tally();
    private final Attacker attacker;
    private final Random seeds;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean failed = new AtomicBoolean();
    private boolean closed;

    ChaosRun(Options options, Consumer<String> out) throws IOException {
        this.options = options;
        this.seeds = new Random(options.seed());
        Files.createDirectories(options.directory());
        this.log = new RunLog(options.directory().resolve("chaos.log"), out);
        this.surroundings = new Surroundings(options, log);
        this.cluster = ProcessCluster.prepare(options.directory(), surroundings.settings());
        surroundings.mountDisks(cluster);
        this.attacker = new Attacker(cluster, tally, surroundings.disks(), log::print);
    }

    /// @return whether nothing was wrong, short, doubled or lost
    boolean run() {
        try {
            log.print("starting %d processes; their logs: %s".formatted(cluster.all().size(), cluster.logs()));
            cluster.startAll();
            try (Workload work = new Workload(cluster, String.valueOf(options.seed()), log::print, log::note);
                    ServiceProbe probe = new ServiceProbe(cluster)) {
                work.begin(seeds);
                awaitWhole(probe, "the cluster is whole");
                live(probe, work);
                awaitWhole(probe, "the time is over and the cluster is whole");
                work.check(tally);
            }
        } catch (RuntimeException e) {
            log.print("the run failed: " + e);
            failed.set(true);
        }
        report();
        return tally.isClean() && !failed.get();
    }

    private void awaitWhole(ServiceProbe probe, String good) {
        attacker.startWhatEnded();
        String missing = probe.await(probe.now(), ENDING);
        log.print(missing.isEmpty() ? good : "the cluster does not become whole: " + missing);
        if (!missing.isEmpty()) {
            failed.set(true);
        }
    }

    /// Until the time is over and everybody has ended what was begun.
    private void live(ServiceProbe probe, Workload work) {
        long begin = System.nanoTime();
        long deadline = begin + options.length().toNanos();
        work.writers().forEach(this::write);
        List<Questioner> questioners = new ArrayList<>();
        questioners.add(ask(work, work.balancerDoor(), true, deadline));
        for (NarwhalProcess each : cluster.all(ProcessRole.FRONT_END)) {
            questioners.add(ask(work, Door.ofFrontEnd(each.name(), each.host(), each.port(), each::starts), false, deadline));
        }
        if (!options.calm()) {
            List<Attack> attacks = AttackSchedule.of(options.seed(), cluster.settings().members(), options.length());
            thread("attacks", () -> attacker.run(attacks, probe, length -> System.nanoTime() + length.toNanos() - deadline < 0));
        }
        while (System.nanoTime() - deadline < 0) {
            Waiting.pause(Duration.ofNanos(Math.min(PROGRESS.toNanos(), Math.max(1, deadline - System.nanoTime()))));
            log.print("[%4d s] %s commits=%d".formatted((System.nanoTime() - begin) / 1_000_000_000, tally.line(), work.commits()));
        }
        over.set(true);
        threads.forEach(this::join);
        questioners.forEach(Questioner::close);
    }

    private Questioner ask(Workload work, Door door, boolean counted, long deadline) {
        Questioner questioner = new Questioner(work.checker(), work.tables(), door, counted, tally, text -> {
            if (tally.finding(text)) {
                log.print(text + "\n  logs: " + cluster.logs());
            }
        });
        RandomGenerator random = new Random(seeds.nextLong());
        double rate = counted ? options.queriesPerSecond() : DIRECT_PER_SECOND;
        thread("questions to " + door, () -> questioner.run(random, rate, deadline));
        return questioner;
    }

    private void write(Writer writer) {
        RandomGenerator random = new Random(seeds.nextLong());
        long patience = System.nanoTime() + options.length().plus(ENDING).toNanos();
        thread("writes", () -> {
            while (!over.get()) {
                writer.commit(random, () -> System.nanoTime() - patience < 0);
                Waiting.pause(Duration.ofMillis(200 + random.nextInt(writer.pauseMillis())));
            }
        });
    }

    private void thread(String name, Runnable task) {
        Thread thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.print("%s ended: %s".formatted(name, e));
                log.note(Arrays.toString(e.getStackTrace()));
                failed.set(true);
            }
        });
        threads.add(thread);
        thread.start();
    }

    private void join(Thread thread) {
        try {
            thread.join(ENDING.multipliedBy(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report() {
        log.print("");
        attacker.table().forEach(log::print);
        log.print("");
        tally.errorTable().forEach(log::print);
        log.print("");
        if (options.s3()) {
            log.print(surroundings.faults());
        }
        log.print(tally.times());
        log.print(tally.line());
    }

    /// Once, whoever comes first: the end of the run or of this JVM.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        cluster.close();
        surroundings.close();
    }
}
