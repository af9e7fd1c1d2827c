package org.narwhaldb.flight.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.AggregateStates;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.version.SegmentEntry;

final class StatisticsAnswerTest {
    private static final List<Field> COLUMNS = List.of(new Field(1, "ts", ColumnType.LONG, true), new Field(2, "x", ColumnType.LONG, true));
    private static final Expression TS = new Expression.InputReference(0, ColumnType.LONG);
    private static final AggregateCall COUNT = call(AggregateFunction.COUNT_STAR, -1);
    private static final SegmentEntry WHOLE = segment("a", 10, 10, 100, 199, 0);
    private static final SegmentEntry DEAD = segment("b", 10, 7, 200, 299, 0);
    private static final SegmentEntry NULLS = segment("c", 10, 10, 300, 399, 2);

    /// Bounds of `ts`; `x` is twice that, and NULL where `ts` is.
    private static SegmentEntry segment(String id, int rows, int live, long min, long max, long nulls) {
        return new SegmentEntry(id, live == rows ? "" : "dead", id, "", rows, live, 1, 1,
                Map.of(1, new SegmentEntry.ColumnBounds(min, max, nulls), 2, new SegmentEntry.ColumnBounds(2 * min, 2 * max, nulls)),
                List.of());
    }

    private static AggregateCall call(AggregateFunction function, int column) {
        return new AggregateCall(function, column < 0 ? List.of() : List.of(column), false, -1, function.name(), ColumnType.LONG);
    }

    private static PlanNode.Scan scan(Expression predicate) {
        return new PlanNode.Scan(0, new TableReference("main", "t"), COLUMNS, predicate);
    }

    private static PlanNode partial(PlanNode input, AggregateCall... calls) {
        return new PlanNode.Aggregate(input, PlanNode.AggregateMode.PARTIAL, List.of(), List.of(calls),
                AggregateStates.partialOutput(input.output(), List.of(), List.of(calls)));
    }

    private static Expression compare(ScalarFunction function, long value) {
        return new Expression.Call(function, List.of(TS, new Expression.Literal(value, ColumnType.LONG)), ColumnType.BOOLEAN);
    }

    private static List<List<Object>> states(StatisticsAnswer answer) {
        return answer.states().rows().stream().map(row -> row.stream().map(Expression.Literal::value).toList()).toList();
    }

    @Test
    void rowsAreCountedByTheLiveOnes() {
        StatisticsAnswer answer = StatisticsAnswer.of(partial(scan(null), COUNT), List.of(WHOLE, DEAD, NULLS));

        assertThat(states(answer)).containsExactly(List.of(10L), List.of(7L), List.of(10L));
        assertThat(answer.read()).isEmpty();
    }

    @Test
    void aFilterLeavesTheSegmentsAtItsEdges() {
        PlanNode leaf = partial(scan(compare(ScalarFunction.GREATER_OR_EQUAL, 150)), COUNT);
        StatisticsAnswer answer = StatisticsAnswer.of(leaf, List.of(WHOLE, DEAD, NULLS));

        assertThat(states(answer)).containsExactly(List.of(7L));
        assertThat(answer.read()).as("one begins below, one has NULLs").containsExactly(WHOLE, NULLS);
    }

    @Test
    void extremesAreThoseOfTheBoundsWhereNoRowIsDead() {
        PlanNode leaf = partial(scan(null), call(AggregateFunction.MIN, 1), call(AggregateFunction.MAX, 0), call(AggregateFunction.COUNT, 1));
        StatisticsAnswer answer = StatisticsAnswer.of(leaf, List.of(WHOLE, DEAD, NULLS));

        assertThat(states(answer)).containsExactly(List.of(200L, 199L, 10L), List.of(600L, 399L, 8L));
        assertThat(answer.read()).containsExactly(DEAD);
    }

    @Test
    void whatStatisticsDoNotHoldIsRead() {
        PlanNode.Scan scan = scan(null);
        AggregateCall sum = call(AggregateFunction.SUM, 0);
        AggregateCall filtered = new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, 0, "f", ColumnType.LONG);
        PlanNode computed = new PlanNode.Project(scan, List.of(compare(ScalarFunction.PLUS, 1)), List.of(COLUMNS.getFirst()));
        PlanNode filter = new PlanNode.Filter(scan, compare(ScalarFunction.LESS, 1));
        List<PlanNode> leaves = List.of(partial(scan, COUNT, sum), partial(scan, filtered), partial(filter, COUNT),
                partial(computed, call(AggregateFunction.MIN, 0)), scan,
                new PlanNode.Aggregate(scan, PlanNode.AggregateMode.PARTIAL, List.of(0), List.of(COUNT), COLUMNS));

        for (PlanNode leaf : leaves) {
            StatisticsAnswer answer = StatisticsAnswer.of(leaf, List.of(WHOLE, DEAD));
            assertThat(answer.states()).as("%s", leaf).isNull();
            assertThat(answer.read()).containsExactly(WHOLE, DEAD);
        }
    }

    @Test
    void columnsAreFoundThroughProjections() {
        PlanNode swapped = new PlanNode.Project(scan(null), List.of(new Expression.InputReference(1, ColumnType.LONG), TS),
                List.of(COLUMNS.get(1), COLUMNS.get(0)));

        assertThat(states(StatisticsAnswer.of(partial(swapped, call(AggregateFunction.MAX, 0)), List.of(WHOLE))))
                .containsExactly(List.of(398L));
    }

    @Test
    void aColumnWithoutBoundsIsRead() {
        SegmentEntry bare = new SegmentEntry("d", "", "d", "", 5, 5, 1, 1, Map.of(), List.of());
        AggregateCall[] calls = {call(AggregateFunction.MIN, 0), call(AggregateFunction.MAX, 0), call(AggregateFunction.COUNT, 0)};

        for (int index : IntStream.range(0, calls.length).toArray()) {
            assertThat(StatisticsAnswer.of(partial(scan(null), calls[index]), List.of(bare)).read()).containsExactly(bare);
        }
    }
}
