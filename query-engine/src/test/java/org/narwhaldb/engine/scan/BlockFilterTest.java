package org.narwhaldb.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.expression.CompiledExpression;
import org.narwhaldb.engine.expression.ExpressionCompiler;
import org.narwhaldb.engine.expression.Selection;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.KernelWarmUp;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.Segments;
import org.roaringbitmap.RoaringBitmap;

/// Blocks filtered against the predicate evaluated row by row: all types and encodings, NULLs, columns that are missing or
/// were widened, dead rows.
class BlockFilterTest {
    private static final int PREDICATES = 150;
    private static final int PREDICATES_FEW = 25;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final MemoryPool pool = MemoryPool.of(1L << 30);
    private final QueryMemory memory = pool.open("test", 0);
    private final QueryContext context = new QueryContext("test", Instant.EPOCH.plus(Duration.ofDays(1)),
            () -> Instant.EPOCH, memory);

    @Test
    void whatPassesIsWhatThePredicateIsTrueOf() {
        RandomTable table = new RandomTable(random, Segment.BLOCK_ROWS + 1 + random.nextInt(5_000), 1_000);
        isFiltered(table, PREDICATES);
        KernelWarmUp.skip();
        isFiltered(table, PREDICATES);
        assertThat(memory.reservedBytes()).isZero();
    }

    @Test
    void codesOfAllWidthsAreFiltered() {
        isFiltered(new RandomTable(random, 2 * Segment.BLOCK_ROWS + 77, 66_000), PREDICATES_FEW);
        KernelWarmUp.skip();
        isFiltered(new RandomTable(random, 300, 200), PREDICATES_FEW);
    }

    private void isFiltered(RandomTable table, int predicates) {
        Path file = directory.resolve("random.segment");
        table.write(file);
        try (Segment segment = Segments.open(file)) {
            for (int round = 0; round < predicates; round++) {
                Expression predicate = table.predicate(1 + random.nextInt(3));
                RoaringBitmap live = liveRows(segment.rowCount());
                RoaringBitmap expected = expected(segment, live, predicate);
                PlanNode.Scan scan = new PlanNode.Scan(0, new TableReference("a", "b"), table.columns(), predicate);
                try (BlockFilter filter = BlockFilter.of(scan, new ScanTask(segment, live), context);
                        BlockFilter another = filter.another()) {
                    assertThat(passed(filter, segment)).as("%s seed %d", predicate, seed).isEqualTo(expected);
                    assertThat(passed(another, segment)).as("another: %s seed %d", predicate, seed).isEqualTo(expected);
                }
            }
        }
    }

    private static RoaringBitmap passed(BlockFilter filter, Segment segment) {
        RoaringBitmap passed = new RoaringBitmap();
        long[] bitmap = new long[Bitmaps.WORDS];
        for (int block = 0; block < segment.blockCount(); block++) {
            int rows = segment.blockRowCount(block);
            long first = (long) block * Segment.BLOCK_ROWS;
            int count = filter.select(block, bitmap);
            if (count == rows) {
                passed.add(first, first + rows);
                continue;
            }
            assertThat(count == 0 || filter.mayPass(block)).isTrue();
            for (int word = 0; count > 0 && word < Bitmaps.words(rows); word++) {
                for (long bits = bitmap[word]; bits != 0; bits &= bits - 1) {
                    passed.add((int) first + (word << 6) + Long.numberOfTrailingZeros(bits));
                    count--;
                }
            }
            assertThat(count).isZero();
        }
        return passed;
    }

    private RoaringBitmap expected(Segment segment, RoaringBitmap live, Expression predicate) {
        RoaringBitmap expected = new RoaringBitmap();
        List<Integer> referenced = new ArrayList<>();
        CompiledExpression compiled = ExpressionCompiler.compile(ScanShape.renumber(predicate, referenced));
        try (Reservation reservation = new Reservation(memory)) {
            ScanColumn[] columns = new ScanColumn[referenced.size()];
            for (int index = 0; index < columns.length; index++) {
                columns[index] = new ScanColumn(segment, RandomTable.COLUMNS.get(referenced.get(index)), reservation);
            }
            int[] selected = new int[Batch.ROWS_MAX];
            for (int row = 0; row < segment.rowCount(); row += Batch.ROWS_MAX) {
                int first = row;
                int count = Math.min(Batch.ROWS_MAX, segment.rowCount() - row);
                List<Column> inputs = new ArrayList<>();
                for (ScanColumn column : columns) {
                    inputs.add(column.read(first, null, count));
                }
                int found = Selection.select(compiled.evaluate(new Batch(count, inputs)), count, selected);
                for (int index = 0; index < found; index++) {
                    if (live == null || live.contains(first + selected[index])) {
                        expected.add(first + selected[index]);
                    }
                }
            }
        }
        return expected;
    }

    private RoaringBitmap liveRows(int rowCount) {
        RoaringBitmap live = new RoaringBitmap();
        live.add(0L, rowCount);
        switch (random.nextInt(4)) {
            case 0 -> {
                return null;
            }
            case 1 -> live.remove(0L, Math.min(rowCount, Segment.BLOCK_ROWS));
            case 2 -> random.ints(500, 0, rowCount).forEach(live::remove);
            default -> {
                live.clear();
                random.ints(1 + random.nextInt(2_000), 0, rowCount).forEach(live::add);
            }
        }
        if (random.nextBoolean()) {
            live.runOptimize();
        }
        return live;
    }

    @Test
    void aTextThatNoValueEqualsOpensNoBlock() {
        RandomTable table = new RandomTable(random, 1_000, 100);
        Path file = directory.resolve("random.segment");
        table.write(file);
        Expression predicate = RandomTable.compare(0, "no such word".getBytes(StandardCharsets.UTF_8));
        try (Segment segment = Segments.open(file);
                BlockFilter filter = BlockFilter.of(
                        new PlanNode.Scan(0, new TableReference("a", "b"), table.columns(), predicate),
                        new ScanTask(segment, null), context)) {
            assertThat(filter.mayPass(0)).isFalse();
            assertThat(filter.select(0, new long[Bitmaps.WORDS])).isZero();
        }
    }
}
