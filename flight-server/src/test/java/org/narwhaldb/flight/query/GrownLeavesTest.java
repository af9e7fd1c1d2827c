package org.narwhaldb.flight.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.engine.plan.PlanNode.JoinType;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.flight.query.QueryCoordinator.RoutedLeaf;
import org.narwhaldb.flight.routing.SegmentPruner;
import org.narwhaldb.flight.routing.SegmentRouter;
import org.narwhaldb.flight.routing.StatisticsAnswer;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

class GrownLeavesTest {
    private static final List<Field> KEY = List.of(new Field(0, "k", ColumnType.LONG, false));
    private static final List<Field> COUNT = List.of(new Field(0, "n", ColumnType.LONG, false));
    private static final PlanNode SCAN =
            new PlanNode.Scan(0, new TableReference("main", "t"), List.of(new Field(7, "k", ColumnType.LONG, false)), null);
    private static final PlanNode GROUPS = new PlanNode.Aggregate(SCAN, AggregateMode.PARTIAL, List.of(0), List.of(), KEY);

    private static PlanNode groups(PlanNode input) {
        return new PlanNode.Aggregate(input, AggregateMode.FINAL, List.of(0), List.of(), KEY);
    }

    private static PlanNode counted(PlanNode input) {
        return new PlanNode.Aggregate(input, AggregateMode.SINGLE, List.of(),
                List.of(new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, -1, "n", ColumnType.LONG)), COUNT);
    }

    private static PlanNode first(PlanNode input, long limit) {
        return new PlanNode.Sort(input, List.of(new SortOrder(0, false, false)), 0, limit);
    }

    private static PlanNode.RemoteSource gather(int fragment) {
        return new PlanNode.RemoteSource(fragment, KEY);
    }

    private static Map<Integer, RoutedLeaf> leaf(PlanNode root, int parts) {
        List<SegmentRouter.Part> routed = IntStream.range(0, parts)
                .mapToObj(part -> new SegmentRouter.Part(part, List.of(), List.of(part), "a", 1)).toList();
        return new HashMap<>(Map.of(1, new RoutedLeaf(new Fragment(1, Fragment.Kind.LEAF, root), null,
                new SegmentPruner.Pruned(List.of(), 0, List.of()), new StatisticsAnswer(null, List.of()), routed, List.of())));
    }

    @Test
    void whatCountsTheGroupsOfOnePartRunsWhereTheyAre() {
        GrownLeaves grown = GrownLeaves.of(counted(groups(gather(1))), leaf(GROUPS, 1), false);

        assertThat(grown.root()).isEqualTo(new PlanNode.RemoteSource(1, COUNT));
        assertThat(grown.leaves().get(1).fragment().root()).isEqualTo(counted(groups(GROUPS)));
        assertThat(grown.leaves().get(1).parts()).hasSize(1);
    }

    @Test
    void groupsOfSeveralPartsMeetOnTheFrontEnd() {
        PlanNode root = counted(groups(gather(1)));

        GrownLeaves grown = GrownLeaves.of(root, leaf(GROUPS, 2), false);

        assertThat(grown.root()).isEqualTo(root);
        assertThat(grown.leaves().get(1).fragment().root()).isEqualTo(GROUPS);
    }

    @Test
    void groupsThatAllGoToTheClientAreNotHeldByTheServer() {
        PlanNode root = first(groups(gather(1)), -1);

        assertThat(GrownLeaves.of(root, leaf(GROUPS, 1), false).root()).isEqualTo(root);
        assertThat(GrownLeaves.of(first(groups(gather(1)), 10), leaf(GROUPS, 1), false).root()).isEqualTo(gather(1));
        assertThat(GrownLeaves.of(new PlanNode.Limit(root, 0, 10), leaf(GROUPS, 1), false).root()).isEqualTo(gather(1));
    }

    @Test
    void rowsAreSentAsTheyComeAndJoinsStayWhereTheyAre() {
        PlanNode joined = new PlanNode.Aggregate(new PlanNode.Join(JoinType.SEMI, SCAN, gather(2), List.of(0), List.of(0), null, KEY),
                AggregateMode.PARTIAL, List.of(0), List.of(), KEY);
        for (PlanNode leaf : List.of(SCAN, joined)) {
            PlanNode root = first(groups(gather(1)), 10);

            assertThat(GrownLeaves.of(root, leaf(leaf, 1), false).root()).isEqualTo(root);
        }
    }

    @Test
    void oneSideOfAJoinGrowsByItself() {
        PlanNode filtered = new PlanNode.Filter(groups(gather(1)), new Expression.Literal(true, ColumnType.BOOLEAN));
        PlanNode root = first(new PlanNode.Join(JoinType.SEMI, filtered, gather(2), List.of(0), List.of(0), null, KEY), 5);

        GrownLeaves grown = GrownLeaves.of(root, leaf(GROUPS, 1), false);

        assertThat(grown.root()).isEqualTo(
                first(new PlanNode.Join(JoinType.SEMI, gather(1), gather(2), List.of(0), List.of(0), null, KEY), 5));
        assertThat(grown.leaves().get(1).fragment().root())
                .isEqualTo(new PlanNode.Filter(groups(GROUPS), new Expression.Literal(true, ColumnType.BOOLEAN)));
    }
}
