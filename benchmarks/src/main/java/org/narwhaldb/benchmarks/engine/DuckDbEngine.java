package org.narwhaldb.benchmarks.engine;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.duckdb.DuckDBConnection;

/// DuckDB in this process: a database file of native tables, all cores.
public final class DuckDbEngine implements Engine {
    private static final List<String> SETTINGS = List.of("SET threads = %d".formatted(Runtime.getRuntime().availableProcessors()),
            "SET memory_limit = '8GB'", "SET TimeZone = 'UTC'");

    private final Connection connection;
    private final String schema;

    private DuckDbEngine(Connection connection, String schema) {
        this.connection = connection;
        this.schema = schema;
    }

    public static DuckDbEngine open(Path file, String schema) {
        try {
            DuckDbEngine engine = new DuckDbEngine(DriverManager.getConnection("jdbc:duckdb:" + file), schema);
            SETTINGS.forEach(engine::execute);
            engine.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
            engine.execute("SET schema = '" + schema + "'");
            return engine;
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot open DuckDB's [%s]".formatted(file), e);
        }
    }

    @Override
    public String name() {
        return "duckdb";
    }

    public void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(sql, e);
        }
    }

    @Override
    public Answer answer(String sql) {
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
            List<String> columns = new ArrayList<>();
            for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                columns.add(result.getMetaData().getColumnLabel(column).toLowerCase(Locale.ROOT));
            }
            List<List<Object>> rows = new ArrayList<>();
            while (result.next()) {
                List<Object> values = new ArrayList<>();
                for (int column = 1; column <= columns.size(); column++) {
                    Object value = result.getObject(column);
                    values.add(value instanceof Timestamp timestamp ? timestamp.toLocalDateTime() : value);
                }
                rows.add(values);
            }
            return new Answer(columns, rows);
        } catch (SQLException e) {
            throw failed(sql, e);
        }
    }

    @Override
    public long drain(String sql) {
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
            long rows = 0;
            while (result.next()) {
                rows++;
            }
            return rows;
        } catch (SQLException e) {
            throw failed(sql, e);
        }
    }

    @Override
    public DuckDbEngine another() {
        try {
            DuckDbEngine engine = new DuckDbEngine(((DuckDBConnection) connection).duplicate(), schema);
            engine.execute("SET schema = '" + schema + "'");
            return engine;
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot connect to DuckDB again", e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot close DuckDB", e);
        }
    }

    private static IllegalStateException failed(String sql, SQLException e) {
        return new IllegalStateException("DuckDB: %s: %s".formatted(e.getMessage(), sql), e);
    }
}
