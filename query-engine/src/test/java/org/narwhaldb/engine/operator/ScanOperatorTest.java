package org.narwhaldb.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.execution.ProcessResources;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.execution.WorkerPool;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.AggregateStates;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.JoinType;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.roaringbitmap.RoaringBitmap;

class ScanOperatorTest {
    private static final ColumnType[] TYPES = {
        ColumnType.STRING, ColumnType.LONG, ColumnType.DOUBLE, ColumnType.decimal(30, 4), ColumnType.BOOLEAN,
        ColumnType.struct(TestRows.fields(ColumnType.LONG, ColumnType.LONG)), ColumnType.LONG
    };
    private static final AggregateCall COUNT =
            new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, -1, "n", ColumnType.LONG);
    private static final TableReference TABLE = new TableReference("test", "rows");

    @TempDir
    Path directory;

    private TestSegments segments;

    private final Seed seed = new Seed();
    private final RandomGenerator random = seed.random();

    @BeforeEach
    void openSegments() {
        segments = new TestSegments(directory);
    }

    @AfterEach
    void closeSegments() {
        segments.close();
    }

    @Test
    void aScanYieldsTheMatchingLiveRowsOfAllSegmentsInOrder() {
        for (int round = 0; round < 12; round++) {
            Case predicate = CASES.get(round % CASES.size());
            TestQuery query = new TestQuery(random);
            List<List<Object>> expected = new ArrayList<>();
            List<Field> fields = TestRows.fields(TYPES);
            for (int segment = 0; segment < 3; segment++) {
                TestRows rows = numbered(random.nextInt(12_000), 40);
                RoaringBitmap live = liveRows(rows.rows().size());
                query.scans(new ScanTask(segments.of("s" + segment, rows), live));
                expected.addAll(expected(rows, live, predicate.test()));
            }

            List<List<Object>> rows = query.run(new PlanNode.Scan(0, TABLE, fields, predicate.expression()));

            assertThat(rows).as("%s %s", predicate.expression(), seed).isEqualTo(expected);
        }
    }

    @Test
    void aJoinWithABroadcastSparesTheScanRowsWithoutAMatch() {
        for (JoinType type : List.of(JoinType.INNER, JoinType.SEMI, JoinType.LEFT, JoinType.ANTI)) {
            TestRows scanned = numbered(random.nextInt(150_000), 40);
            RoaringBitmap live = liveRows(scanned.rows().size());
            TestRows built = TestRows.random(random, 30, 1_000, ColumnType.LONG, ColumnType.STRING);
            built.rows().forEach(row -> row[0] = row[0] == null ? null : Math.abs((Long) row[0]) * 7);
            List<List<List<Object>>> answers = new ArrayList<>();
            Segment segment = segments.of(type.name(), scanned);
            for (boolean isBroadcast : new boolean[] {false, true}) {
                TestQuery query = new TestQuery(random);
                query.scans(new ScanTask(segment, live));
                PlanNode right = isBroadcast ? query.broadcast(built) : query.source(built);
                boolean yieldsPairs = type == JoinType.INNER || type == JoinType.LEFT;
                List<Field> both = Stream.concat(scanned.fields().stream(), built.fields().stream()).toList();
                answers.add(query.run(new PlanNode.Join(type, new PlanNode.Scan(0, TABLE, scanned.fields(), null), right,
                        List.of(6), List.of(0), null, yieldsPairs ? both : scanned.fields())));
            }
            assertThat(answers.get(1)).as("%s %s", type, seed).isEqualTo(answers.get(0));
        }
    }

    @Test
    void lanesYieldTheSameRowsInTheSameOrderWhateverTheNumberOfThreads() {
        List<Object[]> values = new ArrayList<>();
        for (int row = 0; row < 300_000; row++) {
            values.add(new Object[] {(long) row, row % 7 == 0 ? null : (long) random.nextInt(1_000)});
        }
        TestRows rows = new TestRows(TestRows.fields(ColumnType.LONG, ColumnType.LONG), values);
        Segment segment = segments.of("s", rows);
        RoaringBitmap live = liveRows(values.size());
        TestRows built = TestRows.random(random, 300, 1_000, ColumnType.LONG);
        Set<Object> keys = built.rows().stream().map(row -> row[0]).filter(Objects::nonNull).collect(Collectors.toSet());
        List<List<Object>> expected = new ArrayList<>();
        for (int row = 0; row < values.size(); row++) {
            if ((live == null || live.contains(row)) && values.get(row)[1] != null && keys.contains(values.get(row)[1])) {
                expected.add(TestRows.plain(values.get(row)));
            }
        }
        for (int threads = 1; threads <= 3; threads += 2) {
            try (WorkerPool workers = new WorkerPool(threads)) {
                TestQuery query = new TestQuery(random);
                query.context.use(new ProcessResources(workers, null));
                query.scans(new ScanTask(segment, live));
                PlanNode join = new PlanNode.Join(JoinType.SEMI, new PlanNode.Scan(0, TABLE, rows.fields(), null),
                        query.broadcast(built), List.of(1), List.of(0), null, rows.fields());
                assertThat(query.run(join)).as(seed.toString()).isEqualTo(expected);

                List<Field> states = AggregateStates.partialOutput(rows.fields(), List.of(), List.of(COUNT));
                List<List<Object>> counts = query.run(new PlanNode.Aggregate(
                        join, PlanNode.AggregateMode.PARTIAL, List.of(), List.of(COUNT), states));
                assertThat(counts.stream().mapToLong(count -> (Long) count.getFirst()).sum()).isEqualTo(expected.size());
                assertThat(counts).hasSizeGreaterThan(1);
            }
        }
    }

    @Test
    void blocksWithoutAKeyOfTheBroadcastAreNotRead() {
        TestRows rows = numbered(200_000, 10);
        TestQuery query = new TestQuery(random);
        query.scans(new ScanTask(segments.of("s", rows), null));
        TestRows built = new TestRows(TestRows.fields(ColumnType.LONG), List.<Object[]>of(
                new Object[] {70_000L}, new Object[] {199_999L}, new Object[] {null}));
        PlanNode join = new PlanNode.Join(JoinType.SEMI, new PlanNode.Scan(0, TABLE, rows.fields(), null), query.broadcast(built),
                List.of(6), List.of(0), null, rows.fields());

        try (OperatorTree tree = query.open(join)) {
            assertThat(tree.next().rowCount()).isEqualTo(1);
            assertThat(tree.next().rowCount()).isEqualTo(1);
            assertThat(tree.next()).isNull();
            assertThat(tree.metrics().blocksSkipped()).isEqualTo(2);
        }
    }

    @Test
    void blocksThatCannotMatchAndBlocksWithoutLiveRowsAreNotRead() {
        TestRows rows = numbered(200_000, 10);
        RoaringBitmap live = new RoaringBitmap();
        live.add(70_000L, 200_000L);
        Expression predicate = call(ScalarFunction.LESS, reference(6, ColumnType.LONG), literal(140_000L));
        PlanNode scan = new PlanNode.Scan(0, TABLE, rows.fields(), predicate);
        TestQuery query = new TestQuery(random);
        query.scans(new ScanTask(segments.of("s", rows), live));

        long rowCount = 0;
        try (OperatorTree tree = query.open(scan)) {
            for (Batch batch = tree.next(); batch != null; batch = tree.next()) {
                rowCount += batch.rowCount();
            }
            assertThat(rowCount).isEqualTo(70_000);
            assertThat(tree.metrics().blocksSkipped()).isEqualTo(2);
            assertThat(tree.metrics().blocksScanned()).isEqualTo(2);
            assertThat(tree.metrics().rowsScanned()).isEqualTo(196_608 - 70_000);
        }
    }

    @Test
    void aTextThatNoValueEqualsReadsNoRow() {
        TestRows rows = numbered(5_000, 10);
        PlanNode scan = new PlanNode.Scan(0, TABLE, rows.fields(),
                call(ScalarFunction.EQUAL, reference(0, ColumnType.STRING), text("aardvark")));
        TestQuery query = new TestQuery(random);
        query.scans(new ScanTask(segments.of("s", rows), null));

        try (OperatorTree tree = query.open(scan)) {
            assertThat(tree.next()).isNull();
            assertThat(tree.metrics().rowsScanned()).isZero();
        }
    }

    @Test
    void batchesOfASegmentShareOneDictionary() {
        TestRows rows = numbered(10_000, 10);
        TestQuery query = new TestQuery(random);
        query.scans(new ScanTask(segments.of("s", rows), null));
        try (OperatorTree tree = query.open(new PlanNode.Scan(0, TABLE, rows.fields(), null))) {
            BytesColumn first = (BytesColumn) tree.next().column(0);
            BytesColumn second = (BytesColumn) tree.next().column(0);
            assertThat(second.offsets()).isSameAs(first.offsets());
            assertThat(second.bytes()).isSameAs(first.bytes());
        }
    }

    @Test
    void ofAHugeDictionaryOnlyTheWantedValuesAreRead() {
        TestRows rows = numbered(100_000, 10);
        for (int row = 0; row < rows.rows().size(); row++) {
            rows.rows().get(row)[0] = ("a rather long and unique text number " + row).getBytes(StandardCharsets.UTF_8);
        }
        Expression predicate = call(ScalarFunction.IN, reference(6, ColumnType.LONG), literal(5L), literal(99_000L));
        TestQuery query = new TestQuery(random);
        query.scans(new ScanTask(segments.of("s", rows), null));

        List<List<Object>> found = query.run(new PlanNode.Scan(0, TABLE, rows.fields(), predicate));

        assertThat(found).extracting(List::getFirst)
                .containsExactly("a rather long and unique text number 5",
                        "a rather long and unique text number 99000");
        assertThat(query.memory.peak()).isLessThan(2 << 20);
    }

    @Test
    void aPredicateThatFailsOnADeadRowOrOnAValueFilteredBeforeDoesNotFailTheQuery() {
        TestRows rows = new TestRows(TestRows.fields(ColumnType.STRING, ColumnType.LONG), new ArrayList<>());
        for (String value : List.of("1", "dead", "2", "3")) {
            rows.rows().add(new Object[] {value.getBytes(StandardCharsets.UTF_8), value.equals("dead") ? 0L : 1L});
        }
        RoaringBitmap live = RoaringBitmap.bitmapOf(0, 2, 3);
        Expression number = new Expression.Call(ScalarFunction.CAST, List.of(reference(0, ColumnType.STRING)),
                ColumnType.LONG);
        Expression divided = new Expression.Call(ScalarFunction.DIVIDE,
                List.of(literal(6L), reference(1, ColumnType.LONG)), ColumnType.LONG);
        Expression predicate = call(ScalarFunction.AND,
                call(ScalarFunction.GREATER, number, literal(1L)), call(ScalarFunction.EQUAL, divided, literal(6L)));
        TestQuery query = new TestQuery(random);
        query.scans(new ScanTask(segments.of("s", rows), live));

        assertThat(query.run(new PlanNode.Scan(0, TABLE, rows.fields(), predicate)))
                .containsExactly(List.of("2", 1L), List.of("3", 1L));
    }

    @Test
    void narrowerTypesWidenAndMissingColumnsAreNull() {
        ColumnType oldStruct = ColumnType.struct(List.of(new Field(10, "a", ColumnType.INT, true),
                new Field(11, "gone", ColumnType.INT, true)));
        ColumnType newStruct = ColumnType.struct(List.of(new Field(12, "late", ColumnType.INT, true),
                new Field(10, "a", ColumnType.LONG, true)));
        TestRows rows = new TestRows(TestRows.fields(ColumnType.INT, ColumnType.FLOAT, ColumnType.decimal(9, 2),
                ColumnType.DATE, oldStruct),
                new ArrayList<>());
        rows.rows().add(new Object[] {7L, 1.5, -995L, 2L, new Object[] {1L, 2L}});
        rows.rows().add(new Object[] {null, null, null, null, null});
        List<Field> fields = new ArrayList<>(TestRows.fields(
                ColumnType.LONG, ColumnType.DOUBLE, ColumnType.decimal(30, 2), ColumnType.TIMESTAMP, newStruct));
        fields.add(new Field(99, "added", ColumnType.STRING, true));
        TestQuery query = new TestQuery(random);
        query.scans(new ScanTask(segments.of("s", rows), null));

        List<List<Object>> found = query.run(new PlanNode.Scan(0, TABLE, fields, null));

        assertThat(found.getFirst()).containsExactly(
                7L, 1.5, BigInteger.valueOf(-995), 172_800_000_000L, Arrays.asList(null, 1L), null);
        assertThat(found.getLast()).containsOnlyNulls();
        Expression later = call(ScalarFunction.GREATER, reference(3, ColumnType.TIMESTAMP),
                new Expression.Literal(172_799_999_999L, ColumnType.TIMESTAMP));
        assertThat(query.run(new PlanNode.Scan(0, TABLE, fields, later))).hasSize(1);
        Expression added = call(ScalarFunction.IS_NOT_NULL, reference(5, ColumnType.STRING));
        assertThat(query.run(new PlanNode.Scan(0, TABLE, fields, added))).isEmpty();
    }

    @Test
    void aTypeThatDoesNotWidenIsRefusedByName() {
        TestRows rows = numbered(1, 1);
        List<Field> fields = List.of(new Field(0, "c0", ColumnType.LONG, true));
        TestQuery query = new TestQuery(random);
        query.scans(new ScanTask(segments.of("s1", rows), null));

        assertThatThrownBy(() -> query.run(new PlanNode.Scan(0, TABLE, fields, null)))
                .hasMessageContaining("Segment [s1] holds column [c0] as [STRING]")
                .isInstanceOfSatisfying(NarwhalException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_MISMATCH));
    }

    @Test
    void rowsAreCountedWithoutReadingAColumn() {
        TestRows rows = numbered(10_000, 10);
        TestQuery query = new TestQuery(random);
        query.scans(new ScanTask(segments.of("s", rows), RoaringBitmap.bitmapOf(3, 9_999)));

        assertThat(query.run(new PlanNode.Scan(0, TABLE, List.of(), null))).hasSize(2);
    }

    private record Case(Expression expression, Predicate<Object[]> test) {}

    private static final List<Case> CASES = List.of(
            new Case(null, _ -> true),
            new Case(call(ScalarFunction.EQUAL, reference(0, ColumnType.STRING), text("ab")),
                    row -> "ab".equals(TestRows.plain(row[0]))),
            new Case(call(ScalarFunction.LIKE, reference(0, ColumnType.STRING), text("a%")),
                    row -> row[0] != null && TestRows.plain(row[0]).toString().startsWith("a")),
            new Case(call(ScalarFunction.IS_NULL, reference(0, ColumnType.STRING)), row -> row[0] == null),
            new Case(call(ScalarFunction.AND,
                    call(ScalarFunction.GREATER, reference(1, ColumnType.LONG), literal(3L)),
                    call(ScalarFunction.IN, reference(0, ColumnType.STRING), text("narwhal"), text("b"),
                            text("no such word")),
                    call(ScalarFunction.LESS, reference(6, ColumnType.LONG), literal(5_000L))),
                    row -> row[1] != null && (Long) row[1] > 3 && (Long) row[6] < 5_000
                            && ("narwhal".equals(TestRows.plain(row[0])) || "b".equals(TestRows.plain(row[0])))),
            new Case(call(ScalarFunction.OR,
                    call(ScalarFunction.EQUAL, reference(0, ColumnType.STRING), text("b")),
                    call(ScalarFunction.GREATER, reference(1, ColumnType.LONG), literal(30L))),
                    row -> "b".equals(TestRows.plain(row[0])) || row[1] != null && (Long) row[1] > 30));

    private TestRows numbered(int count, int distinct) {
        TestRows rows = TestRows.random(random, count, distinct, TYPES);
        for (int row = 0; row < count; row++) {
            rows.rows().get(row)[6] = (long) row;
        }
        return rows;
    }

    private RoaringBitmap liveRows(int count) {
        if (random.nextInt(3) == 0) {
            return null;
        }
        RoaringBitmap live = new RoaringBitmap();
        int one = 1 + random.nextInt(50);
        for (int row = 0; row < count; row++) {
            if (random.nextInt(one) != 1) {
                live.add(row);
            }
        }
        return live;
    }

    private static List<List<Object>> expected(TestRows rows, RoaringBitmap live, Predicate<Object[]> test) {
        List<List<Object>> expected = new ArrayList<>();
        for (int row = 0; row < rows.rows().size(); row++) {
            if ((live == null || live.contains(row)) && test.test(rows.rows().get(row))) {
                expected.add(TestRows.plain(rows.rows().get(row)));
            }
        }
        return expected;
    }

    private static Expression call(ScalarFunction function, Expression... arguments) {
        return new Expression.Call(function, List.of(arguments), ColumnType.BOOLEAN);
    }

    private static Expression reference(int column, ColumnType type) {
        return new Expression.InputReference(column, type);
    }

    private static Expression literal(long value) {
        return new Expression.Literal(value, ColumnType.LONG);
    }

    private static Expression text(String text) {
        return new Expression.Literal(text.getBytes(StandardCharsets.UTF_8), ColumnType.STRING);
    }
}
