package org.narwhaldb.benchmarks.data;

import static org.narwhaldb.segment.ColumnType.BOOLEAN;
import static org.narwhaldb.segment.ColumnType.DATE;
import static org.narwhaldb.segment.ColumnType.INT;
import static org.narwhaldb.segment.ColumnType.LONG;
import static org.narwhaldb.segment.ColumnType.STRING;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.narwhaldb.launcher.demo.DemoTable;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;

/// The Star Schema Benchmark: P. O'Neil, E. O'Neil, X. Chen, "The Star Schema Benchmark", revision 3 (2009), with the paper's sizes,
/// distributions and queries from a generator of our own. Keys of days are DATE instead of a number that looks like one. The flat table is
/// the star joined, as column stores are measured.
final class SsbTables {
    static final String NAMESPACE = "ssb";
    private static final long SEED = 1992;
    private static final long ROWS_PER_SCALE = 6_000_000;
    private static final double LINES_PER_ORDER = 4;
    private static final int CUSTOMERS_PER_SCALE = 30_000;
    private static final int SUPPLIERS_PER_SCALE = 2_000;
    private static final int PARTS = 200_000;

    private static final List<Field> CUSTOMER = columns(
            "c_custkey", LONG, "c_name", STRING, "c_address", STRING, "c_city", STRING, "c_nation", STRING,
            "c_region", STRING, "c_phone", STRING, "c_mktsegment", STRING);
    private static final List<Field> SUPPLIER = columns(
            "s_suppkey", LONG, "s_name", STRING, "s_address", STRING, "s_city", STRING, "s_nation", STRING,
            "s_region", STRING, "s_phone", STRING);
    private static final List<Field> PART = columns(
            "p_partkey", LONG, "p_name", STRING, "p_mfgr", STRING, "p_category", STRING, "p_brand1", STRING,
            "p_color", STRING, "p_type", STRING, "p_size", INT, "p_container", STRING);
    private static final List<Field> DATES = columns(
            "d_datekey", DATE, "d_date", STRING, "d_dayofweek", STRING, "d_month", STRING, "d_year", INT,
            "d_yearmonthnum", INT, "d_yearmonth", STRING, "d_daynuminweek", INT, "d_daynuminmonth", INT,
            "d_daynuminyear", INT, "d_monthnuminyear", INT, "d_weeknuminyear", INT, "d_sellingseason", STRING,
            "d_lastdayinweekfl", BOOLEAN, "d_lastdayinmonthfl", BOOLEAN, "d_weekdayfl", BOOLEAN);
    private static final List<Field> LINEORDER = columns(
            "lo_orderkey", LONG, "lo_linenumber", INT, "lo_custkey", LONG, "lo_partkey", LONG, "lo_suppkey", LONG,
            "lo_orderdate", DATE, "lo_orderpriority", STRING, "lo_shippriority", INT, "lo_quantity", INT,
            "lo_extendedprice", LONG, "lo_ordtotalprice", LONG, "lo_discount", INT, "lo_revenue", LONG,
            "lo_supplycost", LONG, "lo_tax", INT, "lo_commitdate", DATE, "lo_shipmode", STRING);
    /// What the flat table takes of each dimension, in this order.
    private static final List<String> CUSTOMER_FLAT = List.of("c_city", "c_nation", "c_region", "c_mktsegment");
    private static final List<String> SUPPLIER_FLAT = List.of("s_city", "s_nation", "s_region");
    private static final List<String> PART_FLAT = List.of("p_mfgr", "p_category", "p_brand1", "p_color", "p_type", "p_size", "p_container");
    private static final List<String> DATES_FLAT = List.of("d_year", "d_yearmonthnum", "d_yearmonth", "d_weeknuminyear", "d_dayofweek");

    private final SsbDimensions dimensions = new SsbDimensions(SEED);
    private final long orders;
    private final int customers;
    private final int suppliers;

    /// @param rowCount of the fact table, about
    SsbTables(long rowCount) {
        double scale = (double) rowCount / ROWS_PER_SCALE;
        orders = Math.max(10, Math.round(rowCount / LINES_PER_ORDER));
        customers = (int) Math.max(100, CUSTOMERS_PER_SCALE * scale);
        suppliers = (int) Math.max(50, SUPPLIERS_PER_SCALE * scale);
    }

    List<DemoTable> all() {
        SsbOrders facts = new SsbOrders(dimensions, new SsbOrders.Keys(customers, suppliers, PARTS));
        List<Field> flat = flatColumns();
        return List.of(
                dimension("customer", CUSTOMER, customers, dimensions::customer),
                dimension("supplier", SUPPLIER, suppliers, dimensions::supplier),
                dimension("part", PART, PARTS, dimensions::part),
                dimension("dates", DATES, SsbDimensions.DAYS, day -> SsbDimensions.date((int) day - 1)),
                new DemoTable(name("lineorder"), LINEORDER, "lo_orderdate", List.of(), rows(facts)),
                new DemoTable(name("lineorder_flat"), flat, "lo_orderdate", List.of("s_region", "c_region", "p_mfgr"),
                        flatRows(facts, flat)));
    }

    private Iterable<Object[]> rows(SsbOrders facts) {
        return () -> LongStream.range(0, orders).boxed().flatMap(order -> Stream.of(facts.lines(order))).iterator();
    }

    private Iterable<Object[]> flatRows(SsbOrders facts, List<Field> flat) {
        Object[][] customerRows = table(customers, dimensions::customer);
        Object[][] supplierRows = table(suppliers, dimensions::supplier);
        Object[][] partRows = table(PARTS, dimensions::part);
        Object[][] dateRows = table(SsbDimensions.DAYS, day -> SsbDimensions.date((int) day - 1));
        long firstDay = SsbDimensions.FIRST_DAY.toEpochDay();
        return () -> LongStream.range(0, orders).boxed().flatMap(order -> Stream.of(facts.lines(order))).map(line -> {
            Object[] row = new Object[flat.size()];
            System.arraycopy(line, 0, row, 0, line.length);
            int next = copy(customerRows[(int) ((long) line[2] - 1)], CUSTOMER, CUSTOMER_FLAT, row, line.length);
            next = copy(supplierRows[(int) ((long) line[4] - 1)], SUPPLIER, SUPPLIER_FLAT, row, next);
            next = copy(partRows[(int) ((long) line[3] - 1)], PART, PART_FLAT, row, next);
            copy(dateRows[(int) ((long) line[5] - firstDay)], DATES, DATES_FLAT, row, next);
            return row;
        }).iterator();
    }

    private static List<Field> flatColumns() {
        List<Field> all = new ArrayList<>(LINEORDER);
        CUSTOMER_FLAT.forEach(name -> all.add(CUSTOMER.get(index(CUSTOMER, name))));
        SUPPLIER_FLAT.forEach(name -> all.add(SUPPLIER.get(index(SUPPLIER, name))));
        PART_FLAT.forEach(name -> all.add(PART.get(index(PART, name))));
        DATES_FLAT.forEach(name -> all.add(DATES.get(index(DATES, name))));
        return IntStream.range(0, all.size()).mapToObj(index -> new Field(index + 1, all.get(index).name(), all.get(index).type(),
                false)).toList();
    }

    private static int copy(Object[] source, List<Field> columns, List<String> names, Object[] row, int at) {
        int next = at;
        for (String name : names) {
            row[next++] = source[index(columns, name)];
        }
        return next;
    }

    private static int index(List<Field> columns, String name) {
        return IntStream.range(0, columns.size()).filter(index -> columns.get(index).name().equals(name)).findFirst().orElseThrow();
    }

    private static Object[][] table(int count, LongFunction<Object[]> row) {
        return LongStream.rangeClosed(1, count).mapToObj(row).toArray(Object[][]::new);
    }

    private static DemoTable dimension(String name, List<Field> columns, int count, LongFunction<Object[]> row) {
        return new DemoTable(name(name), columns, null, List.of(), () -> LongStream.rangeClosed(1, count).mapToObj(row).iterator());
    }

    private static TableName name(String table) {
        return new TableName(NAMESPACE, table);
    }

    private static List<Field> columns(Object... namesAndTypes) {
        List<Field> fields = new ArrayList<>();
        for (int index = 0; index < namesAndTypes.length; index += 2) {
            fields.add(new Field(fields.size() + 1, (String) namesAndTypes[index], (ColumnType) namesAndTypes[index + 1], false));
        }
        return List.copyOf(fields);
    }
}
