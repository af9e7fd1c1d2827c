package org.narwhaldb.calcite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

class StatementsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            set zone.name = 'Europe/Vienna'  | zone.name    | Europe/Vienna
            SET query.timeout TO 30         | query.timeout | 30
            set a = 'it''s';                | a            | it's
            """)
    void setNamesAKeyAndAValue(String sql, String key, String value) {
        SqlPlanner.Statement statement = Planning.statement(sql);

        assertThat(statement.kind()).isEqualTo(SqlPlanner.Kind.SET);
        assertThat(statement.setKey()).isEqualTo(key);
        assertThat(statement.setValue()).isEqualTo(value);
        assertThat(statement.plan()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            explain select 1                     | EXPLAIN
            EXPLAIN PLAN FOR select 1            | EXPLAIN
            explain analyze select 1;            | EXPLAIN_ANALYZE
            /* why */ explain /* so */ select 1  | EXPLAIN
            select 1                             | QUERY
            with x as (select 1) select * from x | QUERY
            """)
    void explainIsTakenOffTheQuery(String sql, SqlPlanner.Kind kind) {
        SqlPlanner.Statement statement = Planning.statement(sql);

        assertThat(statement.kind()).isEqualTo(kind);
        assertThat(statement.plan()).isNotNull();
        if (kind != SqlPlanner.Kind.QUERY) {
            assertThat(statement.output()).containsExactly(new Field(0, "plan", ColumnType.STRING, false));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "select time, user from edits where time > timestamp '2015-09-12 00:00:00' order by time",
        "select e.time, count(*) as value from edits e group by e.time having max(time) > timestamp '2015-09-12 00:00:00'",
        "select date_trunc('hour', time) as hour, sum(delta) from edits group by hour order by hour",
        "select max(time) as date, min(user) as \"order\" from edits"})
    void keywordsMayBeNamesOfColumns(String sql) {
        assertThat(Planning.plan(sql).leaves()).isNotEmpty();
    }

    @Test
    void namesMatchExactlyFirstThenIgnoringCase() {
        assertThat(Planning.plan("select page, PAGE, \"Page\" from EDITS").output()).extracting(Field::name)
                .containsExactly("page", "PAGE", "Page");
    }

    @Test
    void systemTablesStayOnTheFrontEnd() {
        var plan = Planning.plan("select s.\"table\", n_name from sys.segments s join nation on n_nationkey = s.\"rows\"");

        assertThat(plan.leaves()).hasSize(1);
        assertThat(plan.leaves()).noneMatch(leaf -> PlanCheck.nodes(leaf.root()).anyMatch(PlanNode.SystemScan.class::isInstance));
        assertThat(plan.builds()).anyMatch(build -> PlanCheck.nodes(build.root()).anyMatch(PlanNode.SystemScan.class::isInstance));
    }

    @Test
    void aQueryOverConstantsHasNoLeaves() {
        assertThat(Planning.plan("select 1 + 1, 'ü€' || 'x', date '2020-01-31' + interval '1' month").leaves()).isEmpty();
    }
}
