package org.narwhaldb.conformance;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// Random window queries against DuckDB.
class WindowQueriesTest {
    private static final int QUERIES = 60;

    @Test
    void randomWindowsAreThoseOfTheOracle() {
        long seed = Long.getLong("narwhal.seed", System.nanoTime());
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        WindowQueries queries = new WindowQueries(random);
        SharedCluster cluster = SharedCluster.get();
        for (int query = 0; query < QUERIES; query++) {
            String sql = queries.next(rows(1 + random.nextInt(9)));
            String what = "-Dnarwhal.seed=%d, query %d: %s".formatted(seed, query, sql);
            Rows.of(cluster.client(), sql).assertEqualTo(cluster.duckDb().query(sql), true, what);
        }
    }

    /// One in so many orders, with NULLs in place of some values.
    private static String rows(int share) {
        return """
                (SELECT o_orderkey AS id, NULLIF(o_orderpriority, '2-HIGH') AS g, NULLIF(MOD(o_custkey, 7), 3) AS h,
                NULLIF(MOD(o_custkey, 50), 11) AS v, CASE WHEN o_custkey > 300 THEN o_totalprice END AS m,
                CASE WHEN o_custkey < 1200 THEN CAST(o_totalprice AS DOUBLE) END AS d,
                CASE WHEN MOD(o_custkey, 9) > 0 THEN o_orderdate END AS day FROM tpch.orders WHERE MOD(o_orderkey, %d) = 0) t"""
                .formatted(share).replace('\n', ' ');
    }
}
