package org.narwhaldb.engine.leaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Int128;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.ProcessResources;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.execution.WorkerPool;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.AggregateStates;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.engine.profile.PlanMeter;
import org.narwhaldb.engine.scan.ScanMetrics;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Leaves on codes against the general operators, which know nothing of codes: same answers, whatever the segments, and the
/// same digits whatever the number of threads.
class LeafAggregateTest {
    private static final int QUERIES = 40;
    private static final TableReference TABLE = new TableReference("a", "b");

    @TempDir
    Path directory;

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final RandomGenerator random = new Random(seed);
    /// how values were counted last
    private String countsPath;

    @Test
    void leavesAnswerAsTheGeneralOperatorsDo() {
        try (LeafTable table = new LeafTable(random, directory, 67_000, 1_000, 5_000, 1);
                WorkerPool workers = new WorkerPool(3)) {
            ProcessResources resources = new ProcessResources(workers, new GlobalDictionaries(3 << 20));
            int answeredByLeaf = 0;
            for (int query = 0; query < QUERIES; query++) {
                PlanNode.Aggregate partial = randomQuery(table);
                TreeMap<String, List<Object>> expected = general(partial, table);
                Answer answer = leaf(partial, table, resources, Long.MAX_VALUE);
                answeredByLeaf += answer.path.startsWith("general") ? 0 : 1;
                assertSame(answer.rows, expected, partial.keys().size(), "%s %s -Dnarwhal.seed=%d".formatted(
                        answer.path, partial, seed));
            }
            assertThat(answeredByLeaf).as("-Dnarwhal.seed=%d", seed).isGreaterThan(QUERIES / 4);
        }
    }

    @Test
    void keysWithoutAggregatesAreBitsHoweverManyThereCouldBe() {
        try (LeafTable table = new LeafTable(random, directory, 67_000, 66_000, 1);
                WorkerPool workers = new WorkerPool(3)) {
            ProcessResources resources = new ProcessResources(workers, new GlobalDictionaries(1 << 28));
            List<Expression> all = List.of(column(table, LeafTable.FEW), column(table, LeafTable.SMALL), column(table, LeafTable.MANY),
                    column(table, LeafTable.FLAG), column(table, LeafTable.DAY));
            for (int query = 0; query < 8; query++) {
                List<Expression> keys = all.stream().filter(_ -> random.nextInt(3) > 0).toList();
                if (keys.isEmpty()) {
                    continue;
                }
                PlanNode.Aggregate partial =
                        aggregate(table, random.nextBoolean() ? null : randomPredicate(table), keys, List.of(), List.of());
                Answer answer = leaf(partial, table, resources, Long.MAX_VALUE);
                assertSame(answer.rows, general(partial, table), keys.size(),
                        "%s %s -Dnarwhal.seed=%d".formatted(answer.path, partial, seed));
            }
            PlanNode.Aggregate wide = aggregate(table, null,
                    List.of(column(table, LeafTable.MANY), column(table, LeafTable.FEW)), List.of(), List.of());
            assertThat(leaf(wide, table, resources, Long.MAX_VALUE).path).startsWith("dense").contains("SEEN");
        }
    }

    @Test
    void distinctValuesAreCountedAsTheGeneralOperatorsCountThem() {
        try (LeafTable table = new LeafTable(random, directory, 67_000, 3_000, 1);
                WorkerPool workers = new WorkerPool(3)) {
            ProcessResources resources = new ProcessResources(workers, new GlobalDictionaries(1 << 28));
            for (int query = 0; query < 30; query++) {
                List<Expression> columns = new ArrayList<>(List.of(randomKey(table)));
                for (int key = random.nextInt(3); key > 0; key--) {
                    columns.add(randomKey(table));
                }
                PlanNode.Aggregate partial = aggregate(table, random.nextInt(3) == 0 ? null : randomPredicate(table), columns, List.of(),
                        List.of());
                assertThat(counts(partial, table, resources, false)).as("%s -Dnarwhal.seed=%d", partial, seed)
                        .isEqualTo(counts(partial, table, resources, true));
            }
            PlanNode.Aggregate bits = aggregate(table, null,
                    List.of(column(table, LeafTable.MANY), column(table, LeafTable.FEW)), List.of(), List.of());
            assertThat(counts(bits, table, resources, false)).isEqualTo(counts(bits, table, resources, true));
            assertThat(countsPath).startsWith("bits of dense");
        }
    }

    /// Counts of the first column by the others.
    ///
    /// @param general by an aggregate with DISTINCT over all rows
    private TreeMap<String, List<Object>> counts(
            PlanNode.Aggregate partial, LeafTable table, ProcessResources resources, boolean general) {
        List<Integer> keys = new ArrayList<>(partial.keys());
        keys.removeFirst();
        List<Field> output = new ArrayList<>(keys.stream().map(key -> partial.output().get(key)).toList());
        output.add(new Field(output.size(), "n", ColumnType.LONG, false));
        List<AggregateCall> calls = List.of(
                new AggregateCall(AggregateFunction.COUNT, List.of(0), general, -1, "n", ColumnType.LONG));
        PlanNode.Project project = (PlanNode.Project) partial.input();
        PlanNode input = general
                ? new PlanNode.Project(new PlanNode.Limit(project.input(), 0, Long.MAX_VALUE), project.expressions(), project.output())
                : new PlanNode.Aggregate(partial, AggregateMode.FINAL, partial.keys(), List.of(), partial.output());
        PlanNode node = new PlanNode.Aggregate(input, AggregateMode.SINGLE, keys, calls, output);
        QueryMemory memory = MemoryPool.of(1L << 40).open("test", 0);
        TreeMap<String, List<Object>> rows = new TreeMap<>();
        QueryContext context = context(memory, resources);
        PlanMeter meter = new PlanMeter(node, context);
        try (Operator operator = FragmentExecutor.operator(node, FragmentExecutor.Inputs.ofScan(table.tasks), context, meter)) {
            for (Batch batch = operator.next(); batch != null; batch = operator.next()) {
                for (int row = 0; row < batch.rowCount(); row++) {
                    List<Object> values = new ArrayList<>();
                    for (int column = 0; column < output.size(); column++) {
                        values.add(value(batch.column(column), output.get(column).type(), row));
                    }
                    assertThat(rows.put(values.subList(0, keys.size()).toString(), values)).isNull();
                }
            }
        }
        countsPath = general ? countsPath : meter.profile().operators().getFirst().path();
        assertThat(memory.reservedBytes()).isZero();
        return rows;
    }

    @Test
    void bitsAreListedAndMergedByWords() {
        try (Reservation reservation = new Reservation(MemoryPool.of(1L << 30).open("test", 0))) {
            int groups = 1 + random.nextInt(20_000);
            CountTallies.Seen one = new CountTallies.Seen(reservation);
            CountTallies.Seen other = new CountTallies.Seen(reservation);
            BitSet expected = new BitSet();
            for (CountTallies.Seen seen : List.of(one, other)) {
                seen.reserve(groups);
                for (int row = random.nextInt(3_000); row > 0; row--) {
                    int group = random.nextInt(groups);
                    seen.add(null, null, group);
                    expected.set(group);
                }
            }
            int middle = random.nextInt(groups) / Long.SIZE * Long.SIZE;
            one.mergePlaces(other, middle, groups);
            one.mergePlaces(other, 0, middle);
            List<Integer> listed = new ArrayList<>();
            int[] target = new int[1 + random.nextInt(700)];
            for (int from = 0; from < groups;) {
                int found = one.present(from, groups, target);
                for (int i = 0; i < found; i++) {
                    listed.add(target[i]);
                }
                from = found < target.length ? groups : target[found - 1] + 1;
            }
            assertThat(listed).as("-Dnarwhal.seed=%d", seed).isEqualTo(expected.stream().boxed().toList());
        }
    }

    @Test
    void threadsDoNotChangeADigit() {
        try (LeafTable table = new LeafTable(random, directory, 66_000, 2_000, 3_000);
                WorkerPool two = new WorkerPool(2); WorkerPool five = new WorkerPool(5)) {
            for (int query = 0; query < 8; query++) {
                PlanNode.Aggregate partial = randomQuery(table);
                TreeMap<String, List<Object>> alone = leaf(partial, table,
                        new ProcessResources(WorkerPool.INLINE, new GlobalDictionaries(1 << 28)), Long.MAX_VALUE).rows;
                for (WorkerPool workers : List.of(two, five)) {
                    ProcessResources resources = new ProcessResources(workers, new GlobalDictionaries(1 << 28));
                    assertThat(leaf(partial, table, resources, Long.MAX_VALUE).rows).as("%s -Dnarwhal.seed=%d", partial, seed)
                            .isEqualTo(alone);
                }
            }
        }
    }

    @Test
    void sketchesAreThoseOfTheGeneralOperators() {
        try (LeafTable table = new LeafTable(random, directory, 67_000, 1_000, 5_000, 1);
                WorkerPool workers = new WorkerPool(3)) {
            ProcessResources resources = new ProcessResources(workers, new GlobalDictionaries(1 << 28));
            for (int column : new int[] {LeafTable.SOME, LeafTable.MANY, LeafTable.SMALL, LeafTable.LARGE, LeafTable.DAY, LeafTable.EMPTY}) {
                for (List<Expression> keys : List.of(List.<Expression>of(), List.of(column(table, LeafTable.FEW)))) {
                    PlanNode.Aggregate partial = aggregate(table, random.nextBoolean() ? null : randomPredicate(table), keys,
                            List.of(call(AggregateFunction.APPROX_COUNT_DISTINCT, keys.size(), -1)), List.of(column(table, column)));
                    Answer answer = leaf(partial, table, resources, Long.MAX_VALUE);
                    String what = "%s %s -Dnarwhal.seed=%d".formatted(answer.path, partial, seed);
                    assertThat(answer.path).as(what).startsWith("dense");
                    assertSame(answer.rows, general(partial, table), keys.size(), what);
                }
            }
        }
    }

    @Test
    void quantilesAreThoseOfTheGeneralOperators() {
        try (LeafTable table = new LeafTable(random, directory, 67_000, 1_000, 5_000, 1);
                WorkerPool workers = new WorkerPool(3)) {
            ProcessResources resources = new ProcessResources(workers, new GlobalDictionaries(1 << 28));
            for (int column : new int[] {LeafTable.SMALL, LeafTable.LARGE, LeafTable.MONEY, LeafTable.SCORE, LeafTable.COUNTED, LeafTable.RAW}) {
                for (List<Expression> keys : List.of(List.<Expression>of(), List.of(column(table, LeafTable.FEW)),
                        List.of(column(table, LeafTable.SOME)))) {
                    List<Expression> arguments = new ArrayList<>(List.of(column(table, column),
                            new Expression.Literal((long) random.nextInt(101), ColumnType.decimal(3, 2))));
                    boolean isFiltered = random.nextBoolean();
                    if (isFiltered) {
                        arguments.add(randomPredicate(table));
                    }
                    PlanNode.Aggregate partial = aggregate(table, random.nextBoolean() ? null : randomPredicate(table), keys,
                            List.of(new AggregateCall(AggregateFunction.APPROX_QUANTILE, List.of(keys.size(), keys.size() + 1), false,
                                    isFiltered ? keys.size() + 2 : -1, "a", ColumnType.DOUBLE)), arguments);
                    Answer answer = leaf(partial, table, resources, Long.MAX_VALUE);
                    String what = "%s %s -Dnarwhal.seed=%d".formatted(answer.path, partial, seed);
                    assertThat(answer.path).as(what).startsWith("dense");
                    assertThat(answer.rows).as(what).isEqualTo(general(partial, table));
                }
            }
        }
    }

    @Test
    void sumsOfLinearExpressionsAreExact() {
        try (LeafTable table = new LeafTable(random, directory, 67_000, 1_000)) {
            for (int query = 0; query < 10; query++) {
                Expression column = column(table, random.nextBoolean() ? LeafTable.SMALL : LeafTable.COUNTED);
                ColumnType type = random.nextBoolean() ? ColumnType.LONG : column.type();
                Expression argument = new Expression.Call(ScalarFunction.TIMES, List.of(column,
                        new Expression.Literal((long) random.nextInt(-1_000, 1_000), type)), type);
                argument = new Expression.Call(random.nextBoolean() ? ScalarFunction.PLUS : ScalarFunction.MINUS, List.of(
                        new Expression.Literal((long) random.nextInt(-1_000, 1_000), type), argument), type);
                PlanNode.Aggregate partial = aggregate(table, randomPredicate(table), List.of(column(table, LeafTable.FEW)),
                        List.of(call(AggregateFunction.SUM, 1, 2), call(AggregateFunction.AVG, 1, -1)),
                        List.of(argument, randomPredicate(table)));
                Answer answer = leaf(partial, table, ProcessResources.NONE, Long.MAX_VALUE);
                String what = "%s %s -Dnarwhal.seed=%d".formatted(answer.path, partial, seed);
                assertThat(answer.path).as(what).startsWith("dense").doesNotContain("WIDE");
                assertThat(answer.rows).as(what).isEqualTo(general(partial, table));
            }
        }
    }

    @Test
    void aLinearExpressionThatOverflowsFailsAsItDoesByRow() {
        try (LeafTable table = new LeafTable(random, directory, 5_000)) {
            Expression product = new Expression.Call(ScalarFunction.TIMES, List.of(column(table, LeafTable.COUNTED),
                    new Expression.Literal((long) Integer.MAX_VALUE, ColumnType.INT)), ColumnType.INT);
            PlanNode.Aggregate partial = aggregate(table, null, List.of(), List.of(call(AggregateFunction.SUM, 0, -1)),
                    List.of(product));
            assertThatThrownBy(() -> leaf(partial, table, ProcessResources.NONE, Long.MAX_VALUE))
                    .isInstanceOfSatisfying(NarwhalException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.NUMERIC_OUT_OF_RANGE));
        }
    }

    @Test
    void aQueryThatNeedsTooMuchMemoryFailsTypedAndLeavesNone() {
        try (LeafTable table = new LeafTable(random, directory, 30_000)) {
            PlanNode.Aggregate partial = aggregate(table, null, List.of(column(table, LeafTable.LARGE)),
                    List.of(call(AggregateFunction.COUNT_STAR, null, -1)), List.of());
            assertThatThrownBy(() -> leaf(partial, table, ProcessResources.NONE, 1 << 19))
                    .isInstanceOfSatisfying(NarwhalException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_MEMORY_EXCEEDED));
        }
    }

    @Test
    void rowsOfManyGroupsArePutInPartitionsFirst() {
        try (LeafTable table = new LeafTable(random, directory, 50_000, 17_000, 1); WorkerPool workers = new WorkerPool(3)) {
            ProcessResources resources = new ProcessResources(workers, new GlobalDictionaries(1 << 28));
            for (int[] keys : new int[][] {{LeafTable.LARGE}, {LeafTable.SMALL, LeafTable.LARGE}, {LeafTable.MANY, LeafTable.LARGE},
                {LeafTable.LARGE, LeafTable.FLAG, LeafTable.DAY}}) {
                PlanNode.Aggregate partial = randomQuery(table, Arrays.stream(keys).mapToObj(key -> column(table, key)).toList());
                Answer answer = leaf(partial, table, resources, Long.MAX_VALUE);
                String what = "%s %s -Dnarwhal.seed=%d".formatted(answer.path, partial, seed);
                assertSame(answer.rows, general(partial, table), keys.length, what);
                assertThat(leaf(partial, table, new ProcessResources(WorkerPool.INLINE, new GlobalDictionaries(1 << 28)),
                        Long.MAX_VALUE).rows).as(what).isEqualTo(answer.rows);
            }
        }
    }

    @Test
    void partitionsThatMemoryIsTooShortForFailTypedOrAreAnsweredOtherwise() {
        try (LeafTable table = new LeafTable(random, directory, 50_000, 17_000); WorkerPool workers = new WorkerPool(2)) {
            ProcessResources resources = new ProcessResources(workers, new GlobalDictionaries(1 << 28));
            PlanNode.Aggregate partial = aggregate(table, null, List.of(column(table, LeafTable.LARGE), column(table, LeafTable.SMALL)),
                    List.of(call(AggregateFunction.SUM, 2, -1)), List.of(column(table, LeafTable.COUNTED)));
            TreeMap<String, List<Object>> expected = general(partial, table);
            Answer ample = leaf(partial, table, resources, Long.MAX_VALUE);
            assertThat(ample.path).as("-Dnarwhal.seed=%d", seed).startsWith("hashed").contains(" partitions ");
            assertSame(ample.rows, expected, 2, "%s -Dnarwhal.seed=%d".formatted(ample.path, seed));
            Answer answer = null;
            for (long limit = 1 << 22; answer == null; limit += limit / 2) {
                try {
                    answer = leaf(partial, table, resources, limit);
                } catch (NarwhalException e) {
                    assertThat(e.code()).as("-Dnarwhal.seed=%d", seed).isEqualTo(ErrorCode.QUERY_MEMORY_EXCEEDED);
                }
            }
            assertSame(answer.rows, expected, 2, "%s -Dnarwhal.seed=%d".formatted(answer.path, seed));
        }
    }

    @Test
    void whatLeavesHaveNoPathForIsAnsweredAllTheSame() {
        try (LeafTable table = new LeafTable(random, directory, 5_000)) {
            PlanNode.Aggregate partial = aggregate(table, null, List.of(column(table, LeafTable.RAW)),
                    List.of(call(AggregateFunction.COUNT_STAR, null, -1)), List.of());
            Answer answer = leaf(partial, table, ProcessResources.NONE, Long.MAX_VALUE);
            assertThat(answer.path).startsWith("general: a key of type DOUBLE");
            assertSame(answer.rows, general(partial, table), 1, "-Dnarwhal.seed=" + seed);
        }
    }

    private record Answer(String path, TreeMap<String, List<Object>> rows) {}

    private PlanNode.Aggregate randomQuery(LeafTable table) {
        List<Expression> keys = new ArrayList<>();
        int keyCount = random.nextInt(4);
        for (int key = 0; key < keyCount; key++) {
            keys.add(randomKey(table));
        }
        return randomQuery(table, keys);
    }

    private PlanNode.Aggregate randomQuery(LeafTable table, List<Expression> keys) {
        List<Expression> arguments = new ArrayList<>();
        List<AggregateCall> calls = new ArrayList<>();
        int callCount = random.nextInt(6);
        if (keys.isEmpty() && callCount == 0) {
            callCount = 1;
        }
        for (int call = 0; call < callCount; call++) {
            int filter = random.nextInt(4) == 0 ? keys.size() + arguments.size() : -1;
            if (filter >= 0) {
                arguments.add(randomPredicate(table));
            }
            calls.add(randomCall(table, keys.size(), arguments, filter));
        }
        return aggregate(table, random.nextInt(3) == 0 ? null : randomPredicate(table), keys, calls, arguments);
    }

    private Expression randomKey(LeafTable table) {
        return switch (random.nextInt(12)) {
            case 0 -> column(table, LeafTable.FEW);
            case 1 -> column(table, LeafTable.SOME);
            case 2 -> column(table, LeafTable.MANY);
            case 3 -> column(table, LeafTable.SMALL);
            case 4 -> column(table, LeafTable.LARGE);
            case 5 -> column(table, LeafTable.FLAG);
            case 6 -> column(table, LeafTable.DAY);
            case 7 -> column(table, LeafTable.EMPTY);
            case 8, 9 -> new Expression.Call(ScalarFunction.DATE_TRUNC, List.of(text(new String[] {"MINUTE", "HOUR", "DAY", "WEEK",
                "MONTH", "YEAR"}[random.nextInt(6)]), column(table, LeafTable.TIME)), ColumnType.TIMESTAMP);
            case 10 -> new Expression.Call(ScalarFunction.LEFT, List.of(column(table, LeafTable.SOME),
                    new Expression.Literal(6L, ColumnType.INT)), ColumnType.STRING);
            default -> new Expression.Call(ScalarFunction.IS_NULL, List.of(column(table, LeafTable.FEW)), ColumnType.BOOLEAN);
        };
    }

    private AggregateCall randomCall(LeafTable table, int keys, List<Expression> arguments, int filter) {
        AggregateFunction[] functions = {AggregateFunction.COUNT_STAR, AggregateFunction.COUNT, AggregateFunction.SUM,
            AggregateFunction.AVG, AggregateFunction.MIN, AggregateFunction.MAX, AggregateFunction.STDDEV_POP, AggregateFunction.SUM};
        AggregateFunction function = functions[random.nextInt(functions.length)];
        if (function == AggregateFunction.COUNT_STAR) {
            return call(function, null, filter);
        }
        int[] numbers = {LeafTable.SMALL, LeafTable.LARGE, LeafTable.MONEY, LeafTable.SCORE, LeafTable.RAW, LeafTable.COUNTED};
        Expression argument = column(table, numbers[random.nextInt(numbers.length)]);
        if (random.nextInt(5) == 0) {
            Expression small = column(table, LeafTable.SMALL);
            argument = new Expression.Call(ScalarFunction.TIMES, List.of(small, column(table, LeafTable.COUNTED)), ColumnType.LONG);
        } else if (function == AggregateFunction.SUM && random.nextInt(4) == 0) {
            argument = column(table, LeafTable.WIDE);
        } else if (function == AggregateFunction.COUNT && random.nextBoolean()) {
            argument = column(table, random.nextInt(table.fields.size()));
        }
        if (random.nextInt(4) == 0) {
            argument = conditional(table, argument);
        }
        arguments.add(argument);
        return call(function, keys + arguments.size() - 1, filter);
    }

    private Expression conditional(LeafTable table, Expression value) {
        boolean isConstant = random.nextBoolean();
        Expression then = isConstant ? new Expression.Literal((long) random.nextInt(3), ColumnType.INT) : value;
        Object otherwise = isConstant && random.nextBoolean() ? 0L : null;
        return new Expression.Call(ScalarFunction.CASE, List.of(randomPredicate(table), then,
                new Expression.Literal(otherwise, then.type())), then.type());
    }

    private Expression randomPredicate(LeafTable table) {
        return switch (random.nextInt(6)) {
            case 4 -> predicate(random.nextBoolean() ? ScalarFunction.EQUAL : ScalarFunction.NOT_EQUAL, column(table, LeafTable.FLAG),
                    new Expression.Literal(random.nextBoolean(), ColumnType.BOOLEAN));
            case 5 -> predicate(ScalarFunction.NOT, predicate(ScalarFunction.EQUAL, new Expression.Literal(random.nextBoolean(),
                    ColumnType.BOOLEAN), column(table, LeafTable.FLAG)));
            case 0 -> predicate(ScalarFunction.EQUAL, column(table, LeafTable.FEW), text("few " + random.nextInt(8)));
            case 1 -> predicate(ScalarFunction.GREATER, column(table, LeafTable.COUNTED),
                    new Expression.Literal((long) random.nextInt(70_000), ColumnType.INT));
            case 2 -> predicate(ScalarFunction.LIKE, column(table, LeafTable.MANY), text("%1%"));
            default -> predicate(ScalarFunction.IS_NOT_NULL, column(table, LeafTable.FLAG));
        };
    }

    private static Expression column(LeafTable table, int index) {
        return new Expression.InputReference(index, table.fields.get(index).type());
    }

    private static Expression text(String text) {
        return new Expression.Literal(text.getBytes(StandardCharsets.UTF_8), ColumnType.STRING);
    }

    private static Expression predicate(ScalarFunction function, Expression... arguments) {
        return new Expression.Call(function, List.of(arguments), ColumnType.BOOLEAN);
    }

    private static AggregateCall call(AggregateFunction function, Integer argument, int filter) {
        return new AggregateCall(function, argument == null ? List.of() : List.of(argument), false, filter, "a",
                ColumnType.DOUBLE);
    }

    /// A partial aggregate over a projection that computes keys, arguments and filters.
    private static PlanNode.Aggregate aggregate(LeafTable table, Expression predicate, List<Expression> keys,
            List<AggregateCall> calls, List<Expression> arguments) {
        PlanNode scan = new PlanNode.Scan(0, TABLE, table.fields, predicate);
        List<Expression> expressions = new ArrayList<>(keys);
        expressions.addAll(arguments);
        if (expressions.isEmpty()) {
            expressions.add(new Expression.Literal(true, ColumnType.BOOLEAN));
        }
        List<Field> fields = new ArrayList<>();
        expressions.forEach(expression -> fields.add(new Field(fields.size(), "e" + fields.size(), expression.type(), true)));
        PlanNode project = new PlanNode.Project(scan, expressions, fields);
        List<Integer> numbers = new ArrayList<>();
        keys.forEach(_ -> numbers.add(numbers.size()));
        return new PlanNode.Aggregate(project, AggregateMode.PARTIAL, numbers, calls,
                AggregateStates.partialOutput(fields, numbers, calls));
    }

    private QueryContext context(QueryMemory memory, ProcessResources resources) {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        QueryContext context = new QueryContext("test", start.plus(Duration.ofMinutes(1)), InstantSource.fixed(start), memory);
        context.use(resources);
        return context;
    }

    private Answer leaf(PlanNode.Aggregate partial, LeafTable table, ProcessResources resources, long limit) {
        MemoryPool pool = MemoryPool.of(Math.min(limit, 1L << 40));
        QueryMemory memory = pool.open("test", 0);
        QueryContext context = context(memory, resources);
        try (LeafAggregate operator = (LeafAggregate) LeafAggregate.of(partial, table.tasks, new ScanMetrics(), context,
                () -> generalOperator(partial, table, context))) {
            TreeMap<String, List<Object>> rows = finish(partial, operator, context);
            return new Answer(operator.path(), rows);
        } finally {
            assertThat(memory.reservedBytes()).isZero();
        }
    }

    /// A Limit on top of the scan keeps the plan from being a leaf's.
    private static Operator generalOperator(PlanNode.Aggregate partial, LeafTable table, QueryContext context) {
        PlanNode.Project project = (PlanNode.Project) partial.input();
        PlanNode input = new PlanNode.Project(new PlanNode.Limit(project.input(), 0, Long.MAX_VALUE), project.expressions(),
                project.output());
        PlanNode node = new PlanNode.Aggregate(input, AggregateMode.PARTIAL, partial.keys(), partial.calls(),
                partial.output());
        return FragmentExecutor.operator(node, FragmentExecutor.Inputs.ofScan(table.tasks), context);
    }

    private TreeMap<String, List<Object>> general(PlanNode.Aggregate partial, LeafTable table) {
        QueryContext context = context(MemoryPool.of(1L << 40).open("test", 0), ProcessResources.NONE);
        try (Operator operator = generalOperator(partial, table, context)) {
            return finish(partial, operator, context);
        }
    }

    /// The FINAL aggregate over the partial ones: the values by key.
    private static TreeMap<String, List<Object>> finish(PlanNode.Aggregate partial, Operator partials, QueryContext context) {
        List<Field> output = new ArrayList<>(partial.output().subList(0, partial.keys().size()));
        partial.calls().forEach(call -> output.add(new Field(output.size(), "v" + output.size(), finalType(partial, call), true)));
        List<AggregateCall> calls = new ArrayList<>();
        partial.calls().forEach(call -> calls.add(new AggregateCall(call.function(), call.arguments(), false, call.filter(),
                call.name(), finalType(partial, call))));
        PlanNode node = new PlanNode.Aggregate(new PlanNode.RemoteSource(1, partial.output()), AggregateMode.FINAL,
                partial.keys(), calls, output);
        FragmentExecutor.Inputs inputs = new FragmentExecutor.Inputs(List.of(), _ -> partials, _ -> null,
                FragmentExecutor.Broadcasts.of(List.of()));
        TreeMap<String, List<Object>> rows = new TreeMap<>();
        try (Operator operator = FragmentExecutor.operator(node, inputs, context)) {
            for (Batch batch = operator.next(); batch != null; batch = operator.next()) {
                for (int row = 0; row < batch.rowCount(); row++) {
                    List<Object> values = new ArrayList<>();
                    for (int column = 0; column < output.size(); column++) {
                        values.add(value(batch.column(column), output.get(column).type(), row));
                    }
                    String key = values.subList(0, partial.keys().size()).toString();
                    assertThat(rows.put(key, values)).as(key).isNull();
                }
            }
        }
        return rows;
    }

    private static ColumnType finalType(PlanNode.Aggregate partial, AggregateCall call) {
        return switch (call.function()) {
            case COUNT_STAR, COUNT, APPROX_COUNT_DISTINCT -> ColumnType.LONG;
            case AVG, STDDEV_POP, APPROX_QUANTILE -> ColumnType.DOUBLE;
            case MIN, MAX -> partial.input().output().get(call.arguments().getFirst()).type();
            default -> {
                ColumnType type = partial.input().output().get(call.arguments().getFirst()).type();
                yield type.physical() == ColumnType.Physical.DOUBLE ? ColumnType.DOUBLE : ColumnType.decimal(38, type.scale());
            }
        };
    }

    private static Object value(Column column, ColumnType type, int row) {
        if (column.isNull(row)) {
            return "NULL";
        }
        return switch (column) {
            case Column.BooleanColumn booleans -> booleans.values()[row];
            case Column.LongColumn longs -> longs.values()[row];
            case Column.DoubleColumn doubles -> doubles.values()[row];
            case Column.Int128Column wide -> new BigDecimal(Int128.toBigInteger(wide.high()[row], wide.low()[row]), type.scale());
            case Column.BytesColumn bytes -> new String(bytes.value(row), StandardCharsets.UTF_8);
            case Column.NestedColumn _ -> throw new IllegalArgumentException("nested");
        };
    }

    private static void assertSame(TreeMap<String, List<Object>> rows, TreeMap<String, List<Object>> expected, int keys,
            String what) {
        assertThat(rows.keySet()).as(what).isEqualTo(expected.keySet());
        expected.forEach((key, values) -> {
            for (int column = keys; column < values.size(); column++) {
                Object actual = rows.get(key).get(column);
                Object wanted = values.get(column);
                if (wanted instanceof Double number && actual instanceof Double other) {
                    assertThat(isClose(other, number)).as("%s: %s, not %s %s", key, other, number, what).isTrue();
                } else {
                    assertThat(actual).as("%s %s", key, what).isEqualTo(wanted);
                }
            }
        });
    }

    /// Sums of doubles in another order differ in the last digits.
    private static boolean isClose(double left, double right) {
        return Math.abs(left - right) <= 1e-6 * Math.max(1, Math.abs(right)) || Double.compare(left, right) == 0;
    }
}
