package org.narwhaldb.conformance.chaos;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.narwhaldb.conformance.processes.NarwhalProcess;
import org.narwhaldb.conformance.processes.ProcessCluster;
import org.narwhaldb.conformance.processes.ProcessRole;
import org.narwhaldb.conformance.processes.TcpRelay;
import org.narwhaldb.conformance.processes.Waiting;
import org.narwhaldb.segment.error.NarwhalException;

/// One run: a cluster, three writers, clients at the balancer and at each front end, and the attacks; at the end, once
/// all is whole again, everything that was acknowledged is looked for.
final class ChaosRun implements AutoCloseable {
    private static final String EDITED = "chaos_edited";
    private static final String LOADED = "chaos_loaded";
    private static final Duration PROGRESS = Duration.ofSeconds(10);
    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration WARM = Duration.ofMillis(1_500);
    private static final Duration FIRST_ANSWER = Duration.ofMinutes(2);
    /// What is under way when the time is over may take this long.
    private static final Duration ENDING = Duration.ofMinutes(2);
    private static final double DIRECT_PER_SECOND = 2;
    private static final int LOADS_REPEATED = 5;
    private static final int FIRST_COMMITS = 4;

    /// @param calm attack nothing
    /// @param directory of its own, for logs and data
    record Options(long seed, Duration length, double queriesPerSecond, boolean s3, boolean calm, Path directory) {}

    private final Options options;
    private final RunLog log;
    private final Surroundings surroundings;
    private final ProcessCluster cluster;
    private final History<GroupWeights> groups = new History<>(new GroupWeights(0));
    private final Checker checker = new Checker(groups);
    private final Checker.FactTable edited = new Checker.FactTable(EDITED, new History<>(TableState.empty().answers("empty")));
    private final Checker.FactTable loaded = new Checker.FactTable(LOADED, new History<>(TableState.empty().answers("empty")));
    private final Tally tally = new Tally();
    private final Attacker attacker;
    private final Random seeds;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean failed = new AtomicBoolean();

    ChaosRun(Options options, Consumer<String> out) throws IOException {
        this.options = options;
        this.seeds = new Random(options.seed());
        Files.createDirectories(options.directory().resolve("input"));
        this.log = new RunLog(options.directory().resolve("chaos.log"), out);
        this.surroundings = new Surroundings(options, log);
        this.cluster = ProcessCluster.prepare(options.directory(), surroundings.settings());
        surroundings.mountDisks(cluster);
        this.attacker = new Attacker(cluster, tally, surroundings.disks(), log::print);
    }

    /// @return whether nothing was wrong, short, doubled or lost
    boolean run() {
        try (TcpRelay balancer = cluster.balancer()) {
            log.print("starting %d processes; their logs: %s".formatted(cluster.all().size(), cluster.logs()));
            cluster.startAll();
            try (LakeTables lake = new LakeTables(surroundings.data());
                    Session control = new Session("127.0.0.1", balancer.port());
                    ServiceProbe probe = new ServiceProbe(cluster)) {
                EditWriter edits = new EditWriter(lake, lake.createFacts(EDITED), EDITED, edited.history(), log::note);
                lake.createFacts(LOADED);
                LoadWriter loads = new LoadWriter(control, LOADED, options.directory().resolve("input"), String.valueOf(options.seed()),
                        loaded.history(), log::note);
                GroupWriter weights = new GroupWriter(lake, lake.createGroups(GroupWriter.NAME), groups, log::note);
                weights.commit(groups.last());
                serve(control);
                for (int commit = 0; commit < FIRST_COMMITS; commit++) {
                    edits.commit(seeds, () -> true);
                    loads.commit(seeds, () -> true);
                }
                warmUp();
                awaitWhole(probe, "the cluster is whole");
                live(probe, balancer, List.of(edits, loads, weights));
                awaitWhole(probe, "the time is over and the cluster is whole");
                check(edits, loads);
            }
        } catch (RuntimeException e) {
            log.print("the run failed: " + e);
            failed.set(true);
        }
        report();
        return tally.isClean() && !failed.get();
    }

    private void serve(Session control) {
        for (String table : List.of(EDITED, LOADED, GroupWriter.NAME)) {
            control.act("narwhal.serve", JsonNodeFactory.instance.objectNode().put("table", "main." + table), FIRST_ANSWER);
            Waiting.until(table + " answers", FIRST_ANSWER, () -> answers(control, Shape.COUNT.sql(table)), () -> "");
        }
    }

    /// A cold JVM is no attack: each front end is asked until it answers a round of questions in little time.
    private void warmUp() {
        for (NarwhalProcess frontEnd : cluster.all(ProcessRole.FRONT_END)) {
            try (Session session = new Session(frontEnd.host(), frontEnd.port())) {
                Waiting.holds(WARM_UP, () -> {
                    long begin = System.nanoTime();
                    boolean answered = true;
                    for (Shape shape : Shape.values()) {
                        answered &= answers(session, shape.sql(EDITED)) && answers(session, shape.sql(LOADED));
                    }
                    return answered && System.nanoTime() - begin < WARM.toNanos();
                });
            }
        }
    }

    private static boolean answers(Session session, String sql) {
        try {
            session.query(sql, Questioner.QUERY);
            return true;
        } catch (NarwhalException e) {
            return false;
        }
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
    private void live(ServiceProbe probe, TcpRelay balancer, List<Writer> writers) {
        long begin = System.nanoTime();
        long deadline = begin + options.length().toNanos();
        writers.forEach(this::write);
        List<Questioner> questioners = new ArrayList<>();
        questioners.add(ask(Door.ofBalancer(balancer.port()), true, deadline));
        for (NarwhalProcess each : cluster.all(ProcessRole.FRONT_END)) {
            questioners.add(ask(Door.ofFrontEnd(each.name(), each.host(), each.port(), each::starts), false, deadline));
        }
        if (!options.calm()) {
            List<Attack> attacks = AttackSchedule.of(options.seed(), cluster.settings().members(), options.length());
            thread("attacks", () -> attacker.run(attacks, probe, deadline));
        }
        while (System.nanoTime() - deadline < 0) {
            Waiting.pause(Duration.ofNanos(Math.min(PROGRESS.toNanos(), Math.max(1, deadline - System.nanoTime()))));
            log.print("[%4d s] %s commits=%d loads=%d".formatted((System.nanoTime() - begin) / 1_000_000_000, tally.line(),
                    edited.history().newest() + groups.newest(), loaded.history().newest()));
        }
        over.set(true);
        threads.forEach(this::join);
        questioners.forEach(Questioner::close);
    }

    private Questioner ask(Door door, boolean counted, long deadline) {
        Questioner questioner = new Questioner(checker, List.of(edited, loaded), door, counted, tally, text -> {
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
                log.note(java.util.Arrays.toString(e.getStackTrace()));
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

    private void check(EditWriter edits, LoadWriter loads) {
        for (NarwhalProcess frontEnd : cluster.all(ProcessRole.FRONT_END)) {
            FinalCheck check = new FinalCheck(frontEnd, tally, log::print);
            check.run(EDITED, edits);
            check.run(LOADED, loads);
        }
        List<String> strange = loads.repeatLast(LOADS_REPEATED);
        strange.forEach(load -> log.print("a load that had been done was not recognised by its id: " + load));
        tally.remains(0, strange.size(), 0);
    }

    private void report() {
        log.print("");
        attacker.table().forEach(log::print);
        log.print("");
        tally.errorTable().forEach(log::print);
        log.print("");
        log.print(tally.times());
        log.print(tally.line());
    }

    @Override
    public void close() {
        cluster.close();
        surroundings.close();
    }
}
