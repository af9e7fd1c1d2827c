package org.narwhaldb.calcite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.PlanNode;

class TpchPlanTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22})
    void everyQueryPlansWithoutACartesianProduct(int number) {
        DistributedPlan plan = Planning.plan(TpchCatalog.query(number));

        assertThat(PlanCheck.joins(plan)).noneMatch(join -> join.leftKeys().isEmpty() && join.residual() == null);
        // The largest table never goes to the build side of an inner join.
        assertThat(PlanCheck.joins(plan)).filteredOn(join -> join.type() == PlanNode.JoinType.INNER)
                .noneMatch(join -> join.right() instanceof PlanNode.RemoteSource source && isWholeLineitem(plan, source));
    }

    private static boolean isWholeLineitem(DistributedPlan plan, PlanNode.RemoteSource source) {
        if (plan.isBuild(source.fragmentId())) {
            PlanNode build = plan.builds().stream().filter(fragment -> fragment.id() == source.fragmentId()).findFirst().orElseThrow().root();
            return build instanceof PlanNode.RemoteSource below && isWholeLineitem(plan, below);
        }
        PlanNode.Scan scan = DistributedPlan.scan(plan.leaf(source.fragmentId()));
        return scan.table().table().equals("lineitem") && scan.predicate() == null
                && !(plan.leaf(source.fragmentId()).root() instanceof PlanNode.Aggregate)
                && PlanCheck.nodes(plan.leaf(source.fragmentId()).root()).noneMatch(PlanNode.Join.class::isInstance);
    }

    @Test
    void joinsWithOneLargeTableRunInItsLeaf() {
        for (int number : List.of(3, 5, 7, 10, 12, 14, 16, 19)) {
            DistributedPlan plan = Planning.plan(TpchCatalog.query(number));
            assertThat(PlanCheck.nodes(plan.root().root())).as("query %d", number).noneMatch(PlanNode.Join.class::isInstance);
        }
    }

    @Test
    void theSmallerSideOfAJoinOnTheFrontEndSparesTheLeavesOfTheOther() {
        for (int number : List.of(2, 4, 17, 20, 21, 22)) {
            DistributedPlan plan = Planning.plan(TpchCatalog.query(number));
            assertThat(plan.leaves()).as("query %d", number).anyMatch(leaf -> PlanCheck.nodes(leaf.root()).anyMatch(
                    node -> node instanceof PlanNode.Join join && join.type() == PlanNode.JoinType.SEMI
                            && join.left() instanceof PlanNode.Scan));
        }
    }

    @Test
    void scansReadOnlyTheColumnsThatAreUsed() {
        DistributedPlan plan = Planning.plan(TpchCatalog.query(6));

        assertThat(DistributedPlan.scan(plan.leaves().getFirst()).columns()).extracting("name")
                .containsExactly("l_quantity", "l_extendedprice", "l_discount", "l_shipdate");
        assertThat(DistributedPlan.scan(plan.leaves().getFirst()).columns()).extracting("id").containsExactly(5, 6, 7, 11);
    }

    @Test
    void existsAndInBecomeSemiJoinsAndTheirNegationsAntiJoins() {
        assertThat(PlanCheck.joins(Planning.plan(TpchCatalog.query(4)))).extracting(PlanNode.Join::type).contains(PlanNode.JoinType.SEMI);
        assertThat(PlanCheck.joins(Planning.plan(TpchCatalog.query(16)))).extracting(PlanNode.Join::type).contains(PlanNode.JoinType.ANTI);
        assertThat(PlanCheck.joins(Planning.plan(TpchCatalog.query(21)))).extracting(PlanNode.Join::type)
                .contains(PlanNode.JoinType.SEMI, PlanNode.JoinType.ANTI);
        assertThat(PlanCheck.joins(Planning.plan(TpchCatalog.query(22)))).extracting(PlanNode.Join::type).contains(PlanNode.JoinType.ANTI);
    }

    @Test
    void aPlannerServesManyThreads() {
        List<String> alone = IntStream.rangeClosed(1, 22).mapToObj(TpchCatalog::query).map(TpchPlanTest::printed).toList();

        List<String> together = IntStream.rangeClosed(1, 22).parallel().mapToObj(TpchCatalog::query).map(TpchPlanTest::printed).toList();

        assertThat(together).isEqualTo(alone);
    }

    private static String printed(String sql) {
        return Planning.print(Planning.plan(sql));
    }
}
