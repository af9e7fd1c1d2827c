package org.narwhaldb.calcite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import org.narwhaldb.segment.ColumnType;

/// The TPC-H schema with statistics of scale 1, and its queries.
final class TpchCatalog {
    private static final ColumnType KEY = ColumnType.LONG;
    private static final ColumnType MONEY = ColumnType.decimal(12, 2);
    private static final ColumnType TEXT = ColumnType.STRING;
    private static final ColumnType DATE = ColumnType.DATE;

    private TpchCatalog() {}

    static MemoryCatalog create() {
        return addTo(new MemoryCatalog());
    }

    static MemoryCatalog addTo(MemoryCatalog catalog) {
        return catalog
                .add(MemoryCatalog.table("main", "region", 5).required("r_regionkey", KEY, 5).required("r_name", TEXT, 5)
                        .required("r_comment", TEXT, 5).build())
                .add(MemoryCatalog.table("main", "nation", 25).required("n_nationkey", KEY, 25).required("n_name", TEXT, 25)
                        .required("n_regionkey", KEY, 5).required("n_comment", TEXT, 25).build())
                .add(MemoryCatalog.table("main", "supplier", 10_000).required("s_suppkey", KEY, 10_000)
                        .required("s_name", TEXT, 10_000).required("s_address", TEXT, 10_000).required("s_nationkey", KEY, 25)
                        .required("s_phone", TEXT, 10_000).required("s_acctbal", MONEY, 9_955).required("s_comment", TEXT, 10_000)
                        .build())
                .add(MemoryCatalog.table("main", "customer", 150_000).required("c_custkey", KEY, 150_000)
                        .required("c_name", TEXT, 150_000).required("c_address", TEXT, 150_000).required("c_nationkey", KEY, 25)
                        .required("c_phone", TEXT, 150_000).required("c_acctbal", MONEY, 140_187, -99_999L, 999_999L)
                        .required("c_mktsegment", TEXT, 5).required("c_comment", TEXT, 149_968).build())
                .add(MemoryCatalog.table("main", "part", 200_000).required("p_partkey", KEY, 200_000)
                        .required("p_name", TEXT, 199_997).required("p_mfgr", TEXT, 5).required("p_brand", TEXT, 25)
                        .required("p_type", TEXT, 150).required("p_size", ColumnType.INT, 50, 1L, 50L)
                        .required("p_container", TEXT, 40).required("p_retailprice", MONEY, 20_899).required("p_comment", TEXT, 131_753)
                        .build())
                .add(MemoryCatalog.table("main", "partsupp", 800_000).required("ps_partkey", KEY, 200_000)
                        .required("ps_suppkey", KEY, 10_000).required("ps_availqty", ColumnType.INT, 9_999, 1L, 9_999L)
                        .required("ps_supplycost", MONEY, 99_901, 100L, 100_000L).required("ps_comment", TEXT, 799_124).build())
                .add(MemoryCatalog.table("main", "orders", 1_500_000).required("o_orderkey", KEY, 1_500_000)
                        .required("o_custkey", KEY, 99_996).required("o_orderstatus", TEXT, 3)
                        .required("o_totalprice", MONEY, 1_464_556)
                        .required("o_orderdate", DATE, 2_406, day("1992-01-01"), day("1998-08-02"))
                        .required("o_orderpriority", TEXT, 5).required("o_clerk", TEXT, 1_000)
                        .required("o_shippriority", ColumnType.INT, 1).required("o_comment", TEXT, 1_482_071).build())
                .add(MemoryCatalog.table("main", "lineitem", 6_001_215).required("l_orderkey", KEY, 1_500_000)
                        .required("l_partkey", KEY, 200_000).required("l_suppkey", KEY, 10_000).required("l_linenumber", ColumnType.INT, 7)
                        .required("l_quantity", MONEY, 50, 100L, 5_000L).required("l_extendedprice", MONEY, 933_900)
                        .required("l_discount", MONEY, 11, 0L, 10L).required("l_tax", MONEY, 9, 0L, 8L)
                        .required("l_returnflag", TEXT, 3).required("l_linestatus", TEXT, 2)
                        .required("l_shipdate", DATE, 2_526, day("1992-01-02"), day("1998-12-01"))
                        .required("l_commitdate", DATE, 2_466, day("1992-01-31"), day("1998-10-31"))
                        .required("l_receiptdate", DATE, 2_554, day("1992-01-04"), day("1998-12-31"))
                        .required("l_shipinstruct", TEXT, 4).required("l_shipmode", TEXT, 7).required("l_comment", TEXT, 4_501_941)
                        .build());
    }

    private static long day(String date) {
        return LocalDate.parse(date).toEpochDay();
    }

    /// @param number from 1 to 22
    static String query(int number) {
        String name = "/tpch/q%02d.sql".formatted(number);
        try (InputStream in = TpchCatalog.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
