package org.narwhaldb.flight.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.AggregateStates;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.flight.query.QueryCoordinator.RoutedLeaf;
import org.narwhaldb.flight.routing.SegmentPruner;
import org.narwhaldb.flight.routing.SegmentRouter;
import org.narwhaldb.flight.routing.StatisticsAnswer;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

class ExchangedLeafTest {
    private static final Field KEY = new Field(0, "k", ColumnType.LONG, false);
    private static final List<Field> COLUMNS =
            List.of(new Field(7, "k", ColumnType.LONG, false), new Field(8, "x", ColumnType.DOUBLE, true));
    private static final PlanNode SCAN = new PlanNode.Scan(0, new TableReference("main", "t"), COLUMNS, null);
    private static final List<Field> GROUPED = List.of(KEY, new Field(1, "s", ColumnType.DOUBLE, true));
    private static final Expression TRUE = new Expression.Literal(true, ColumnType.BOOLEAN);

    private static PlanNode.Aggregate partial(AggregateFunction function) {
        List<AggregateCall> calls = List.of(call(function));
        return new PlanNode.Aggregate(SCAN, AggregateMode.PARTIAL, List.of(0), calls,
                AggregateStates.partialOutput(COLUMNS, List.of(0), calls));
    }

    private static AggregateCall call(AggregateFunction function) {
        return new AggregateCall(function, List.of(1), false, -1, "s", ColumnType.DOUBLE);
    }

    private static PlanNode.Aggregate merged(PlanNode input, AggregateFunction function) {
        return new PlanNode.Aggregate(input, AggregateMode.FINAL, List.of(0), List.of(call(function)), GROUPED);
    }

    private static PlanNode gather(PlanNode of) {
        return new PlanNode.RemoteSource(1, of.output());
    }

    private static PlanNode first(PlanNode input, long offset, long limit) {
        return new PlanNode.Sort(input, List.of(new SortOrder(1, true, false)), offset, limit);
    }

    /// @param servers that have a part each
    private static Map<Integer, RoutedLeaf> leaf(PlanNode root, boolean hasManyGroups, String... servers) {
        List<SegmentRouter.Part> parts = new ArrayList<>();
        for (String server : servers) {
            parts.add(new SegmentRouter.Part(parts.size(), List.of(new PairId("s" + parts.size(), "")), List.of(parts.size()), server, 1));
        }
        return new HashMap<>(Map.of(1, new RoutedLeaf(new Fragment(1, Fragment.Kind.LEAF, root, hasManyGroups), null,
                new SegmentPruner.Pruned(List.of(), 0, List.of()), new StatisticsAnswer(null, List.of()), parts, List.of())));
    }

    @Test
    void theFirstOfManyGroupsAreFoundWhereTheyAreMergedAndOnceMoreAmongThose() {
        PlanNode.Aggregate groups = partial(AggregateFunction.SUM);
        PlanNode having = new PlanNode.Filter(merged(gather(groups), AggregateFunction.SUM), TRUE);

        GrownLeaves grown = GrownLeaves.of(first(having, 5, 10), leaf(groups, true, "a", "b"), true);

        RoutedLeaf leaf = grown.leaves().get(1);
        assertThat(leaf.fragment().root()).isEqualTo(first(new PlanNode.Filter(
                merged(new PlanNode.Exchange(groups, 1, 2), AggregateFunction.SUM), TRUE), 0, 15));
        assertThat(grown.root()).isEqualTo(first(new PlanNode.RemoteSource(1, GROUPED), 5, 10));
        assertThat(leaf.asked()).extracting(SegmentRouter.Part::preferredServer).containsExactly("a", "b");
        assertThat(leaf.asked()).allSatisfy(part -> assertThat(part.pairs()).hasSize(2));
        assertThat(leaf.parts()).hasSize(2);
    }

    @Test
    void whatCountsTheGroupsIsCutInTwo() {
        PlanNode.Aggregate groups = partial(AggregateFunction.MAX);
        List<AggregateCall> count = List.of(new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, -1, "n", ColumnType.LONG));
        List<Field> counted = List.of(new Field(0, "n", ColumnType.LONG, false));
        PlanNode root = new PlanNode.Aggregate(
                merged(gather(groups), AggregateFunction.MAX), AggregateMode.SINGLE, List.of(), count, counted);

        GrownLeaves grown = GrownLeaves.of(root, leaf(groups, true, "a", "b", "a", "c"), true);

        assertThat(grown.root()).isInstanceOfSatisfying(PlanNode.Aggregate.class, last -> {
            assertThat(last.mode()).isEqualTo(AggregateMode.FINAL);
            assertThat(last.input()).isInstanceOf(PlanNode.RemoteSource.class);
            assertThat(last.output()).isEqualTo(counted);
        });
        assertThat(grown.leaves().get(1).fragment().root()).isInstanceOfSatisfying(PlanNode.Aggregate.class, partial -> {
            assertThat(partial.mode()).isEqualTo(AggregateMode.PARTIAL);
            assertThat(partial.input()).isEqualTo(merged(new PlanNode.Exchange(groups, 1, 3), AggregateFunction.MAX));
        });
    }

    @Test
    void thePlanStaysWhereServersHaveNothingToShareOrDigitsWouldDependOnTheOrder() {
        PlanNode.Aggregate groups = partial(AggregateFunction.SUM);
        PlanNode root = first(merged(gather(groups), AggregateFunction.SUM), 0, 10);

        assertThat(GrownLeaves.of(root, leaf(groups, true, "a", "b"), false).root()).as("one process").isEqualTo(root);
        assertThat(GrownLeaves.of(root, leaf(groups, false, "a", "b"), true).root()).as("few groups").isEqualTo(root);
        assertThat(GrownLeaves.of(root, leaf(groups, true, "a", "a"), true).root()).as("one server").isEqualTo(root);
        assertThat(GrownLeaves.of(root, leaf(groups, true, "a", null), true).root()).as("nobody holds a part").isEqualTo(root);
        assertThat(GrownLeaves.of(root, leaf(groups, true, "a", "b", "b"), true).root()).as("three doubles").isEqualTo(root);
        PlanNode all = first(merged(gather(groups), AggregateFunction.SUM), 0, -1);
        assertThat(GrownLeaves.of(all, leaf(groups, true, "a", "b"), true).root()).as("all groups are wanted").isEqualTo(all);
        PlanNode.Aggregate varied = partial(AggregateFunction.VAR_POP);
        PlanNode above = first(merged(gather(varied), AggregateFunction.VAR_POP), 0, 10);
        assertThat(GrownLeaves.of(above, leaf(varied, true, "a", "b"), true).root()).as("variances").isEqualTo(above);
    }
}
