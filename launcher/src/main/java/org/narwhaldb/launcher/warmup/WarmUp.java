package org.narwhaldb.launcher.warmup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.narwhaldb.calcite.PlannerCatalog;
import org.narwhaldb.calcite.SqlPlanner;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.Segment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Plans and runs statements of every common shape over made-up segments, again and again for a given time, so that the classes
/// are loaded and the hot loops compiled before the first client asks: a cold JVM takes a second for its first query, a
/// warm one a millisecond. It talks to nobody and leaves nothing behind.
///
/// What it runs is in `warm-up.sql`: shapes, not anybody's queries.
public final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int FACT_SEGMENTS = 2;
    private static final long QUERY_MEMORY_BYTES = 256L << 20;

    private final InstantSource clock;
    private final MemoryPool memory;
    private final SqlPlanner planner = new SqlPlanner();
    private final PlannerCatalog catalog = WarmUpTable.catalog(FACT_SEGMENTS);
    private final Map<String, List<ScanTask>> tables = new HashMap<>();
    private long nextQuery;

    private WarmUp(InstantSource clock, MemoryPool memory) {
        this.clock = clock;
        this.memory = memory;
    }

    /// Runs for about `budget`, at least every statement once; a statement that fails is logged and left out: a process that is cold
    /// is better than none.
    ///
    /// @param parent of the temporary folder that the segments lie in
    /// @return the statements that failed
    public static List<String> run(Path parent, Duration budget, InstantSource clock, MemoryPool memory) {
        Instant start = clock.instant();
        Path directory = null;
        List<Segment> segments = new ArrayList<>();
        List<String> failed = List.of();
        try {
            directory = Files.createTempDirectory(Files.createDirectories(parent), "warm-up-");
            WarmUp warmUp = new WarmUp(clock, memory);
            List<ScanTask> facts = new ArrayList<>();
            for (int number = 0; number < FACT_SEGMENTS; number++) {
                segments.add(WarmUpTable.facts(directory.resolve("facts-" + number), number));
                facts.add(new ScanTask(segments.getLast(), null));
            }
            segments.add(WarmUpTable.names(directory.resolve("names")));
            warmUp.tables.put("facts", facts);
            warmUp.tables.put("names", List.of(new ScanTask(segments.getLast(), null)));
            failed = warmUp.repeat(start.plus(budget));
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("No warm-up, the first queries will be slow: {}", e.toString());
        } finally {
            segments.forEach(Segment::close);
            delete(directory);
        }
        LOG.info("Warm-up took {} ms", Duration.between(start, clock.instant()).toMillis());
        return failed;
    }

    private List<String> repeat(Instant end) {
        List<String> statements = new ArrayList<>(WarmUpStatements.all());
        List<String> failed = new ArrayList<>();
        int rounds = 0;
        do {
            statements.stream().filter(sql -> !succeeds(sql)).forEach(failed::add);
            statements.removeAll(failed);
            rounds++;
        } while (!statements.isEmpty() && clock.instant().isBefore(end));
        LOG.debug("[{}] rounds of [{}] statements", rounds, statements.size());
        return failed;
    }

    private boolean succeeds(String sql) {
        String queryId = "warm-up-" + nextQuery++;
        QueryMemory account = memory.open(queryId, QUERY_MEMORY_BYTES);
        try {
            Instant now = clock.instant();
            run(sql, new QueryContext(queryId, now.plus(Duration.ofMinutes(1)), clock, account));
            return true;
        } catch (RuntimeException e) {
            LOG.warn("Warm-up statement [{}] failed: {}", sql, e.toString());
            return false;
        } finally {
            memory.close(account);
        }
    }

    private void run(String sql, QueryContext context) {
        SqlPlanner.Session session = new SqlPlanner.Session(WarmUpTable.SCHEMA, ZoneOffset.UTC, 0);
        DistributedPlan plan = planner.plan(sql, catalog, session, List.of()).plan();
        Map<Integer, Deque<Batch>> rows = new HashMap<>();
        for (Fragment leaf : plan.leaves()) {
            List<ScanTask> tasks = tables.get(DistributedPlan.scan(leaf).table().table());
            Deque<Batch> sent = new ArrayDeque<>();
            rows.put(leaf.id(), sent);
            drain(leaf.root(), FragmentExecutor.Inputs.ofScan(tasks), context, sent);
        }
        FragmentExecutor.Inputs inputs = new FragmentExecutor.Inputs(List.of(), source -> new Replay(rows.get(source.fragmentId())),
                _ -> { throw new IllegalStateException("No system table is read"); });
        drain(plan.root().root(), inputs, context, new ArrayDeque<>());
    }

    private static void drain(PlanNode root, FragmentExecutor.Inputs inputs, QueryContext context, Deque<Batch> sink) {
        try (Operator operator = FragmentExecutor.operator(root, inputs, context)) {
            for (Batch batch = operator.next(); batch != null; batch = operator.next()) {
                sink.add(batch);
            }
        }
    }

    private static void delete(Path directory) {
        if (directory == null) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            LOG.warn("Cannot delete [{}]: {}", directory, e.toString());
        }
    }

    /// Batches that are there already.
    private record Replay(Deque<Batch> batches) implements Operator {
        @Override
        public Batch next() {
            return batches.poll();
        }

        @Override
        public void close() {
            batches.clear();
        }
    }
}
