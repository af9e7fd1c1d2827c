package org.narwhaldb.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// The operators that keep nothing: filter, project, limit, values, union, and rows from elsewhere.
class RowOperatorsTest {
    private static final ColumnType[] TYPES = {ColumnType.STRING, ColumnType.LONG};

    private final Seed seed = new Seed();
    private final RandomGenerator random = seed.random();
    private final TestRows rows = TestRows.random(random, random.nextInt(20_000), 20, TYPES);
    private final TestQuery query = new TestQuery(random);

    private static Expression above(long bound) {
        return new Expression.Call(ScalarFunction.GREATER,
                List.of(new Expression.InputReference(1, ColumnType.LONG),
                        new Expression.Literal(bound, ColumnType.LONG)), ColumnType.BOOLEAN);
    }

    @Test
    void aFilterKeepsRowsForWhichItsPredicateIsTrueAndNotNull() {
        for (long bound : new long[] {-1_000, 3, 1_000}) {
            List<List<Object>> expected = rows.rows().stream()
                    .filter(row -> row[1] != null && (Long) row[1] > bound).map(TestRows::plain).toList();
            assertThat(query.run(new PlanNode.Filter(query.source(rows), above(bound)))).as("%s", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aProjectionReordersRepeatsAndComputes() {
        Expression text = new Expression.InputReference(0, ColumnType.STRING);
        List<Field> output = List.of(new Field(0, "above", ColumnType.BOOLEAN, true),
                new Field(1, "text", ColumnType.STRING, true), new Field(2, "text", ColumnType.STRING, true));
        List<List<Object>> expected = rows.rows().stream().map(row -> {
            List<Object> values = new ArrayList<>();
            values.add(row[1] == null ? null : (Object) ((Long) row[1] > 3));
            values.add(TestRows.plain(row[0]));
            values.add(TestRows.plain(row[0]));
            return values;
        }).toList();

        PlanNode project = new PlanNode.Project(query.source(rows), List.of(above(3), text, text), output);

        assertThat(query.run(project)).as("%s", seed).isEqualTo(expected);
    }

    @Test
    void aLimitCutsAnywhere() {
        for (int round = 0; round < 20; round++) {
            int offset = random.nextInt(3) * random.nextInt(12_000);
            int limit = random.nextInt(12_000) - 1;
            List<List<Object>> expected = rows.rows().stream().skip(offset).limit(limit < 0 ? Long.MAX_VALUE : limit)
                    .map(TestRows::plain).toList();
            assertThat(query.run(new PlanNode.Limit(query.source(rows), offset, limit)))
                    .as("offset %d limit %d %s", offset, limit, seed).isEqualTo(expected);
        }
    }

    @Test
    void valuesYieldTheirRowsInBatches() {
        List<List<Expression.Literal>> literals = new ArrayList<>();
        for (Object[] row : rows.rows()) {
            literals.add(List.of(new Expression.Literal(row[0], ColumnType.STRING),
                    new Expression.Literal(row[1], ColumnType.LONG)));
        }
        assertThat(query.run(new PlanNode.Values(rows.fields(), literals))).as("%s", seed)
                .isEqualTo(rows.rows().stream().map(TestRows::plain).toList());
    }

    @Test
    void rowsWithoutColumnsAreStillRows() {
        PlanNode one = new PlanNode.Values(List.of(), List.of(List.of(), List.of(), List.of()));
        assertThat(query.run(one)).hasSize(3);
        PlanNode constant = new PlanNode.Project(one, List.of(
                new Expression.Literal("x".getBytes(StandardCharsets.UTF_8), ColumnType.STRING)),
                List.of(new Field(0, "x", ColumnType.STRING, false)));
        assertThat(query.run(constant)).containsExactly(List.of("x"), List.of("x"), List.of("x"));
    }

    @Test
    void aUnionIsAllRowsOfAllInputs() {
        TestRows more = TestRows.random(random, 10, 5, TYPES);
        List<List<Object>> expected = new ArrayList<>(more.rows().stream().map(TestRows::plain).toList());
        expected.addAll(rows.rows().stream().map(TestRows::plain).toList());
        PlanNode none = query.source(new TestRows(rows.fields(), List.of()));

        PlanNode union = new PlanNode.Union(List.of(none, query.source(more), none, query.source(rows)), rows.fields());

        assertThat(query.run(union)).as("%s", seed).isEqualTo(expected);
    }

    @Test
    void aSystemTableIsOpenedWhenItIsFirstPulled() {
        PlanNode.SystemScan scan = new PlanNode.SystemScan(new TableReference("sys", "nodes"), rows.fields());
        query.systemTable(rows);
        try (OperatorTree tree = query.open(scan)) {
            assertThat(query.openedSystemTables()).isEmpty();
            tree.next();
            assertThat(query.openedSystemTables()).containsExactly(scan);
        }
        assertThat(query.run(scan)).isEqualTo(rows.rows().stream().map(TestRows::plain).toList());
    }
}
