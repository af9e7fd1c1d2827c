package org.narwhaldb.calcite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narwhaldb.engine.plan.PlanNode;

class JoinOrderTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 10, 11, 20})
    void chainsOfAnyLengthJoinWithoutCartesianProducts(int count) {
        String tables = IntStream.range(0, count).mapToObj(i -> "nation n" + i).collect(Collectors.joining(", "));
        String conditions = IntStream.range(1, count)
                .mapToObj(i -> "n" + (i - 1) + ".n_regionkey = n" + i + ".n_nationkey").collect(Collectors.joining(" and "));

        var plan = Planning.plan("select count(*) from " + tables + " where " + conditions);

        assertThat(plan.leaves()).hasSize(count);
        assertThat(PlanCheck.joins(plan))
                .hasSize(count - 1).noneMatch(join -> join.leftKeys().isEmpty());
    }

    @Test
    void theSmallerSideIsBuilt() {
        var plan = Planning.plan("select c_name, o_totalprice from orders, customer where o_custkey = c_custkey");
        var swapped = Planning.plan("select c_name, o_totalprice from customer, orders where o_custkey = c_custkey");

        assertThat(Planning.print(plan)).contains("Join INNER [o_custkey = c_custkey]");
        assertThat(Planning.print(swapped)).contains("Join INNER [o_custkey = c_custkey]");
    }

    @Test
    void anOuterJoinIsTurnedRoundToBuildTheSmallerSide() {
        var plan = Planning.plan("select c_name, o_totalprice from customer left join orders on o_custkey = c_custkey");

        assertThat(Planning.print(plan)).contains("Join RIGHT [o_custkey = c_custkey]");
    }

    @Test
    void whatIsSaidOfOneJoinedColumnIsSaidOfAllEqualToIt() {
        var plan = Planning.plan("select 1 from orders, lineitem where o_orderkey = l_orderkey and l_orderkey between 5 and 7");

        assertThat(Planning.print(plan)).contains("(o_orderkey >= 5) AND (o_orderkey <= 7)").contains("(l_orderkey >= 5)");
    }

    @Test
    void unconnectedTablesAreJoinedLast() {
        var plan = Planning.plan("select count(*) from region, orders, customer where o_custkey = c_custkey");

        assertThat(PlanCheck.joins(plan)).hasSize(2);
    }
}
