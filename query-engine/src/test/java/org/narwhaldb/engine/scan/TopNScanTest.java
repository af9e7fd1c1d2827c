package org.narwhaldb.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.FragmentExecutor.Inputs;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.operator.OperatorBuilder;
import org.narwhaldb.engine.operator.OperatorTree;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.Segments;
import org.roaringbitmap.RoaringBitmap;

/// A top-N over a scan finds the sort keys that a full sort finds, whatever it leaves out on the way.
class TopNScanTest {
    private static final int ROUNDS = 25;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final MemoryPool pool = MemoryPool.of(1L << 30);

    @Test
    void theBestRowsAreThoseOfAFullSort() {
        RandomTable table = new RandomTable(random, Segment.BLOCK_ROWS + 3_000, 100);
        Path file = directory.resolve("a.segment");
        table.write(file);
        RandomTable small = new RandomTable(random, 5_000, 100);
        Path other = directory.resolve("b.segment");
        small.write(other);
        try (Segment a = Segments.open(file); Segment b = Segments.open(other)) {
            RoaringBitmap live = new RoaringBitmap();
            random.ints(20_000, 0, a.rowCount()).forEach(live::add);
            for (int round = 0; round < ROUNDS; round++) {
                Expression predicate = random.nextBoolean() ? table.predicate(1) : null;
                List<ScanTask> tasks = List.of(new ScanTask(a, random.nextBoolean() ? live : null),
                        new ScanTask(b, null));
                int column = new int[] {3, 4, 6, 7, 8, 9, 12, 13, 14, 16}[random.nextInt(10)];
                SortOrder order = new SortOrder(0, random.nextBoolean(), random.nextBoolean());
                int limit = 1 + random.nextInt(300);
                List<Object> best = keys(tasks, predicate, column, order, limit);
                List<Object> all = keys(tasks, predicate, column, order, -1);
                assertThat(best).as("%s %s %d seed %d", predicate, order, column, seed)
                        .isEqualTo(all.subList(0, Math.min(limit, all.size())));
            }
        }
    }

    private List<Object> keys(List<ScanTask> tasks, Expression predicate, int column, SortOrder order, int limit) {
        QueryMemory memory = pool.open("test", 0);
        QueryContext context = new QueryContext("test", Instant.EPOCH.plus(Duration.ofDays(1)), () -> Instant.EPOCH,
                memory);
        PlanNode scan = new PlanNode.Scan(0, new TableReference("a", "b"), RandomTable.COLUMNS, predicate);
        ColumnType type = RandomTable.COLUMNS.get(column).type();
        PlanNode key = new PlanNode.Project(scan, List.of(new Expression.InputReference(column, type)),
                List.of(new Field(0, "key", type, true)));
        PlanNode sort = new PlanNode.Sort(key, List.of(order), 0, limit);
        List<Object> keys = new ArrayList<>();
        try (OperatorTree tree = OperatorBuilder.build(sort, Inputs.ofScan(tasks), context, null)) {
            for (Batch batch = tree.next(); batch != null; batch = tree.next()) {
                for (int row = 0; row < batch.rowCount(); row++) {
                    Object value = Columns.valueAt(batch.column(0), row, type);
                    keys.add(value instanceof Double real && real == 0 ? (Object) 0.0 : value);
                }
            }
        }
        assertThat(memory.reservedBytes()).isZero();
        pool.close(memory);
        return keys;
    }
}
