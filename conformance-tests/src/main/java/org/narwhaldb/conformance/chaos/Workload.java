package org.narwhaldb.conformance.chaos;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.narwhaldb.conformance.processes.NarwhalProcess;
import org.narwhaldb.conformance.processes.ProcessCluster;
import org.narwhaldb.conformance.processes.ProcessRole;
import org.narwhaldb.conformance.processes.TcpRelay;
import org.narwhaldb.conformance.processes.Waiting;
import org.narwhaldb.segment.error.NarwhalException;

/// Three tables of a cluster, who writes them, and who knows what is in them: one edited by another engine, one loaded by
/// load ids, one small one that is joined with.
final class Workload implements AutoCloseable {
    private static final String EDITED = "chaos_edited";
    private static final String LOADED = "chaos_loaded";
    private static final Duration FIRST_ANSWER = Duration.ofMinutes(2);
    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration WARM = Duration.ofMillis(1_500);
    private static final int FIRST_COMMITS = 4;
    private static final int LOADS_REPEATED = 5;

    private final ProcessCluster cluster;
    private final Consumer<String> log;
    private final TcpRelay balancer;
    private final LakeTables lake;
    private final Session control;
    private final History<GroupWeights> groups = new History<>(new GroupWeights(0));
    private final Checker checker = new Checker(groups);
    private final Checker.FactTable edited = new Checker.FactTable(EDITED, new History<>(TableState.empty().answers("empty")));
    private final Checker.FactTable loaded = new Checker.FactTable(LOADED, new History<>(TableState.empty().answers("empty")));
    private final EditWriter edits;
    private final LoadWriter loads;
    private final GroupWriter weights;

    /// Creates the tables.
    ///
    /// @param run names the run in load ids
    /// @param trouble told of writes that did not go through at once
    Workload(ProcessCluster cluster, String run, Consumer<String> log, Consumer<String> trouble) {
        this.cluster = cluster;
        this.log = log;
        Path input = cluster.directory().resolve("input");
        try {
            Files.createDirectories(input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.balancer = cluster.balancer();
        this.lake = new LakeTables(cluster.settings().data());
        this.control = new Session("127.0.0.1", balancer.port());
        this.edits = new EditWriter(lake, lake.createFacts(EDITED), EDITED, edited.history(), trouble);
        lake.createFacts(LOADED);
        this.loads = new LoadWriter(control, LOADED, input, run, loaded.history(), trouble);
        this.weights = new GroupWriter(lake, lake.createGroups(GroupWriter.NAME), groups, trouble);
        weights.commit(groups.last());
    }

    Checker checker() {
        return checker;
    }

    List<Checker.FactTable> tables() {
        return List.of(edited, loaded);
    }

    EditWriter edits() {
        return edits;
    }

    LoadWriter loads() {
        return loads;
    }

    List<Writer> writers() {
        return List.of(edits, loads, weights);
    }

    Door balancerDoor() {
        return Door.ofBalancer(balancer.port());
    }

    long commits() {
        return edited.history().newest() + groups.newest() + loaded.history().newest();
    }

    /// Serves the tables, fills them a little, and asks each front end until it answers a round of questions in little time:
    /// a cold JVM is no attack.
    void begin(RandomGenerator random) {
        for (String table : List.of(EDITED, LOADED, GroupWriter.NAME)) {
            control.act("narwhal.serve", JsonNodeFactory.instance.objectNode().put("table", "main." + table), FIRST_ANSWER);
            Waiting.until(table + " answers", FIRST_ANSWER, () -> answers(control, Shape.COUNT.sql(table)), () -> "");
        }
        for (int commit = 0; commit < FIRST_COMMITS; commit++) {
            edits.commit(random, () -> true);
            loads.commit(random, () -> true);
        }
        for (NarwhalProcess frontEnd : cluster.all(ProcessRole.FRONT_END)) {
            try (Session session = new Session(frontEnd.host(), frontEnd.port())) {
                Waiting.holds(WARM_UP, () -> isWarm(session));
            }
        }
    }

    private static boolean isWarm(Session session) {
        long begin = System.nanoTime();
        boolean answered = true;
        for (Shape shape : Shape.values()) {
            answered &= answers(session, shape.sql(EDITED)) && answers(session, shape.sql(LOADED));
        }
        return answered && System.nanoTime() - begin < WARM.toNanos();
    }

    private static boolean answers(Session session, String sql) {
        try {
            session.query(sql, Questioner.QUERY);
            return true;
        } catch (NarwhalException e) {
            return false;
        }
    }

    /// Once nobody writes and all is whole: compares everything with everything that was acknowledged, and repeats the last loads.
    void check(Tally tally) {
        for (NarwhalProcess frontEnd : cluster.all(ProcessRole.FRONT_END)) {
            FinalCheck check = new FinalCheck(frontEnd, tally, log);
            check.run(EDITED, edits);
            check.run(LOADED, loads);
        }
        List<String> strange = loads.repeatLast(LOADS_REPEATED);
        strange.forEach(load -> log.accept("a load that had been done was not recognised by its id: " + load));
        tally.remains(0, strange.size(), 0);
    }

    @Override
    public void close() {
        control.close();
        lake.close();
        balancer.close();
    }
}
