package org.narwhaldb.server.partial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.AggregateStates;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.Segments;
import org.roaringbitmap.RoaringBitmap;

final class PartialRunsTest {
    private static final List<Field> FIELDS = List.of(new Field(1, "day", ColumnType.LONG, false),
            new Field(2, "color", ColumnType.STRING, true), new Field(3, "amount", ColumnType.LONG, true),
            new Field(4, "score", ColumnType.DOUBLE, true));
    private static final int DAY = 0;
    private static final int COLOR = 1;
    private static final int AMOUNT = 2;
    private static final int SCORE = 3;

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final MemoryPool pool = MemoryPool.of(1L << 30);
    private final List<Segment> open = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        open.forEach(Segment::close);
        assertThat(pool.reservedBytes()).isZero();
    }

    /// Rows of one day each.
    private Pair pair(int day, int rows) {
        String id = "segment-%d-%x".formatted(open.size(), random.nextLong());
        Path file = directory.resolve(id);
        try (SegmentBuilder builder = Segments.builder(FIELDS, List.of())) {
            for (int row = 0; row < rows; row++) {
                builder.column(DAY).appendLong(day);
                byte[] color = ("color " + random.nextInt(6)).getBytes(StandardCharsets.UTF_8);
                if (random.nextInt(9) == 0) {
                    builder.column(COLOR).appendNull();
                } else {
                    builder.column(COLOR).appendBytes(color, 0, color.length);
                }
                builder.column(AMOUNT).appendLong(random.nextInt(1_000_000));
                builder.column(SCORE).appendDouble(random.nextGaussian());
                builder.origin(0, row);
                builder.endRow();
            }
            builder.write(file, id);
        }
        Segment segment = Segments.open(file);
        open.add(segment);
        return new Pair(new PairId(id, ""), new ScanTask(segment, null));
    }

    /// The same segment after some deletes.
    private static Pair without(Pair pair, String liveRowsId, int... rows) {
        RoaringBitmap live = new RoaringBitmap();
        live.add(0L, pair.task().segment().rowCount());
        Arrays.stream(rows).forEach(live::remove);
        return new Pair(new PairId(pair.id().segmentId(), liveRowsId), new ScanTask(pair.task().segment(), live));
    }

    private List<Pair> pairs(int count) {
        List<Pair> pairs = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            pairs.add(pair(index, 1 + random.nextInt(200)));
        }
        return pairs;
    }

    private static PlanNode.Scan scan(Long firstDay) {
        Expression predicate = firstDay == null ? null : new Expression.Call(ScalarFunction.GREATER_OR_EQUAL,
                List.of(new Expression.InputReference(DAY, ColumnType.LONG), new Expression.Literal(firstDay, ColumnType.LONG)),
                ColumnType.BOOLEAN);
        return new PlanNode.Scan(0, new TableReference("main", "t"), FIELDS, predicate);
    }

    private static PlanNode aggregate(PlanNode input, int... keys) {
        List<Integer> list = Arrays.stream(keys).boxed().toList();
        List<AggregateCall> calls = List.of(
                new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, -1, "n", ColumnType.LONG),
                new AggregateCall(AggregateFunction.SUM, List.of(AMOUNT), false, -1, "amount", ColumnType.decimal(38, 0)),
                new AggregateCall(AggregateFunction.SUM, List.of(SCORE), false, -1, "score", ColumnType.DOUBLE));
        return new PlanNode.Aggregate(input, PlanNode.AggregateMode.PARTIAL, list, calls,
                AggregateStates.partialOutput(input.output(), list, calls));
    }

    private record Answer(List<List<Object>> rows, PartialRuns.Done done) {
        /// Groups with their counts and exact sums.
        Map<String, List<Long>> totals() {
            Map<String, List<Long>> totals = new TreeMap<>();
            for (List<Object> row : rows) {
                String key = row.get(0) == null ? "NULL" : (String) row.get(0);
                long amount = row.get(2) == null ? 0 : Long.parseLong(row.get(2).toString());
                totals.merge(key, List.of((Long) row.get(1), amount), (a, b) -> List.of(a.get(0) + b.get(0), a.get(1) + b.get(1)));
            }
            return totals;
        }
    }

    private Answer run(PartialCache cache, PlanNode root, List<Pair> pairs) {
        QueryMemory account = pool.open("q", 0);
        try {
            QueryContext context = new QueryContext("q", Instant.MAX, () -> Instant.EPOCH, account);
            FragmentRequest request = new FragmentRequest("q", 1, 0, 0, "main.t", "v-1", root,
                    pairs.stream().map(Pair::id).toList(), List.of(), false, Long.MAX_VALUE, 0);
            List<List<Object>> rows = new ArrayList<>();
            PartialRuns.Done done = new PartialRuns(cache).run(request, pairs, context, batch -> add(batch, root.output(), rows));
            assertThat(done.rows()).isEqualTo(rows.size());
            return new Answer(rows, done);
        } finally {
            pool.close(account);
        }
    }

    private static void add(Batch batch, List<Field> fields, List<List<Object>> target) {
        for (int row = 0; row < batch.rowCount(); row++) {
            List<Object> values = new ArrayList<>();
            for (int column = 0; column < fields.size(); column++) {
                Object value = Columns.valueAt(batch.column(column), row, fields.get(column).type());
                values.add(value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value);
            }
            target.add(values);
        }
    }

    @Test
    void whatIsKeptIsWhatWasComputedToTheLastDigit() {
        List<Pair> pairs = pairs(60);
        for (PlanNode root : List.of(aggregate(scan(null), COLOR), aggregate(scan(30L), COLOR), aggregate(scan(30L)),
                new PlanNode.Sort(scan(3L), List.of(new SortOrder(AMOUNT, true, true)), 0, 5))) {
            PartialCache cache = new PartialCache(16 << 20);
            Answer computed = run(cache, root, pairs);
            Answer found = run(cache, root, pairs);

            assertThat(computed.done().hits()).as("seed %d", seed).isZero();
            assertThat(found.done().hits()).isEqualTo(computed.done().misses());
            assertThat(found.done().misses()).isZero();
            assertThat(found.rows()).as("seed %d", seed).isEqualTo(computed.rows());
            assertThat(cache.bytes()).isBetween(1L, cache.bytesMax());
        }
    }

    @Test
    void theAnswerIsThatWithoutACache() {
        List<Pair> pairs = pairs(60);
        PartialCache cache = new PartialCache(16 << 20);
        for (Long first : Arrays.asList(null, 0L, 17L, 59L, 60L)) {
            PlanNode root = aggregate(scan(first), COLOR);
            Map<String, List<Long>> expected = run(PartialCache.off(), root, pairs).totals();

            assertThat(run(cache, root, pairs).totals()).as("seed %d", seed).isEqualTo(expected);
            assertThat(run(cache, root, pairs).totals()).as("seed %d", seed).isEqualTo(expected);
        }
    }

    /// The groups with the largest counts: a final aggregate and a top-N where the groups are.
    private static PlanNode largest(PlanNode.Aggregate partial) {
        List<AggregateCall> calls = partial.calls().stream().map(call -> new AggregateCall(
                call.function(), call.arguments(), false, -1, call.name(), call.type())).toList();
        return new PlanNode.Sort(new PlanNode.Aggregate(partial, PlanNode.AggregateMode.FINAL, List.of(0), calls, partial.output()),
                List.of(new SortOrder(1, true, false), new SortOrder(2, true, false)), 0, 3);
    }

    @Test
    void whatIsAboveAPartialAggregateReadsItsKeptAnswers() {
        List<Pair> pairs = pairs(60);
        PartialCache cache = new PartialCache(16 << 20);
        PlanNode.Aggregate partial = (PlanNode.Aggregate) aggregate(scan(9L), COLOR);
        Map<String, List<Long>> groups = run(PartialCache.off(), partial, pairs).totals();
        List<List<Long>> expected = groups.values().stream().sorted(Comparator.comparing((List<Long> group) -> -group.get(0))
                .thenComparing(group -> -group.get(1))).limit(3).toList();

        Answer computed = run(cache, largest(partial), pairs);
        Answer found = run(cache, largest(partial), pairs);

        assertThat(computed.totals().values()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(found.rows()).as("seed %d", seed).isEqualTo(computed.rows());
        assertThat(found.done().hits()).isEqualTo(computed.done().misses()).isPositive();
        assertThat(found.done().misses()).isZero();
        // they are kept by what the leaf is, whatever is above it
        assertThat(run(cache, partial, pairs).done().misses()).isZero();
    }

    @Test
    void aNewSegmentLeavesAllUnitsButItsOwn() {
        PartialCache cache = new PartialCache(16 << 20);
        PlanNode root = aggregate(scan(null), COLOR);
        List<Pair> pairs = pairs(50);
        int units = run(cache, root, pairs).done().misses();
        List<Pair> more = new ArrayList<>(pairs);
        more.add(random.nextInt(more.size() + 1), pair(7, 100));

        Answer answer = run(cache, root, more);

        // the new one's unit, and the rest of the one that it may have cut in two
        assertThat(answer.done().misses()).as("seed %d", seed).isBetween(1, 2);
        assertThat(answer.done().hits()).isEqualTo(units - 1);
        assertThat(answer.totals()).isEqualTo(run(PartialCache.off(), root, more).totals());
    }

    @Test
    void aDeleteIsAnotherPair() {
        PartialCache cache = new PartialCache(16 << 20);
        PlanNode root = aggregate(scan(null), COLOR);
        List<Pair> pairs = pairs(40);
        run(cache, root, pairs);
        int deleted = random.nextInt(pairs.size());
        List<Pair> after = new ArrayList<>(pairs);
        after.set(deleted, without(pairs.get(deleted), "deletes-1", 0));

        Answer answer = run(cache, root, after);

        assertThat(answer.done().misses()).as("seed %d", seed).isEqualTo(1);
        assertThat(answer.totals()).isEqualTo(run(PartialCache.off(), root, after).totals());
        assertThat(answer.totals()).isNotEqualTo(run(cache, root, pairs).totals());
    }

    @Test
    void aFilterThatMovesOnIsNoOtherQuestionOfWhatLiesWithinIt() {
        PartialCache cache = new PartialCache(16 << 20);
        List<Pair> pairs = new ArrayList<>();
        for (int day = 0; day < 6; day++) {
            pairs.add(pair(day, Units.SMALL_ROWS + 1));
        }
        assertThat(run(cache, aggregate(scan(1L), COLOR), pairs).done().misses()).isEqualTo(6);

        Answer next = run(cache, aggregate(scan(2L), COLOR), pairs);

        // days 0 and 1 are asked something else than before
        assertThat(next.done().hits()).as("seed %d", seed).isEqualTo(4);
        assertThat(next.totals()).isEqualTo(run(PartialCache.off(), aggregate(scan(2L), COLOR), pairs).totals());
    }

    @Test
    void manyGroupsAreNotCut() {
        PartialCache cache = new PartialCache(16 << 20);
        List<Pair> pairs = pairs(40);

        // nobody knows how many sums there are
        assertThat(run(cache, aggregate(scan(null), SCORE), pairs).done().misses()).isEqualTo(1);
        assertThat(run(cache, aggregate(scan(null), SCORE), pairs).done().hits()).isEqualTo(1);
    }

    @Test
    void whatYieldsAllRowsIsNotKept() {
        PartialCache cache = new PartialCache(16 << 20);

        Answer answer = run(cache, scan(3L), pairs(10));

        assertThat(answer.done().misses() + answer.done().hits()).isZero();
        assertThat(cache.entryCount()).isZero();
    }

    @Test
    void itStaysWithinItsBounds() {
        PartialCache cache = new PartialCache(200_000);
        List<Pair> pairs = pairs(30);
        for (long first = 0; first < 200; first++) {
            PlanNode root = aggregate(scan(first % 31), first % 2 == 0 ? new int[] {COLOR} : new int[] {COLOR, DAY});
            assertThat(run(cache, root, pairs).totals()).isEqualTo(run(PartialCache.off(), root, pairs).totals());
            assertThat(cache.bytes()).isLessThanOrEqualTo(cache.bytesMax());
        }
    }
}
