package org.narwhaldb.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

class PlanPrinterTest {
    private static final ColumnType MONEY = ColumnType.decimal(10, 2);
    private static final Field REGION = new Field(3, "region", ColumnType.STRING, true);
    private static final Field AMOUNT = new Field(7, "amount", MONEY, false);

    private static Expression call(ScalarFunction function, Expression... arguments) {
        return new Expression.Call(function, List.of(arguments), ColumnType.BOOLEAN);
    }

    @Test
    void aPlanReadsAsATree() {
        Expression predicate = call(ScalarFunction.AND,
                call(ScalarFunction.GREATER, new Expression.InputReference(1, MONEY),
                        new Expression.Literal(1050L, MONEY)),
                call(ScalarFunction.IN, new Expression.InputReference(0, ColumnType.STRING), text("north"),
                        text("o'hare")),
                call(ScalarFunction.IS_NOT_NULL, new Expression.InputReference(0, ColumnType.STRING)));
        PlanNode scan = new PlanNode.Scan(0, new TableReference("shop", "sales"), List.of(REGION, AMOUNT), predicate);
        AggregateCall revenue = new AggregateCall(
                AggregateFunction.SUM, List.of(1), false, -1, "revenue", ColumnType.decimal(38, 2));
        AggregateCall count = new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, -1, "n",
                ColumnType.LONG);
        List<Field> grouped = List.of(new Field(0, "region", ColumnType.STRING, true),
                new Field(1, "revenue", ColumnType.decimal(38, 2), true), new Field(2, "n", ColumnType.LONG, false));
        PlanNode aggregate = new PlanNode.Aggregate(
                scan, PlanNode.AggregateMode.SINGLE, List.of(0), List.of(revenue, count), grouped);
        PlanNode sort = new PlanNode.Sort(aggregate, List.of(
                new SortOrder(1, true, true), new SortOrder(0, false, false)), 0, 10);

        assertThat(PlanPrinter.print(sort)).isEqualTo("""
                Sort [revenue DESC NULLS FIRST, region] limit 10
                  Aggregate SINGLE [region] [SUM(amount) AS revenue DECIMAL(38, 2), COUNT_STAR() AS n LONG]
                    Scan shop.sales [region, amount] where ((amount > 10.50) AND (region IN ('north', 'o''hare')) \
                AND (region IS NOT NULL))
                """);
    }

    @Test
    void columnsOfTheSameNameAreToldApart() {
        PlanNode left = new PlanNode.RemoteSource(1, List.of(REGION, AMOUNT));
        PlanNode right = new PlanNode.RemoteSource(2, List.of(REGION));
        Expression residual = call(ScalarFunction.NOT_EQUAL,
                new Expression.InputReference(0, ColumnType.STRING),
                        new Expression.InputReference(2, ColumnType.STRING));
        PlanNode join = new PlanNode.Join(
                PlanNode.JoinType.LEFT, left, right, List.of(0), List.of(0), residual, List.of(REGION, AMOUNT, REGION));

        assertThat(PlanPrinter.print(join)).isEqualTo("""
                Join LEFT [region = region] and (region#0 <> region#2)
                  RemoteSource fragment 1 [region, amount]
                  RemoteSource fragment 2 [region]
                """);
    }

    @Test
    void notesStandBelowTheirNodes() {
        List<PlanNode> sources = List.of(new PlanNode.RemoteSource(1, List.of(REGION)), new PlanNode.RemoteSource(2, List.of(REGION)));
        PlanNode plan = new PlanNode.Limit(new PlanNode.Union(sources, List.of(REGION)), 0, 5);

        assertThat(PlanPrinter.print(plan, node -> node == 1 ? List.of() : List.of("node " + node))).isEqualTo("""
                Limit limit 5
                    node 0
                  Union of 2
                    RemoteSource fragment 1 [region]
                        node 2
                    RemoteSource fragment 2 [region]
                        node 3
                """);
    }

    @Test
    void everyPlanCanBePrinted() {
        long seed = Long.getLong("narwhal.seed", System.nanoTime());
        RandomPlans plans = new RandomPlans(new Random(seed));
        for (int round = 0; round < 300; round++) {
            PlanNode plan = plans.node(4);
            assertThat(PlanPrinter.print(plan).lines().count()).as("-Dnarwhal.seed=" + seed).isEqualTo(nodes(plan));
        }
    }

    private static long nodes(PlanNode plan) {
        return 1 + plan.inputs().stream().mapToLong(PlanPrinterTest::nodes).sum();
    }

    private static Expression text(String text) {
        return new Expression.Literal(text.getBytes(StandardCharsets.UTF_8), ColumnType.STRING);
    }
}
