package org.narwhaldb.calcite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Plans that run: what the rewriting of a statement must not change. Expected rows are those of the SQL standard.
class QueryResultsTest {
    private final LocalExecution tables = new LocalExecution()
            .table(MemoryCatalog.table("main", "t", 5).column("a", ColumnType.INT).column("b", ColumnType.LONG)
                            .column("s", ColumnType.STRING).column("d", ColumnType.decimal(6, 2)).column("day", ColumnType.DATE),
                    row(1, 10, "x", 150, 0), row(2, 20, "y", 250, 31), row(3, null, "x", null, 59), row(null, 10, null, 125, 90),
                    row(5, 50, "z", -75, null))
            .table(MemoryCatalog.table("main", "u", 4).column("x", ColumnType.LONG).column("y", ColumnType.STRING),
                    row(10, "x"), row(20, "q"), row(20, "y"), row(null, "x"))
            .table(MemoryCatalog.table("main", "v", 2).required("k", ColumnType.LONG, 2), row(10), row(50))
            .table(MemoryCatalog.table("main", "nothing", 0).column("k", ColumnType.LONG));

    private static Object[] row(Object... values) {
        return values;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            select a from t where b in (select x from u) ~ 1, 2, NULL
            select a from t where b not in (select x from u) ~ (none)
            select a from t where b not in (select x from u where x is not null) ~ 5
            select a from t where b not in (select k from v) ~ 2
            select a from t where b not in (select k from nothing) ~ 1, 2, 3, 5, NULL
            select a from t where b in (select k from nothing) ~ (none)
            select a from t where b not in (select x from u where u.y = t.s) ~ 5, NULL
            select a from t where exists (select 1 from u where y = s) ~ 1, 2, 3
            select a from t where not exists (select 1 from u where y = s) ~ 5, NULL
            select a from t where exists (select 1 from u where y = s and x > b) ~ (none)
            select a from t where exists (select 1 from u where y = s limit 0) ~ (none)
            select a from t where exists (select 1 from v) and a < 3 ~ 1, 2
            select a from t where b > all (select x from u) ~ (none)
            select a from t where b > all (select k from nothing) ~ 1, 2, 3, 5, NULL
            select a from t where b >= all (select k from v) ~ 5
            select a from t where b = any (select k from v) ~ 1, 5, NULL
            select a from t where b in (select x from u) or s = 'z' ~ 1, 2, 5, NULL
            select a from t where (b not in (select k from v)) is null ~ 3
            select a from t where b = (select max(k) from v) ~ 5
            select a from t where d > (select avg(d) from t t2 where t2.s = t.s) ~ (none)
            select a from t where b = (select min(x) from u where u.y = t.s) ~ 1, 2
            select a, (select count(*) from u where y = s) from t ~ 1|2, 2|1, 3|2, 5|0, NULL|0
            select a, (select max(x) from u where y = s) from t ~ 1|10, 2|20, 3|10, 5|NULL, NULL|NULL
            select a, (select count(*) from v where k <= b) from t ~ 1|1, 2|1, 3|0, 5|2, NULL|1
            select a, y from t left join u on b = x and y = 'x' ~ 1|x, 2|NULL, 3|NULL, 5|NULL, NULL|x
            select a, x from t full join u on s = y ~ 1|10, 1|NULL, 2|20, 3|10, 3|NULL, 5|NULL, NULL|20, NULL|NULL
            select a, y from t left join u on b = x where y is null ~ 3|NULL, 5|NULL
            select a, x from t join u on b is not distinct from x ~ 1|10, 2|20, 2|20, 3|NULL, NULL|10
            select t.a, k from t join v on b < k ~ 1|50, 2|50, NULL|50
            select count(*), count(b), sum(a), avg(a), min(s) from t ~ 5|4|11|2.75|x
            select s, count(*), sum(d) from t group by s ~ NULL|1|1.25, x|2|1.50, y|1|2.50, z|1|-0.75
            select count(distinct b), sum(distinct b), count(*) from t ~ 3|80|5
            select count(distinct b), count(distinct b) filter (where a > 1) from t ~ 3|2
            select s, count(distinct b) from t group by s having count(*) > 1 ~ x|1
            select count(*) from t where 1 = 0 ~ 0
            select sum(a) from t where a > 100 ~ NULL
            select distinct b from t ~ 10, 20, 50, NULL
            select s from t union select y from u ~ NULL, q, x, y, z
            select s from t intersect select y from u ~ x, y
            select s from t except select y from u ~ NULL, z
            select a from t union all select x from u where x = 10 ~ 1, 10, 2, 3, 5, NULL
            select avg(d) from t ~ 1.125000
            select a / 2, d / 4 from t where a = 5 ~ 2|-0.1875000000000
            select case when a > 1 then 'big' else 'x' end || '!' from t where a < 3 ~ big!, x!
            select day + interval '1' month from t where a = 2 ~ 1970-03-01
            select count(*) from t where day >= '1970-02-01' and day < date '1970-04-01' ~ 2
            with c as (select s, sum(b) n from t group by s) select c.s from c where n = (select max(n) from c) ~ z
            select a from (values (1), (2)) w (a) where a in (select b / 10 from t) ~ 1, 2
            select t.a from t, u, v where t.b = u.x and u.x = v.k and v.k = 10 ~ 1, NULL
            select a from t where d in (1.5, 2.5, 7) or a in (5) ~ 1, 2, 5
            select a from t where a = 1.0 or a > 4.5 ~ 1, 5
            """)
    void aQueryYieldsTheRowsOfTheStandard(String sql, String expected) {
        List<String> rows = tables.run(sql);

        assertThat(rows).as(sql).containsExactlyInAnyOrderElementsOf(
                expected.equals("(none)") ? List.of() : Arrays.asList(expected.split(", ")));
    }

    @Test
    void rowsComeInTheOrderAskedForNullsHigh() {
        assertThat(tables.run("select a from t order by a")).containsExactly("1", "2", "3", "5", "NULL");
        assertThat(tables.run("select a from t order by a desc limit 2")).containsExactly("NULL", "5");
        assertThat(tables.run("select a from t order by a nulls first limit 2 offset 1")).containsExactly("1", "2");
        assertThat(tables.run("select s, sum(b) as total from t group by s order by total desc nulls last, 1 limit 2"))
                .containsExactly("z|50", "y|20");
    }

    @Test
    void aScalarSubQueryOfTwoRowsIsAnError() {
        NarwhalException error = catchThrowableOfType(NarwhalException.class,
                () -> tables.run("select a from t where b = (select k from v)"));

        assertThat(error.code()).isEqualTo(ErrorCode.CARDINALITY_VIOLATION);
    }

    @Test
    void aDivisionByZeroFailsOnlyIfARowNeedsIt() {
        assertThat(tables.run("select 1 / 0 from nothing")).isEmpty();
        assertThat(catchThrowableOfType(NarwhalException.class, () -> tables.run("select 1 / 0 from v")).code())
                .isEqualTo(ErrorCode.DIVISION_BY_ZERO);
    }
}
