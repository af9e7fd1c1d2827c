package org.narwhaldb.conformance;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/// The oracle: DuckDB in this JVM, over the very files of the Iceberg tables.
final class DuckDb implements AutoCloseable {
    private final Connection connection;

    DuckDb() {
        try {
            connection = DriverManager.getConnection("jdbc:duckdb:");
            execute("SET TimeZone = 'UTC'");
            execute("SET default_null_order = 'nulls_last_on_asc_first_on_desc'");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    Connection connection() {
        return connection;
    }

    /// A table of all rows of the Parquet files below `directory`: right for tables without deletes.
    void addTable(String schema, String table, Path directory) {
        execute("CREATE SCHEMA IF NOT EXISTS " + schema);
        execute("CREATE TABLE %s.%s AS SELECT * FROM read_parquet('%s/**/*.parquet')".formatted(schema, table, directory));
    }

    void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError("DuckDB: " + sql, e);
        }
    }

    Rows query(String sql) {
        try {
            return Rows.of(connection, sql);
        } catch (SQLException e) {
            throw new AssertionError("DuckDB: " + sql, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
