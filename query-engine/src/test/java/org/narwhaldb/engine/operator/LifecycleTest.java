package org.narwhaldb.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.engine.plan.PlanNode.JoinType;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// What every operator owes its query, whatever it computes: memory given back, cancellation and deadline observed.
class LifecycleTest {
    private static final ColumnType[] TYPES = {ColumnType.STRING, ColumnType.LONG, ColumnType.DOUBLE};

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

    private Map<String, Function<TestQuery, PlanNode>> plans() {
        Map<String, Function<TestQuery, PlanNode>> plans = new LinkedHashMap<>();
        Expression predicate = new Expression.Call(ScalarFunction.GREATER,
                List.of(new Expression.InputReference(1, ColumnType.LONG),
                        new Expression.Literal(1L, ColumnType.LONG)), ColumnType.BOOLEAN);
        plans.put("scan", query -> {
            for (int segment = 0; segment < 3; segment++) {
                query.scans(new ScanTask(segments.of("s", rows()), null));
            }
            return new PlanNode.Scan(0, new TableReference("a", "b"), TestRows.fields(TYPES), predicate);
        });
        plans.put("filter", query -> new PlanNode.Filter(query.source(rows()), predicate));
        plans.put("project", query -> new PlanNode.Project(
                query.source(rows()), List.of(predicate), List.of(new Field(0, "p", ColumnType.BOOLEAN, true))));
        plans.put("limit", query -> new PlanNode.Limit(query.source(rows()), 10, 5_000));
        plans.put("sort", query -> new PlanNode.Sort(query.source(rows()), List.of(new SortOrder(0, true, true)), 0,
                -1));
        plans.put("top-N", query -> new PlanNode.Sort(query.source(rows()), List.of(new SortOrder(1, true, true)), 0,
                5_000));
        plans.put("aggregate", query -> aggregate(query.source(rows()), 0));
        plans.put("aggregate of two keys", query -> aggregate(query.source(rows()), 0, 1));
        plans.put("union", query -> new PlanNode.Union(List.of(query.source(rows()), query.source(rows())),
                TestRows.fields(TYPES)));
        for (JoinType type : JoinType.values()) {
            plans.put("join " + type, query -> join(query, type));
        }
        return plans;
    }

    private TestRows rows() {
        return TestRows.random(random, 9_000, 5_000, TYPES);
    }

    private static PlanNode aggregate(PlanNode input, Integer... keys) {
        List<AggregateCall> calls = List.of(
                new AggregateCall(AggregateFunction.MAX, List.of(0), false, -1, "m", ColumnType.STRING),
                new AggregateCall(AggregateFunction.COUNT, List.of(1), true, -1, "n", ColumnType.LONG));
        List<Field> output = new ArrayList<>();
        for (int key : keys) {
            output.add(input.output().get(key));
        }
        calls.forEach(call -> output.add(new Field(output.size(), call.name(), call.type(), true)));
        return new PlanNode.Aggregate(input, AggregateMode.SINGLE, List.of(keys), calls, output);
    }

    private PlanNode join(TestQuery query, JoinType type) {
        List<Field> fields = TestRows.fields(TYPES);
        boolean both = type.ordinal() <= JoinType.FULL.ordinal();
        TestRows right = rows();
        right.rows().forEach(row -> row[1] = row[1] == null ? 1L : row[1]);
        return new PlanNode.Join(type, query.source(rows()), query.source(right), List.of(1), List.of(1), null,
                both ? Stream.concat(fields.stream(), fields.stream()).toList() : fields);
    }

    @Test
    void closingInTheMiddleOrBeforeOrTwiceGivesAllMemoryBack() {
        plans().forEach((name, plan) -> {
            for (int batches = 0; batches < 3; batches++) {
                TestQuery query = new TestQuery(random);
                OperatorTree tree = query.open(plan.apply(query));
                assertThat(query.memory.reservedBytes()).as("%s reserves before it runs", name).isZero();
                for (int batch = 0; batch < batches; batch++) {
                    tree.next();
                }
                tree.close();
                assertThat(query.memory.reservedBytes()).as("%s after %d batches, %s", name, batches, seed).isZero();
                assertThat(tree.next()).isNull();
                tree.close();
                assertThat(query.memory.reservedBytes()).as("%s closed twice", name).isZero();
            }
        });
    }

    @Test
    void aCancelledQueryStopsWithItsReason() {
        plans().forEach((name, plan) -> {
            TestQuery query = new TestQuery(random);
            try (OperatorTree tree = query.open(plan.apply(query))) {
                tree.next();
                query.context.cancel(new NarwhalException(ErrorCode.QUERY_CANCELLED, "enough"));
                assertThatThrownBy(tree::next).as(name).hasMessage("enough");
            }
            assertThat(query.memory.reservedBytes()).as("%s %s", name, seed).isZero();
        });
    }

    @Test
    void aQueryPastItsDeadlineStops() {
        plans().forEach((name, plan) -> {
            TestQuery query = new TestQuery(random);
            try (OperatorTree tree = query.open(plan.apply(query))) {
                query.advance(Duration.ofMinutes(2));
                assertThatThrownBy(tree::next).as(name).isInstanceOfSatisfying(
                        NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT));
            }
        });
    }

    @Test
    void cancellationIsObservedWhileABlockingOperatorReadsItsInput() {
        plans().forEach((name, plan) -> {
            TestQuery query = new TestQuery(random);
            PlanNode node = plan.apply(query);
            query.cancelAfterBatches(1);
            if (name.equals("scan") || name.equals("limit")) {
                return;
            }
            try (OperatorTree tree = query.open(node)) {
                assertThatThrownBy(() -> drain(tree)).as(name).hasMessage("cancelled by its source");
            }
            assertThat(query.sourceBatchesAfterCancel()).as("%s reads on, %s", name, seed).isLessThanOrEqualTo(1);
        });
    }

    private static void drain(Operator operator) {
        while (operator.next() != null) {
            // reads to the end
        }
    }

    @Test
    void aQueryOverItsLimitFailsByNameAndGivesAllMemoryBack() {
        plans().forEach((name, plan) -> {
            for (long limit : new long[] {0, 1_000, 100_000, 300_000}) {
                TestQuery query = new TestQuery(random, limit);
                try (OperatorTree tree = query.open(plan.apply(query))) {
                    drain(tree);
                } catch (NarwhalException e) {
                    assertThat(e.code()).as("%s %s", name, seed).isEqualTo(ErrorCode.QUERY_MEMORY_EXCEEDED);
                }
                assertThat(query.memory.reservedBytes()).as("%s at limit %d, %s", name, limit, seed).isZero();
            }
        });
    }

    @Test
    void memoryCoversWhatTheBlockingOperatorsKeep() {
        plans().forEach((name, plan) -> {
            if (name.startsWith("sort") || name.startsWith("aggregate") || name.startsWith("join F")) {
                TestQuery query = new TestQuery(random);
                query.run(plan.apply(query));
                assertThat(query.memory.peak()).as("%s %s", name, seed).isGreaterThan(9_000L * Long.BYTES);
            }
        });
    }

    @Test
    void inputsAreClosedAsSoonAsALimitIsReached() {
        TestQuery query = new TestQuery(random);
        try (OperatorTree tree = query.open(new PlanNode.Limit(query.source(rows()), 0, 1))) {
            assertThat(tree.next().rowCount()).isEqualTo(1);
            assertThat(tree.next()).isNull();
            assertThat(query.closedSources()).isEqualTo(1);
        }
    }

    @Test
    void aDefectBecomesATypedErrorThatNamesTheQuery() {
        TestQuery query = new TestQuery(random);
        PlanNode wrong = new PlanNode.Sort(query.source(rows()), List.of(new SortOrder(7, false, false)), 0, -1);
        try (OperatorTree tree = query.open(wrong)) {
            assertThatThrownBy(tree::next).hasMessageContaining("[test]").isInstanceOfSatisfying(
                    NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL));
        }
    }
}
