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

        assertThat(joins(plan)).noneMatch(join -> join.leftKeys().isEmpty() && join.residual() == null);
        // The largest table never goes to the build side of an inner join.
        assertThat(joins(plan)).filteredOn(join -> join.type() == PlanNode.JoinType.INNER)
                .noneMatch(join -> join.right() instanceof PlanNode.RemoteSource source && isWholeLineitem(plan, source));
    }

    private static List<PlanNode.Join> joins(DistributedPlan plan) {
        return PlanCheck.nodes(plan.root().root()).filter(PlanNode.Join.class::isInstance).map(PlanNode.Join.class::cast).toList();
    }

    private static boolean isWholeLineitem(DistributedPlan plan, PlanNode.RemoteSource source) {
        PlanNode.Scan scan = DistributedPlan.scan(plan.leaf(source.fragmentId()));
        return scan.table().table().equals("lineitem") && scan.predicate() == null
                && !(plan.leaf(source.fragmentId()).root() instanceof PlanNode.Aggregate);
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
        assertThat(joins(Planning.plan(TpchCatalog.query(4)))).extracting(PlanNode.Join::type).contains(PlanNode.JoinType.SEMI);
        assertThat(joins(Planning.plan(TpchCatalog.query(16)))).extracting(PlanNode.Join::type).contains(PlanNode.JoinType.ANTI);
        assertThat(joins(Planning.plan(TpchCatalog.query(21)))).extracting(PlanNode.Join::type)
                .contains(PlanNode.JoinType.SEMI, PlanNode.JoinType.ANTI);
        assertThat(joins(Planning.plan(TpchCatalog.query(22)))).extracting(PlanNode.Join::type).contains(PlanNode.JoinType.ANTI);
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
