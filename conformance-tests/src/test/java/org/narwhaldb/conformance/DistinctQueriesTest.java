package org.narwhaldb.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// Random aggregates, distinct and not, side by side, also with HAVING and the first few groups only, against DuckDB.
class DistinctQueriesTest {
    private static final int QUERIES = 60;
    private static final List<String> KEYS = List.of("g", "h", "flag");
    private static final List<String> ARGUMENTS = List.of("v", "part", "g", "instruct", "day");
    private static final List<String> NUMBERS = List.of("v", "part");

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

    @Test
    void randomDistinctAggregatesAreThoseOfTheOracle() {
        SharedCluster cluster = SharedCluster.get();
        for (int query = 0; query < QUERIES; query++) {
            String sql = next();
            String what = "-Dnarwhal.seed=%d, query %d: %s".formatted(seed, query, sql);
            Rows.of(cluster.client(), sql).assertEqualTo(cluster.duckDb().query(sql), true, what);
        }
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String next() {
        List<String> keys = KEYS.stream().filter(_ -> random.nextInt(3) == 0).toList();
        String filter = random.nextInt(4) == 0 ? " FILTER (WHERE %s)".formatted(condition()) : "";
        String argument = one(ARGUMENTS);
        List<String> calls = new ArrayList<>();
        calls.add("COUNT(DISTINCT %s)%s".formatted(argument, filter));
        if (NUMBERS.contains(argument) && random.nextBoolean()) {
            calls.add("%s(DISTINCT %s)%s".formatted(random.nextBoolean() ? "SUM" : "AVG", argument, filter));
        }
        if (random.nextInt(5) == 0) {
            calls.add("COUNT(DISTINCT %s)".formatted(one(ARGUMENTS)));
        }
        for (int other = random.nextInt(4); other > 0; other--) {
            calls.add(call());
        }
        String selected = String.join(", ", keys) + (keys.isEmpty() ? "" : ", ") + String.join(", ", calls);
        String sql = "SELECT %s FROM %s".formatted(selected, rows(1 + random.nextInt(9)));
        if (random.nextInt(3) == 0) {
            sql += " WHERE " + condition();
        }
        if (keys.isEmpty()) {
            return sql;
        }
        sql += " GROUP BY " + String.join(", ", keys);
        if (random.nextInt(3) == 0) {
            sql += " HAVING COUNT(*) > %d".formatted(random.nextInt(200));
        }
        String orders = String.join(", ", keys.stream().map(key -> key + " NULLS LAST").toList());
        return sql + " ORDER BY " + (random.nextBoolean() ? orders : (keys.size() + 1) + " DESC, " + orders)
                + (random.nextBoolean() ? " LIMIT " + (1 + random.nextInt(12)) : "");
    }

    private String call() {
        String filter = random.nextInt(4) == 0 ? " FILTER (WHERE %s)".formatted(condition()) : "";
        return switch (random.nextInt(8)) {
            case 0, 1 -> "COUNT(*)" + filter;
            case 2 -> "COUNT(%s)%s".formatted(one(ARGUMENTS), filter);
            case 3 -> "SUM(%s)%s".formatted(random.nextBoolean() ? "price" : one(NUMBERS), filter);
            case 4 -> "AVG(%s)%s".formatted(one(NUMBERS), filter);
            case 5 -> "%s(%s)%s".formatted(random.nextBoolean() ? "MIN" : "MAX", one(ARGUMENTS), filter);
            case 6 -> "BOOL_OR(part > 17)";
            default -> "SUM(d)";
        };
    }

    private String condition() {
        return switch (random.nextInt(3)) {
            case 0 -> "part < " + random.nextInt(45);
            case 1 -> "g <> 'AIR'";
            default -> "v IS NOT NULL";
        };
    }

    /// One in so many items, with NULLs in place of some values.
    private static String rows(int share) {
        return """
                (SELECT NULLIF(l_shipmode, 'MAIL') AS g, NULLIF(MOD(l_suppkey, 7), 3) AS h, l_returnflag AS flag,
                NULLIF(MOD(l_orderkey, 90), 11) AS v, MOD(l_partkey, 40) AS part, l_shipinstruct AS instruct,
                CASE WHEN MOD(l_suppkey, 9) > 0 THEN l_shipdate END AS day, l_extendedprice AS price,
                CAST(l_quantity AS DOUBLE) / 4 AS d FROM tpch.lineitem WHERE MOD(l_orderkey, %d) = 0) t"""
                .formatted(share).replace('\n', ' ');
    }
}
