package org.narwhaldb.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.client.ValueText;
import org.narwhaldb.launcher.demo.TpchTables;

/// The 22 TPC-H queries: Narwhal over Flight SQL, DuckDB in this process on native tables of the same Parquet files, both with all cores.
final class TpchSuite {
    private static final int QUERIES = 22;
    private static final int WARM_UPS = 2;
    /// An average of decimals is DECIMAL with six digits after the point here and DOUBLE there.
    private static final double ERROR_MAX = 1e-6;

    private final NarwhalClient client;
    private final Path warehouse;

    TpchSuite(NarwhalClient client, Path warehouse) {
        this.client = client;
        this.warehouse = warehouse;
    }

    List<Comparison.Result> run(int runs) throws SQLException, IOException {
        client.update("SET schema = 'tpch'");
        try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:"); Statement statement = duckDb.createStatement()) {
            for (String table : TpchTables.names()) {
                statement.execute("CREATE TABLE %s AS SELECT * FROM read_parquet('%s/**/*.parquet')".formatted(
                        table, warehouse.resolve(TpchTables.NAMESPACE).resolve(table)));
            }
            List<Comparison.Result> results = new ArrayList<>();
            for (int number = 1; number <= QUERIES; number++) {
                results.add(compare("q%02d".formatted(number), duckDb, runs));
                System.err.println(results.getLast());
            }
            return results;
        }
    }

    private Comparison.Result compare(String name, Connection duckDb, int runs) throws SQLException, IOException {
        String sql = query(name);
        List<List<Object>> ours = List.of();
        List<List<Object>> theirs = List.of();
        double[] narwhalMillis = new double[runs];
        double[] duckDbMillis = new double[runs];
        for (int run = -WARM_UPS; run < runs; run++) {
            long start = System.nanoTime();
            ours = narwhal(sql);
            long between = System.nanoTime();
            theirs = duckDb(duckDb, sql);
            if (run >= 0) {
                narwhalMillis[run] = (between - start) / 1e6;
                duckDbMillis[run] = (System.nanoTime() - between) / 1e6;
            }
        }
        boolean same = same(ours, theirs);
        return new Comparison.Result(name, "tpch", ours.size(), Comparison.median(narwhalMillis), Comparison.median(duckDbMillis), same);
    }

    private List<List<Object>> narwhal(String sql) {
        List<List<Object>> rows = new ArrayList<>();
        client.query(sql, new NarwhalClient.RowSink() {
            @Override
            public void start(VectorSchemaRoot root) {
                // only the rows are compared
            }

            @Override
            public void batch(VectorSchemaRoot root) {
                for (int row = 0; row < root.getRowCount(); row++) {
                    List<Object> values = new ArrayList<>();
                    for (FieldVector vector : root.getFieldVectors()) {
                        values.add(ValueText.value(vector, row));
                    }
                    rows.add(values);
                }
            }

            @Override
            public void end() {
                // all rows are there
            }
        });
        return rows;
    }

    private static List<List<Object>> duckDb(Connection connection, String sql) throws SQLException {
        List<List<Object>> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<Object> values = new ArrayList<>();
                for (int column = 1; column <= columns; column++) {
                    values.add(result.getObject(column));
                }
                rows.add(values);
            }
        }
        return rows;
    }

    /// As bags: a TPC-H query may leave the order of equal keys open.
    private static boolean same(List<List<Object>> ours, List<List<Object>> theirs) {
        if (ours.size() != theirs.size()) {
            return false;
        }
        Comparator<List<Object>> order = Comparator.comparing(TpchSuite::texts).thenComparing(TpchSuite::numbers);
        List<List<Object>> left = ours.stream().sorted(order).toList();
        List<List<Object>> right = theirs.stream().sorted(order).toList();
        for (int row = 0; row < left.size(); row++) {
            for (int column = 0; column < left.get(row).size(); column++) {
                if (!same(left.get(row).get(column), right.get(row).get(column))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean same(Object ours, Object theirs) {
        if (ours instanceof Number left && theirs instanceof Number right) {
            double difference = Math.abs(left.doubleValue() - right.doubleValue());
            return difference <= ERROR_MAX * Math.max(1, Math.abs(right.doubleValue()));
        }
        return String.valueOf(ours).equals(String.valueOf(theirs));
    }

    private static String texts(List<Object> row) {
        return row.stream().map(value -> value instanceof Number ? "" : String.valueOf(value)).toList().toString();
    }

    /// Whole parts only, so that a last digit does not decide the order.
    private static String numbers(List<Object> row) {
        return row.stream()
                .map(value -> value instanceof Number number ? "%020.2f".formatted(number.doubleValue()) : "").toList().toString();
    }

    private static String query(String name) throws IOException {
        try (InputStream in = TpchSuite.class.getResourceAsStream("/tpch/" + name + ".sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace(";", "");
        }
    }
}
