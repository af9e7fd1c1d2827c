package org.narwhaldb.calcite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.NarwhalException;

/// A remembered plan is the plan that would have been made.
class CachingPlannerTest {
    private static final long WEIGHT = 16 << 20;
    private static final long SEED = Long.getLong("narwhal.seed", System.nanoTime());

    private final CachingPlanner planner = new CachingPlanner(Planning.PLANNER, WEIGHT);

    private SqlPlanner.Statement plan(String sql) {
        return planner.plan(sql, Planning.CATALOG, Planning.SESSION, List.of());
    }

    /// Plans one after the other, each as without a cache; returns how many were planned in full.
    private long check(String... statements) {
        long before = planner.plannedCount();
        for (String sql : statements) {
            assertThat(plan(sql)).as(sql).isEqualTo(Planning.statement(sql));
        }
        return planner.plannedCount() - before;
    }

    @ParameterizedTest
    @MethodSource("org.narwhaldb.calcite.GoldenPlanTest#goldens")
    void aStatementThatComesAgainIsNotPlannedAgain(GoldenPlanTest.Golden golden) {
        String sql = golden.sql().startsWith("tpch ") ? TpchCatalog.query(Integer.parseInt(golden.sql().substring(5))) : golden.sql();

        assertThat(check(sql, sql, sql)).isEqualTo(plan(sql).repeatable() ? 1 : 3);
    }

    @Test
    void whatReadsTheClockIsPlannedEachTime() {
        assertThat(check("select * from types where ts < current_timestamp", "select * from types where ts < current_timestamp"))
                .isEqualTo(2);
        assertThat(check("select current_date", "select current_date")).isEqualTo(2);
    }

    @Test
    void oneShapeIsPlannedTwiceAndNoMore() {
        assertThat(check("select count(*) from types where s = 'US'", "select count(*) from types where s = 'DE'",
                "select count(*) from types where s = 'it''s'", "select  count(*)\nfrom types -- of one\nwhere s = 'é'")).isEqualTo(2);
        assertThat(check(
                "select i, sum(b) from types where ts >= timestamp '2024-01-01 00:00:00' and ts < timestamp '2024-01-02 00:00:00' group by i",
                "select i, sum(b) from types where ts >= timestamp '2024-02-01 00:00:00' and ts < timestamp '2024-02-08 00:00:00' group by i",
                "select i, sum(b) from types where ts >= timestamp '2023-01-01 00:00:00' and ts < timestamp '2024-12-31 01:02:03' group by i"))
                .isEqualTo(2);
        assertThat(check("select * from types where dec < 12.25 and d > 0.5 and day between date '2024-01-01' and date '2024-02-01'",
                "select * from types where dec < 13.50 and d > 0.7 and day between date '2024-01-03' and date '2024-01-09'",
                "select * from types where dec < 99.99 and d > 0.1 and day between date '2001-01-01' and date '2024-12-09'"))
                .isEqualTo(2);
        assertThat(check("select * from types where i in (17, 28, 39) and s in ('a', 'b')",
                "select * from types where i in (11, 22, 33) and s in ('x', 'z')",
                "select * from types where i in (12, 23, 34) and s in ('x', 'y')")).isEqualTo(2);
    }

    @Test
    void valuesThatMeetDifferentlyArePlannedAnew() {
        check("select * from types where b > 15 and b > 13", "select * from types where b > 17 and b > 12",
                "select * from types where b > 13 and b > 15", "select * from types where b > 11 and b > 11",
                "select * from types where b > 12 and b < 14", "select * from types where b > 14 and b < 12",
                "select * from types where b > 22 and b < 24", "select * from types where b > 34 and b < 32");
        check("select * from types where b = 15 and b = 13", "select * from types where b = 13 and b = 13",
                "select * from types where b = 16 and b = 12", "select * from types where b = 14 and b = 14",
                "select * from types where b <> 15 and b <> 13", "select * from types where b <> 12 and b <> 14",
                "select * from types where b <> 25 and b <> 23", "select * from types where b <> 22 and b <> 24");
        check("select * from types where b between 10 and 20 or b between 15 and 30",
                "select * from types where b between 11 and 21 or b between 16 and 31",
                "select * from types where b between 10 and 20 or b between 25 and 30",
                "select * from types where b between 12 and 22 or b between 27 and 32",
                "select * from types where b between 30 and 20 or b between 25 and 30");
    }

    @Test
    void aValueThatThePlanDependsOnKeepsItsOwnPlan() {
        check("select i from types order by i limit 10", "select i from types order by i limit 20", "select i from types order by i limit 30");
        check("select i, b from types order by 1", "select i, b from types order by 2", "select i, b from types order by 1");
        check("select i from types where s like 'a%'", "select i from types where s like '%a'", "select i from types where s like 'b%'");
        check("select i from types where i = 5.0", "select i from types where i = 6.0", "select i from types where i = 6.5",
                "select i from types where i = 7.0", "select i from types where i = 7.5");
        check("select i + 1 from types where i = 10 - 3", "select i + 2 from types where i = 10 - 3",
                "select i + 2 from types where i = 10 - 4", "select i + 2 from types where i = 10 - 5");
        check("select i from types where ts > '2024-01-01'", "select i from types where ts > '2024-01-02'",
                "select i from types where ts > '2024-01-03 01:00:00'");
        check("select i from types where ts > timestamp '2024-01-01 00:00:00' - interval '1' day",
                "select i from types where ts > timestamp '2024-01-02 00:00:00' - interval '2' day",
                "select i from types where ts > timestamp '2024-01-03 00:00:00' - interval '3' day");
        check("select s || '1' from types where i = 10", "select s || '2' from types where i = 20", "select s || '3' from types where i = 30");
    }

    @Test
    void randomStatementsHaveThePlansTheyWouldHaveHad() {
        Random random = new Random(SEED);
        long planned = 0;
        int count = 400;
        for (int run = 0; run < count; run++) {
            planned += check(statement(random));
        }
        assertThat(planned).as("seed %d", SEED).isLessThan(count);
    }

    private static String statement(Random random) {
        List<String> terms = new ArrayList<>();
        for (int term = 1 + random.nextInt(2); term > 0; term--) {
            terms.add(term(random));
        }
        String where = String.join(random.nextInt(3) == 0 ? " or " : " and ", terms);
        return switch (random.nextInt(3)) {
            case 0 -> "select count(*) from types where " + where;
            case 1 -> "select s, sum(b) from types where not (" + where + ") group by s";
            default -> "select i from (select i, b, s, d, dec, day, ts from types where " + where + ") x where " + term(random);
        };
    }

    private static String term(Random random) {
        String operator = List.of("=", "<>", "<", "<=", ">", ">=").get(random.nextInt(6));
        return switch (random.nextInt(7)) {
            case 0 -> "b " + operator + " " + random.nextInt(4);
            case 1 -> "s " + operator + " '" + (char) ('a' + random.nextInt(3)) + "'";
            case 2 -> "b between " + random.nextInt(4) + " and " + random.nextInt(4);
            case 3 -> "b in (" + random.nextInt(4) + ", " + random.nextInt(4) + ", 7)";
            case 4 -> "dec " + operator + " " + random.nextInt(3) + "." + random.nextInt(10);
            case 5 -> "ts " + operator + " timestamp '2024-01-0" + (1 + random.nextInt(3)) + " 00:00:00'";
            default -> "day " + operator + " date '" + LocalDate.of(2024, 1, 1 + random.nextInt(3)) + "'";
        };
    }

    @Test
    void preparedStatementsShareThePlanOfTheirShape() {
        String sql = "select count(*) from types where s = ? and b between ? and ? limit 10";
        SqlPlanner.Statement prepared = planner.prepare(sql, Planning.CATALOG, Planning.SESSION);
        assertThat(prepared).isEqualTo(Planning.PLANNER.prepare(sql, Planning.CATALOG, Planning.SESSION));
        assertThat(planner.prepare(sql, Planning.CATALOG, Planning.SESSION)).isSameAs(prepared);
        long before = planner.plannedCount();
        for (long run = 3; run < 10; run++) {
            List<Expression.Literal> parameters = List.of(text("v" + run), number(run), number(run * 2));
            assertThat(planner.plan(sql, Planning.CATALOG, Planning.SESSION, parameters))
                    .isEqualTo(Planning.PLANNER.plan(sql, Planning.CATALOG, Planning.SESSION, parameters));
        }
        assertThat(planner.plannedCount() - before).isEqualTo(2);
        List<Expression.Literal> unknown = List.of(new Expression.Literal(null, ColumnType.STRING), number(1), number(2));
        assertThat(planner.plan(sql, Planning.CATALOG, Planning.SESSION, unknown))
                .isEqualTo(Planning.PLANNER.plan(sql, Planning.CATALOG, Planning.SESSION, unknown));
    }

    private static Expression.Literal text(String value) {
        return new Expression.Literal(value.getBytes(StandardCharsets.UTF_8), ColumnType.STRING);
    }

    private static Expression.Literal number(long value) {
        return new Expression.Literal(value, ColumnType.LONG);
    }

    @Test
    void aTableThatChangesIsPlannedAnew() {
        String sql = "select * from t where a = 1";
        MemoryCatalog before = new MemoryCatalog()
                .add(MemoryCatalog.table("main", "t", 1000).column("a", ColumnType.LONG).build());
        MemoryCatalog grown = new MemoryCatalog()
                .add(MemoryCatalog.table("main", "t", 1023).column("a", ColumnType.LONG).build());
        MemoryCatalog wider = new MemoryCatalog()
                .add(MemoryCatalog.table("main", "t", 1000).column("a", ColumnType.LONG).column("b", ColumnType.LONG).build());
        SqlPlanner.Statement first = planner.plan(sql, before, Planning.SESSION, List.of());

        assertThat(planner.plan(sql, grown, Planning.SESSION, List.of())).isSameAs(first);
        assertThat(planner.plan(sql, wider, Planning.SESSION, List.of()).output()).hasSize(2);
        assertThatThrownBy(() -> planner.plan(sql, new MemoryCatalog().schema("main"), Planning.SESSION, List.of()))
                .isInstanceOf(NarwhalException.class).hasMessageContaining("table [t] not found");
    }

    @Test
    void aTableThatComesBeforeAnotherOneOfThatNameIsSeen() {
        String sql = "select * from other.t";
        MemoryCatalog before = new MemoryCatalog().schema("main")
                .add(MemoryCatalog.table("Other", "t", 1000).column("a", ColumnType.LONG).build());
        planner.plan(sql, before, Planning.SESSION, List.of());
        before.add(MemoryCatalog.table("other", "t", 1000).column("b", ColumnType.STRING).build());

        assertThat(planner.plan(sql, before, Planning.SESSION, List.of()))
                .isEqualTo(Planning.PLANNER.plan(sql, before, Planning.SESSION, List.of()));
    }

    @Test
    void sessionsOfOtherZonesAndSchemasHaveTheirOwnPlans() {
        String sql = "select cast(ts as timestamp with time zone) from types";
        SqlPlanner.Session east = new SqlPlanner.Session("main", ZoneId.of("+02:00"), Planning.SESSION.nowMicros());
        plan(sql);
        assertThat(planner.plan(sql, Planning.CATALOG, east, List.of()))
                .isEqualTo(Planning.PLANNER.plan(sql, Planning.CATALOG, east, List.of()));
        SqlPlanner.Session system = new SqlPlanner.Session("sys", ZoneId.of("UTC"), Planning.SESSION.nowMicros());
        assertThatThrownBy(() -> planner.plan(sql, Planning.CATALOG, system, List.of())).isInstanceOf(NarwhalException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 'a", "select /* a", "select \"a", "select \u0001"})
    void whatCannotBeCutIsPlannedAsItIs(String sql) {
        assertThat(SqlTokens.of(sql)).isEmpty();
        assertThatThrownBy(() -> plan(sql)).isInstanceOf(NarwhalException.class);
    }

    @Test
    void theShapeKeepsWhatIsNoPlainLiteral() {
        assertThat(shape("select x1, 1e3, interval '1' day, x'ab', t.1 from \"a'b\" where -- 'c'\n a='b' /* 1 */ and c  =  2.50"))
                .isEqualTo("select x1, 1e3, interval '1' day, x'ab', t.1 from \"a'b\" where a=\u0001s and c = \u0001d3.2");
        assertThat(shape("date '2024-01-01' timestamp '2024-01-01 00:00:00.5' date 'x' 12345678901"))
                .isEqualTo("date \u0001D timestamp \u0001T1 date 'x' \u0001l11");
    }

    private static String shape(String sql) {
        return SqlTokens.of(sql).orElseThrow().shape();
    }
}
