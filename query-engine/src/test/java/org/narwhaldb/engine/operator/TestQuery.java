package org.narwhaldb.engine.operator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.FragmentExecutor.Broadcasts;
import org.narwhaldb.engine.execution.FragmentExecutor.Inputs;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.profile.PlanMeter;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Runs plans over rows that stand in for other fragments, with a clock and a memory account of its own.
final class TestQuery {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    final TestMemory memory;
    final QueryContext context;
    private final Map<Integer, List<Batch>> sources = new HashMap<>();
    private final List<Broadcast> broadcasts = new ArrayList<>();
    private final List<ScanTask> tasks = new ArrayList<>();
    private final RandomGenerator random;
    private Instant now = START;
    private final List<PlanNode.SystemScan> openedSystemTables = new ArrayList<>();
    private List<Batch> systemTable = List.of();
    private int closedSources;
    private int batchesBeforeCancel = Integer.MAX_VALUE;
    private int batchesAfterCancel;

    TestQuery(RandomGenerator random) {
        this(random, Long.MAX_VALUE);
    }

    TestQuery(RandomGenerator random, long memoryLimit) {
        this(random, new TestMemory(memoryLimit));
    }

    TestQuery(RandomGenerator random, TestMemory memory) {
        this.random = random;
        this.memory = memory;
        InstantSource clock = () -> now;
        context = new QueryContext("test", START.plus(Duration.ofMinutes(1)), clock, memory);
    }

    /// A plan node that yields these rows.
    PlanNode source(TestRows rows) {
        int id = sources.size();
        sources.put(id, rows.batches(random));
        return new PlanNode.RemoteSource(id, rows.fields());
    }

    /// A plan node for these rows as a broadcast, which joins on its left look up in. Its memory is its own.
    PlanNode broadcast(TestRows rows) {
        return broadcast(rows, new TestMemory(Long.MAX_VALUE));
    }

    PlanNode broadcast(TestRows rows, TestMemory its) {
        PlanNode.RemoteSource source = (PlanNode.RemoteSource) source(rows);
        QueryContext own = new QueryContext("test", context.deadline(), () -> now, its);
        broadcasts.add(Broadcast.collect(
                source.fragmentId(), rows.fields(), new Source(sources.get(source.fragmentId())), own));
        return source;
    }

    Broadcast lastBroadcast() {
        return broadcasts.getLast();
    }

    /// The rows of every system table.
    void systemTable(TestRows rows) {
        systemTable = rows.batches(random);
    }

    List<PlanNode.SystemScan> openedSystemTables() {
        return openedSystemTables;
    }

    void scans(ScanTask task) {
        tasks.add(task);
    }

    void advance(Duration duration) {
        now = now.plus(duration);
    }

    /// Cancels the query when a source has yielded so many batches.
    void cancelAfterBatches(int batches) {
        batchesBeforeCancel = batches;
    }

    int sourceBatchesAfterCancel() {
        return batchesAfterCancel;
    }

    int closedSources() {
        return closedSources;
    }

    OperatorTree open(PlanNode root) {
        Inputs inputs = new Inputs(tasks, source -> new Source(sources.get(source.fragmentId())), scan -> {
            openedSystemTables.add(scan);
            return new Source(systemTable);
        }, Broadcasts.of(broadcasts));
        // Measured or not, they do the same.
        return OperatorBuilder.build(root, inputs, context, random.nextBoolean() ? new PlanMeter(root, context) : null);
    }

    /// All rows; fails if a batch is empty or too large, or if memory is left.
    List<List<Object>> run(PlanNode root) {
        List<List<Object>> rows = new ArrayList<>();
        try (Operator operator = open(root)) {
            for (Batch batch = operator.next(); batch != null; batch = operator.next()) {
                if (batch.rowCount() < 1 || batch.rowCount() > Batch.ROWS_MAX) {
                    throw new AssertionError("A batch of " + batch.rowCount() + " rows");
                }
                rows.addAll(TestRows.read(batch, root.output()));
            }
            if (operator.next() != null) {
                throw new AssertionError("A batch after the end");
            }
        }
        if (memory.reservedBytes() != 0) {
            throw new AssertionError(memory.reservedBytes() + " bytes left");
        }
        return rows;
    }

    private final class Source implements Operator {
        private final List<Batch> batches;
        private int next;

        Source(List<Batch> batches) {
            this.batches = batches;
        }

        @Override
        public Batch next() {
            if (context.isCancelled()) {
                batchesAfterCancel++;
            }
            if (batchesBeforeCancel-- == 0) {
                context.cancel(new NarwhalException(ErrorCode.QUERY_CANCELLED, "cancelled by its source"));
            }
            return next == batches.size() ? null : batches.get(next++);
        }

        @Override
        public void close() {
            closedSources++;
        }
    }
}
