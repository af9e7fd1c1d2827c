package org.narwhaldb.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.execution.SpillSpace;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

@Tag("slow")
class SpillTest {
    private static final ColumnType[] TYPES = {
        ColumnType.STRING, ColumnType.LONG, ColumnType.DOUBLE, ColumnType.decimal(30, 4), ColumnType.BOOLEAN
    };

    private final Seed seed = new Seed();
    private final RandomGenerator random = seed.random();
    @TempDir
    private Path directory;

    @Test
    void aSortWithLittleMemoryYieldsWhatOneWithMuchDoes() throws IOException {
        for (int round = 0; round < 3; round++) {
            TestRows rows = TestRows.random(random, 60_000 + random.nextInt(20_000), 5_000, TYPES);
            List<SortOrder> orders = new ArrayList<>();
            for (int term = random.nextInt(3); term >= 0; term--) {
                orders.add(new SortOrder(random.nextInt(TYPES.length), random.nextBoolean(), random.nextBoolean()));
            }
            long offset = random.nextBoolean() ? 0 : random.nextInt(10_000);

            List<List<Object>> expected = run(Long.MAX_VALUE, rows, node -> new PlanNode.Sort(node, orders, offset, -1));
            List<List<Object>> actual = run(3 << 20, rows, node -> new PlanNode.Sort(node, orders, offset, -1));

            assertThat(actual).as("%s offset %d %s", orders, offset, seed).isEqualTo(expected);
        }
    }

    @Test
    void anAggregationWithLittleMemoryYieldsWhatOneWithMuchDoes() throws IOException {
        for (List<Integer> keys : List.of(List.of(0), List.of(1), List.of(3, 4))) {
            TestRows rows = TestRows.random(random, 200_000, 150_000, TYPES);
            List<AggregateCall> calls = List.of(
                    new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, -1, "n", ColumnType.LONG),
                    new AggregateCall(AggregateFunction.SUM, List.of(1), false, -1, "s", ColumnType.LONG),
                    new AggregateCall(AggregateFunction.MAX, List.of(1), false, 4, "m", ColumnType.LONG));

            List<List<Object>> expected = run(Long.MAX_VALUE, rows, node -> aggregate(node, keys, calls));
            List<List<Object>> actual = run(4 << 20, rows, node -> aggregate(node, keys, calls));

            Comparator<List<Object>> byText = Comparator.comparing(Object::toString);
            assertThat(actual.stream().sorted(byText).toList()).as("keys %s %s", keys, seed)
                    .isEqualTo(expected.stream().sorted(byText).toList());
        }
    }

    /// More than one set of distinct values, so that the plan cannot do without.
    @Test
    void distinctAggregatesWithLittleMemoryYieldWhatOnesWithMuchDo() throws IOException {
        List<AggregateCall> calls = List.of(
                new AggregateCall(AggregateFunction.COUNT, List.of(0), true, -1, "texts", ColumnType.LONG),
                new AggregateCall(AggregateFunction.COUNT, List.of(1), true, 4, "filtered", ColumnType.LONG),
                new AggregateCall(AggregateFunction.SUM, List.of(1), true, -1, "sum", ColumnType.LONG),
                new AggregateCall(AggregateFunction.COUNT, List.of(3, 1), true, -1, "pairs", ColumnType.LONG),
                new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, -1, "n", ColumnType.LONG));
        for (List<Integer> keys : List.of(List.<Integer>of(), List.of(4), List.of(2))) {
            TestRows rows = TestRows.random(random, 80_000, keys.contains(2) ? 20_000 : 60_000, TYPES);
            List<List<Object>> expected = new AggregateReference(rows, keys, calls).result();

            List<List<Object>> actual = run(6 << 20, rows, node -> aggregate(node, keys, calls));

            Comparator<List<Object>> byText = Comparator.comparing(Object::toString);
            assertThat(actual.stream().sorted(byText).toList()).as("keys %s %s", keys, seed)
                    .isEqualTo(expected.stream().sorted(byText).toList());
        }
    }

    @Test
    void distinctRowsAloneSpill() throws IOException {
        List<Integer> keys = List.of(0);
        for (ColumnType type : List.of(ColumnType.LONG, ColumnType.STRING, ColumnType.decimal(30, 4))) {
            TestRows rows = TestRows.random(random, 300_000, 300_000, type);

            List<List<Object>> expected = run(Long.MAX_VALUE, rows, node -> aggregate(node, keys, List.of()));
            List<List<Object>> actual = run(5 << 19, rows, node -> aggregate(node, keys, List.of()));

            Comparator<List<Object>> byText = Comparator.comparing(Object::toString);
            assertThat(actual.stream().sorted(byText).toList().equals(expected.stream().sorted(byText).toList()))
                    .as("%s %s", type, seed).isTrue();
        }
    }

    @Test
    void whereNothingCanBeWrittenTheQueryFailsWithAType() throws IOException {
        Path file = Files.createFile(directory.resolve("no-folder"));
        TestRows rows = TestRows.random(random, 60_000, 50_000, TYPES);
        TestQuery query = new TestQuery(random, new TestMemory(2 << 20, SpillSpace.in(file)));
        PlanNode sort = new PlanNode.Sort(query.source(rows), List.of(new SortOrder(1, false, false)), 0, -1);

        assertThatThrownBy(() -> query.run(sort)).isInstanceOfSatisfying(
                NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL))
                .hasMessageContaining("no-folder");

        assertThat(query.memory.reservedBytes()).isZero();
    }

    private interface Plan {
        PlanNode over(PlanNode source);
    }

    private List<List<Object>> run(long limit, TestRows rows, Plan plan) throws IOException {
        if (limit < Long.MAX_VALUE) {
            TestQuery without = new TestQuery(random, limit);
            assertThatThrownBy(() -> without.run(plan.over(without.source(rows)))).as("%s", seed)
                    .isInstanceOfSatisfying(NarwhalException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_MEMORY_EXCEEDED));
        }
        TestQuery query = new TestQuery(random, new TestMemory(limit, SpillSpace.in(directory)));
        List<List<Object>> result = query.run(plan.over(query.source(rows)));
        assertThat(query.memory.peak()).isLessThan(limit);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
        return result;
    }

    private static PlanNode aggregate(PlanNode input, List<Integer> keys, List<AggregateCall> calls) {
        List<Field> output = new ArrayList<>();
        keys.forEach(key -> output.add(input.output().get(key)));
        calls.forEach(call -> output.add(new Field(output.size(), call.name(), call.type(), true)));
        return new PlanNode.Aggregate(input, AggregateMode.SINGLE, keys, calls, output);
    }
}
