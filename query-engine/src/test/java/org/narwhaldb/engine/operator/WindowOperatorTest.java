package org.narwhaldb.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.execution.SpillSpace;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.engine.plan.WindowCall;
import org.narwhaldb.engine.plan.WindowFrame;
import org.narwhaldb.engine.plan.WindowFrame.Bound;
import org.narwhaldb.engine.plan.WindowFrame.BoundKind;
import org.narwhaldb.engine.plan.WindowFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class WindowOperatorTest {
    private static final int PARTITION = 0;
    private static final int ORDER = 1;
    private static final int VALUE = 2;
    private static final ColumnType[] TYPES = {ColumnType.STRING, ColumnType.LONG, ColumnType.LONG, ColumnType.STRING};

    private final Seed seed = new Seed();
    private final RandomGenerator random = seed.random();
    @TempDir
    private Path directory;

    @Test
    void everyFrameOfRowsYieldsWhatWalkingItDoes() {
        for (int round = 0; round < 20; round++) {
            int partitions = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(400);
            TestRows rows = TestRows.random(random, random.nextInt(3_000), partitions, TYPES);
            Bound lower = bound(true);
            Bound upper = bound(false);
            WindowFrame frame = new WindowFrame(true, lower, upper, null);
            List<WindowCall> calls = List.of(call(WindowFunction.SUM, VALUE, frame), call(WindowFunction.COUNT, VALUE, frame),
                    call(WindowFunction.MIN, VALUE, frame), call(WindowFunction.MAX, VALUE, frame),
                    call(WindowFunction.FIRST_VALUE, VALUE, frame), call(WindowFunction.LAST_VALUE, VALUE, frame));

            List<List<Object>> actual = run(Long.MAX_VALUE, rows, calls);

            check(actual, lower, upper);
            assertThat(actual.stream().map(row -> row.subList(0, TYPES.length).toString()).sorted().toList()).as("%s", seed)
                    .isEqualTo(rows.rows().stream().map(row -> TestRows.plain(row).toString()).sorted().toList());
        }
    }

    private void check(List<List<Object>> rows, Bound lower, Bound upper) {
        int from = 0;
        for (int to = 1; to <= rows.size(); to++) {
            if (to < rows.size() && Objects.equals(rows.get(to).get(PARTITION), rows.get(from).get(PARTITION))) {
                continue;
            }
            for (int row = from; row < to; row++) {
                int first = Math.max(from, place(lower, row, from, to, 0));
                int end = Math.min(to, place(upper, row, from, to, 1));
                List<Object> frame = new ArrayList<>();
                for (int index = first; index < end; index++) {
                    frame.add(rows.get(index).get(VALUE));
                }
                List<Long> present = frame.stream().filter(Objects::nonNull).map(Long.class::cast).toList();
                List<Object> expected = new ArrayList<>();
                expected.add(present.isEmpty() ? null : present.stream().mapToLong(Long::longValue).sum());
                expected.add((long) present.size());
                expected.add(present.stream().min(Comparator.naturalOrder()).orElse(null));
                expected.add(present.stream().max(Comparator.naturalOrder()).orElse(null));
                expected.add(frame.isEmpty() ? null : frame.getFirst());
                expected.add(frame.isEmpty() ? null : frame.getLast());
                assertThat(rows.get(row).subList(TYPES.length, rows.get(row).size())).as("row %d of %s to %s, %s", row, lower, upper, seed)
                        .isEqualTo(expected);
            }
            from = to;
        }
    }

    private static int place(Bound bound, int row, int from, int to, int extra) {
        int offset = bound.offset() == null ? 0 : Math.toIntExact((Long) ((Expression.Literal) bound.offset()).value());
        return switch (bound.kind()) {
            case UNBOUNDED_PRECEDING -> from;
            case PRECEDING -> row - offset + extra;
            case CURRENT_ROW -> row + extra;
            case FOLLOWING -> row + offset + extra;
            case UNBOUNDED_FOLLOWING -> to;
        };
    }

    private Bound bound(boolean isLower) {
        return switch (random.nextInt(4)) {
            case 0 -> new Bound(isLower ? BoundKind.UNBOUNDED_PRECEDING : BoundKind.UNBOUNDED_FOLLOWING, null);
            case 1 -> new Bound(BoundKind.CURRENT_ROW, null);
            case 2 -> new Bound(BoundKind.PRECEDING, rows(random.nextInt(isLower ? 40 : 5)));
            default -> new Bound(BoundKind.FOLLOWING, rows(random.nextInt(isLower ? 5 : 40)));
        };
    }

    private static Expression rows(long count) {
        return new Expression.Literal(count, ColumnType.LONG);
    }

    @Test
    void noRowsYieldNone() {
        assertThat(run(Long.MAX_VALUE, TestRows.random(random, 0, 1, TYPES), List.of(rowNumber()))).isEmpty();
    }

    @Test
    void manyPartitionsSpillAndYieldWhatTheyDoWithMuchMemory() throws IOException {
        TestRows rows = TestRows.random(random, 80_000, 5_000, TYPES);
        List<WindowCall> calls = List.of(rowNumber(), call(WindowFunction.COUNT, VALUE, WindowFrame.PARTITION));

        List<List<Object>> actual = run(3 << 20, rows, calls);

        assertThat(actual).as("%s", seed).isEqualTo(run(Long.MAX_VALUE, rows, calls));
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aPartitionLargerThanMemoryIsRefused() throws IOException {
        TestRows rows = TestRows.random(random, 80_000, 1, TYPES);

        assertThatThrownBy(() -> run(3 << 20, rows, List.of(rowNumber()))).isInstanceOfSatisfying(
                NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_MEMORY_EXCEEDED));

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aSumBeyondItsTypeIsAnErrorOnlyInTheFrameThatHasIt() {
        List<Object[]> values = new ArrayList<>();
        for (long row = 0; row < 4; row++) {
            values.add(new Object[] {null, row, row < 2 ? Long.MAX_VALUE : Long.MIN_VALUE, null});
        }
        TestRows rows = new TestRows(TestRows.fields(TYPES), values);
        Bound current = new Bound(BoundKind.CURRENT_ROW, null);
        WindowFrame all = WindowFrame.PARTITION;
        WindowFrame running = new WindowFrame(true, new Bound(BoundKind.UNBOUNDED_PRECEDING, null), current, null);

        assertThat(run(Long.MAX_VALUE, rows, List.of(call(WindowFunction.SUM, VALUE, all))).getFirst()).endsWith(-2L);
        assertThatThrownBy(() -> run(Long.MAX_VALUE, rows, List.of(call(WindowFunction.SUM, VALUE, running)))).isInstanceOfSatisfying(
                NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NUMERIC_OUT_OF_RANGE));
    }

    @Test
    void aNegativeNumberOfRowsIsRefused() {
        WindowFrame frame = new WindowFrame(true, new Bound(BoundKind.PRECEDING, rows(-1)), new Bound(BoundKind.CURRENT_ROW, null), null);

        assertThatThrownBy(() -> run(Long.MAX_VALUE, TestRows.random(random, 10, 2, TYPES), List.of(call(WindowFunction.SUM, VALUE, frame))))
                .isInstanceOfSatisfying(NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_QUERY));
    }

    private static WindowCall rowNumber() {
        return new WindowCall(WindowFunction.ROW_NUMBER, List.of(), false, WindowFrame.PARTITION, "n", ColumnType.LONG);
    }

    private static WindowCall call(WindowFunction function, int column, WindowFrame frame) {
        return new WindowCall(
                function, List.of(new Expression.InputReference(column, TYPES[column])), false, frame, function.name(), ColumnType.LONG);
    }

    private List<List<Object>> run(long memory, TestRows rows, List<WindowCall> calls) {
        TestQuery query = new TestQuery(random, new TestMemory(memory, memory == Long.MAX_VALUE ? null : SpillSpace.in(directory)));
        List<Field> output = new ArrayList<>(rows.fields());
        calls.forEach(call -> output.add(new Field(output.size(), call.name(), call.type(), true)));
        return query.run(new PlanNode.Window(
                query.source(rows), List.of(PARTITION), List.of(new SortOrder(ORDER, false, true)), calls, output));
    }
}
