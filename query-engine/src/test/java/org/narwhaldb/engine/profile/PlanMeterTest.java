package org.narwhaldb.engine.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.operator.Operator;
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
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class PlanMeterTest {
    private static final List<Field> FIELDS = List.of(
            new Field(1, "number", ColumnType.LONG, false), new Field(2, "color", ColumnType.STRING, false));
    private static final int ROWS = 3 * Segment.BLOCK_ROWS;

    private final MemoryPool pool = MemoryPool.of(1L << 30);

    @TempDir
    private Path directory;

    /// Numbers from 0 on, of seven colors.
    private Segment segment() {
        Path file = directory.resolve("segment");
        try (SegmentBuilder builder = Segments.builder(FIELDS, List.of())) {
            for (int row = 0; row < ROWS; row++) {
                builder.column(0).appendLong(row);
                byte[] color = ("color " + row % 7).getBytes(StandardCharsets.UTF_8);
                builder.column(1).appendBytes(color, 0, color.length);
                builder.origin(0, row);
                builder.endRow();
            }
            builder.write(file, "test");
        }
        return Segments.open(file);
    }

    private static PlanNode.Scan scan() {
        Expression above = call(ScalarFunction.GREATER_OR_EQUAL, new Expression.InputReference(0, ColumnType.LONG),
                new Expression.Literal((long) Segment.BLOCK_ROWS + 100, ColumnType.LONG));
        Expression color = call(ScalarFunction.EQUAL, new Expression.InputReference(1, ColumnType.STRING),
                new Expression.Literal("color 3".getBytes(StandardCharsets.UTF_8), ColumnType.STRING));
        return new PlanNode.Scan(0, new TableReference("main", "t"), FIELDS, call(ScalarFunction.AND, above, color));
    }

    private static Expression call(ScalarFunction function, Expression... arguments) {
        return new Expression.Call(function, List.of(arguments), ColumnType.BOOLEAN);
    }

    private FragmentProfile measured(PlanNode root, int rowsWanted) {
        QueryMemory account = pool.open("q", 0);
        try (Segment segment = segment()) {
            QueryContext context = new QueryContext("q", Instant.MAX, () -> Instant.EPOCH, account);
            PlanMeter meter = new PlanMeter(root, context);
            long rows = 0;
            try (Operator operator = FragmentExecutor.operator(
                    root, FragmentExecutor.Inputs.ofScan(List.of(new ScanTask(segment, null))), context, meter)) {
                for (Batch batch = operator.next(); batch != null; batch = operator.next()) {
                    rows += batch.rowCount();
                }
            }
            assertThat(rows).isEqualTo(rowsWanted);
            assertThat(account.reservedBytes()).isZero();
            return meter.profile();
        } finally {
            pool.close(account);
        }
    }

    @Test
    void aScanSaysWhatItReadAndHow() {
        FragmentProfile profile = measured(scan(), (ROWS - Segment.BLOCK_ROWS - 100) / 7);

        assertThat(profile.operators()).singleElement().satisfies(scan -> {
            assertThat(scan.rows()).isEqualTo((ROWS - Segment.BLOCK_ROWS - 100) / 7);
            assertThat(scan.nanos()).isPositive();
            assertThat(scan.peakBytes()).isPositive();
            assertThat(scan.path()).contains("number: LongRangeTest on ").contains("color: CodeTest range on ");
        });
        assertThat(profile.blocksRead()).isEqualTo(2);
        assertThat(profile.blocksSkipped()).isEqualTo(1);
        assertThat(profile.peakBytes()).isGreaterThanOrEqualTo(profile.operators().getFirst().peakBytes());
    }

    @Test
    void aLeafsAggregateDoesItsScansWork() {
        List<AggregateCall> calls = List.of(new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, -1, "n", ColumnType.LONG));
        PlanNode root = new PlanNode.Aggregate(scan(), PlanNode.AggregateMode.PARTIAL, List.of(1), calls,
                AggregateStates.partialOutput(FIELDS, List.of(1), calls));

        FragmentProfile profile = measured(root, 1);

        assertThat(profile.operators()).hasSize(2);
        assertThat(profile.operators().getFirst().path()).startsWith("dense").contains("where").contains("color: CodeTest");
        assertThat(profile.operators().getFirst().rows()).isEqualTo(1);
        assertThat(profile.operators().getLast().operators()).isZero();
        assertThat(profile.blocksSkipped()).isEqualTo(1);
    }

    @Test
    void timeOfANodeIncludesThatOfItsInputs() {
        FragmentProfile profile = measured(new PlanNode.Sort(scan(), List.of(new SortOrder(0, true, true)), 0, 5), 5);

        assertThat(profile.operators()).extracting(OperatorProfile::rows).first().isEqualTo(5L);
        assertThat(profile.operators().getFirst().nanos()).isGreaterThanOrEqualTo(profile.operators().getLast().nanos());
    }

    @Test
    void partsOfAFragmentAddUp() {
        FragmentProfile one = new FragmentProfile(List.of(new OperatorProfile(1, 10, 20, 30, "dense")), 100, 1, 2, 3, 4);
        FragmentProfile other = new FragmentProfile(List.of(new OperatorProfile(1, 1, 2, 40, "hashed")), 90, 1, 1, 1, 1);

        assertThat(Stream.of(one, other, other).reduce(FragmentProfile::plus)).contains(
                new FragmentProfile(List.of(new OperatorProfile(3, 12, 24, 40, "dense; hashed")), 100, 3, 4, 5, 6));
    }

    @Test
    void aViewOfAQueryIsCancelledWithIt() {
        QueryMemory account = pool.open("q", 0);
        QueryContext context = new QueryContext("q", Instant.MAX, () -> Instant.EPOCH, account);
        QueryContext view = context.charging(account);
        List<String> hooks = new ArrayList<>();
        view.onCancel(() -> hooks.add("view"));

        view.cancel(new NarwhalException(ErrorCode.QUERY_CANCELLED, "test"));

        assertThat(context.isCancelled()).isTrue();
        assertThat(view.isCancelled()).isTrue();
        assertThat(hooks).containsExactly("view");
        pool.close(account);
    }
}
