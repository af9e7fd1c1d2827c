package org.narwhaldb.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.client.ValueText;
import org.narwhaldb.launcher.demo.TpchTables;

/// The 22 TPC-H queries: Narwhal over Flight SQL, DuckDB in this process on native tables of the same Parquet files, both with all cores.
final class TpchSuite {
    private static final int QUERIES = 22;
    private static final int WARM_UPS = 2;
    /// Doubles and averages are compared to so many digits.
    private static final MathContext DIGITS = new MathContext(6);

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
        List<String> ours = List.of();
        List<String> theirs = List.of();
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
        boolean same = ours.stream().sorted().toList().equals(theirs.stream().sorted().toList());
        return new Comparison.Result(name, "tpch", ours.size(), Comparison.median(narwhalMillis), Comparison.median(duckDbMillis), same);
    }

    private List<String> narwhal(String sql) {
        List<String> rows = new ArrayList<>();
        client.query(sql, new NarwhalClient.RowSink() {
            @Override
            public void start(VectorSchemaRoot root) {
                // only the rows are compared
            }

            @Override
            public void batch(VectorSchemaRoot root) {
                for (int row = 0; row < root.getRowCount(); row++) {
                    StringBuilder line = new StringBuilder();
                    for (int column = 0; column < root.getFieldVectors().size(); column++) {
                        line.append(text(ValueText.value(root.getVector(column), row))).append('|');
                    }
                    rows.add(line.toString());
                }
            }

            @Override
            public void end() {
                // all rows are there
            }
        });
        return rows;
    }

    private static List<String> duckDb(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                StringBuilder line = new StringBuilder();
                for (int column = 1; column <= columns; column++) {
                    line.append(text(result.getObject(column))).append('|');
                }
                rows.add(line.toString());
            }
        }
        return rows;
    }

    private static String text(Object value) {
        return value instanceof Number number
                ? new BigDecimal(number.toString()).round(DIGITS).stripTrailingZeros().toPlainString() : String.valueOf(value);
    }

    private static String query(String name) throws IOException {
        try (InputStream in = TpchSuite.class.getResourceAsStream("/tpch/" + name + ".sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace(";", "");
        }
    }
}
