package org.narwhaldb.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class SortOperatorTest {
    private static final ColumnType[] TYPES = {
        ColumnType.STRING, ColumnType.LONG, ColumnType.DOUBLE, ColumnType.decimal(30, 4), ColumnType.BOOLEAN,
                ColumnType.LONG
    };

    private final Seed seed = new Seed();
    private final RandomGenerator random = seed.random();

    @Test
    void everyOrderIsThatOfAReferenceWithTiesByArrival() {
        for (int round = 0; round < 15; round++) {
            TestRows rows = numbered(random.nextInt(9_000), 1 + random.nextInt(1_000));
            List<SortOrder> orders = orders();
            long offset = random.nextInt(3) == 0 ? random.nextInt(5_000) : 0;

            assertThat(run(rows, orders, offset, -1)).as("%s %s", orders, seed)
                    .isEqualTo(expected(rows, orders, offset, -1));
        }
    }

    @Test
    void topNYieldsTheBeginningOfTheWholeOrder() {
        for (int round = 0; round < 15; round++) {
            TestRows rows = numbered(random.nextInt(40_000), 1 + random.nextInt(2_000));
            List<SortOrder> orders = orders();
            long offset = random.nextBoolean() ? random.nextInt(50) : 0;
            long limit = random.nextInt(8) == 0 ? 10_000 : random.nextInt(100);

            assertThat(run(rows, orders, offset, limit)).as("%s offset %d limit %d %s", orders, offset, limit, seed)
                    .isEqualTo(expected(rows, orders, offset, limit));
        }
    }

    @Test
    void topNHoldsAboutTwiceItsLimitWhateverTheInput() {
        TestRows rows = numbered(200_000, 1_000_000);
        TestQuery query = new TestQuery(random);
        PlanNode sort = new PlanNode.Sort(query.source(rows), List.of(new SortOrder(1, false, false)), 0, 10);

        assertThat(query.run(sort)).hasSize(10);

        assertThat(query.memory.peak()).as("%s", seed).isLessThan(8 << 20);
    }

    @Test
    void hugeLimitsAndOffsetsAreNoOverflow() {
        TestRows rows = numbered(100, 10);
        List<SortOrder> orders = List.of(new SortOrder(1, false, false));

        assertThat(run(rows, orders, 90, Long.MAX_VALUE)).isEqualTo(expected(rows, orders, 90, -1));
        assertThat(run(rows, orders, Long.MAX_VALUE, 5)).isEmpty();
        assertThat(run(rows, orders, 0, 0)).isEmpty();
    }

    @Test
    void nestedValuesHaveNoOrder() {
        TestRows rows = TestRows.random(random, 100, 5, ColumnType.struct(
                TestRows.fields(ColumnType.LONG, ColumnType.LONG)));
        assertThatThrownBy(() -> run(rows, List.of(new SortOrder(0, false, false)), 0, -1)).isInstanceOfSatisfying(
                NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED));
    }

    private TestRows numbered(int count, int distinct) {
        TestRows rows = TestRows.random(random, count, distinct, TYPES);
        for (int row = 0; row < count; row++) {
            rows.rows().get(row)[5] = (long) row;
        }
        return rows;
    }

    private List<SortOrder> orders() {
        List<SortOrder> orders = new ArrayList<>();
        for (int terms = 1 + random.nextInt(3); terms > 0; terms--) {
            orders.add(new SortOrder(random.nextInt(5), random.nextBoolean(), random.nextBoolean()));
        }
        return orders;
    }

    private List<List<Object>> run(TestRows rows, List<SortOrder> orders, long offset, long limit) {
        TestQuery query = new TestQuery(random);
        return query.run(new PlanNode.Sort(query.source(rows), orders, offset, limit));
    }

    private static List<List<Object>> expected(TestRows rows, List<SortOrder> orders, long offset, long limit) {
        Comparator<Object[]> comparator = (left, right) -> 0;
        for (SortOrder order : orders) {
            Comparator<Object[]> next = (left, right) -> compare(left[order.column()], right[order.column()], order);
            comparator = comparator.thenComparing(next);
        }
        return rows.rows().stream().sorted(comparator).skip(offset).limit(limit < 0 ? Long.MAX_VALUE : limit)
                .map(TestRows::plain).toList();
    }

    private static int compare(Object left, Object right, SortOrder order) {
        if (left == null || right == null) {
            int nullsLast = Boolean.compare(left == null, right == null);
            return order.nullsFirst() ? -nullsLast : nullsLast;
        }
        return (order.descending() ? -1 : 1) * AggregateReference.compare(left, right);
    }
}
