package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a JDBC program does, through Arrow's stock Flight SQL driver and through ours.
final class JdbcClientTest {

    /// @see JdbcClientTest
    enum Driver {
        STOCK("jdbc:arrow-flight-sql://127.0.0.1:%d?useEncryption=false&%s"),
        NARWHAL("jdbc:narwhal://127.0.0.1:%d?%s");

        private final String url;

        Driver(String url) {
            this.url = url;
        }

        Connection connect(String options) throws SQLException {
            return DriverManager.getConnection(url.formatted(SharedCluster.get().cluster().port(), options));
        }
    }

    /// The server's Arrow has read the option by now; the driver has an Arrow of its own inside, without that allocator.
    @BeforeAll
    static void giveTheDriverItsOwnAllocator() throws SQLException {
        SharedCluster.get();
        String option = "arrow.allocation.manager.type";
        String ours = System.clearProperty(option);
        try (Connection connection = Driver.STOCK.connect(""); Statement statement = connection.createStatement()) {
            statement.executeQuery("SELECT 1").close();
        } finally {
            if (ours != null) {
                System.setProperty(option, ours);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersOfEveryTypeComeAsJdbcWantsThem(Driver driver) throws SQLException {
        try (Connection connection = driver.connect("schema=tpch"); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT TRUE, CAST(1 AS INTEGER), CAST(2 AS BIGINT), CAST(1.5 AS REAL), CAST(2.5 AS DOUBLE), DECIMAL '12.340', DATE '2026-02-03',
                          TIMESTAMP '2026-02-03 04:05:06.789', 'text', CAST(NULL AS VARCHAR), CAST(NULL AS BIGINT)""")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getBoolean(1)).isTrue();
            assertThat(rows.getInt(2)).isEqualTo(1);
            assertThat(rows.getLong(3)).isEqualTo(2);
            assertThat(rows.getFloat(4)).isEqualTo(1.5f);
            assertThat(rows.getDouble(5)).isEqualTo(2.5);
            assertThat(rows.getBigDecimal(6)).isEqualTo(new BigDecimal("12.340"));
            assertThat(rows.getString(7)).isEqualTo("2026-02-03");
            assertThat(rows.getString(8)).startsWith("2026-02-03 04:05:06.789");
            assertThat(rows.getString(9)).isEqualTo("text");
            assertThat(rows.getObject(10)).isNull();
            assertThat(rows.getLong(11)).isZero();
            assertThat(rows.wasNull()).isTrue();
            assertThat(rows.next()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLargeAnswerIsWhole(Driver driver) throws SQLException {
        try (Connection connection = driver.connect(""); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT event_time, country, amount FROM events")) {
            int count = 0;
            while (rows.next()) {
                count++;
            }
            assertThat(count).isEqualTo(100_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void parametersOfEveryTypeArriveAsTheyWereBound(Driver driver) throws SQLException {
        Map<String, Binding> bindings = new TreeMap<>(Map.of(
                "BOOLEAN", new Binding((statement, index) -> statement.setBoolean(index, true), "true", Types.BOOLEAN),
                "INTEGER", new Binding((statement, index) -> statement.setInt(index, -7), "-7", Types.INTEGER),
                "BIGINT", new Binding((statement, index) -> statement.setLong(index, 1L << 60), "1152921504606846976", Types.BIGINT),
                "REAL", new Binding((statement, index) -> statement.setFloat(index, 0.25f), "0.25", Types.REAL),
                "DOUBLE", new Binding((statement, index) -> statement.setDouble(index, 1e100), "1.0E100", Types.DOUBLE),
                "DECIMAL(20, 3)", new Binding((statement, index) -> statement.setBigDecimal(index, new BigDecimal("123.456")), "123.456",
                        Types.DECIMAL),
                "DATE", new Binding((statement, index) -> statement.setDate(index, Date.valueOf("2026-02-03")), "2026-02-03", Types.DATE),
                "TIME", new Binding((statement, index) -> statement.setTime(index, Time.valueOf("04:05:06")), "04:05:06", Types.TIME),
                "TIMESTAMP", new Binding((statement, index) -> statement.setTimestamp(index, Timestamp.valueOf("2026-02-03 04:05:06.5")),
                        "2026-02-03 04:05:06.5", Types.TIMESTAMP),
                "VARCHAR", new Binding((statement, index) -> statement.setString(index, "naïve ☃"), "naïve ☃", Types.VARCHAR)));
        List<String> wrong = new ArrayList<>();
        try (Connection connection = driver.connect("")) {
            bindings.forEach((type, binding) -> {
                String found = roundTrip(connection, type, binding);
                if (!found.startsWith(binding.text())) {
                    wrong.add(type + ": " + found + " instead of " + binding.text());
                }
                String absent = roundTrip(connection, type, new Binding((statement, index) -> statement.setNull(index, binding.code()),
                        null, binding.code()));
                if (!absent.equals("null")) {
                    wrong.add(type + ": " + absent + " instead of NULL");
                }
            });
        }
        assertThat(wrong).isEmpty();
    }

    private record Binding(Setter setter, String text, int code) {
        interface Setter {
            void set(PreparedStatement statement, int index) throws SQLException;
        }
    }

    private static String roundTrip(Connection connection, String type, Binding binding) {
        try (PreparedStatement statement = connection.prepareStatement("SELECT CAST(? AS " + type + ")")) {
            binding.setter().set(statement, 1);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? String.valueOf(rows.getString(1)) : "no row";
            }
        } catch (SQLException | RuntimeException e) {
            return e.toString();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPreparedStatementRunsAgainWithOtherValues(Driver driver) throws SQLException {
        try (Connection connection = driver.connect("schema=tpch");
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT COUNT(*) FROM nation WHERE n_regionkey = ? AND n_name <> ?")) {
            assertThat(statement.getParameterMetaData().getParameterCount()).isEqualTo(2);
            for (int region = 0; region < 5; region++) {
                statement.setInt(1, region);
                statement.setString(2, "CANADA");
                try (ResultSet rows = statement.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt(1)).as("region %d", region).isEqualTo(region == 1 ? 4 : 5);
                }
            }
        }
    }

    /// What the driver itself does not do, whatever the server.
    private static final Pattern BROKEN_IN_THE_DRIVER =
            Pattern.compile("(own|others)(Inserts|Updates|Deletes)AreVisible|(inserts|updates|deletes)AreDetected"
                    + "|supportsResultSetHoldability");

    @ParameterizedTest
    @EnumSource
    void everyMetadataMethodAnswers(Driver driver) throws Exception {
        Map<String, String> failed = new TreeMap<>();
        try (Connection connection = driver.connect("schema=tpch")) {
            DatabaseMetaData metadata = connection.getMetaData();
            for (Method method : DatabaseMetaData.class.getMethods()) {
                Object[] arguments = arguments(method);
                try {
                    if (method.invoke(metadata, arguments) instanceof ResultSet rows) {
                        while (rows.next()) {
                            rows.getObject(1);
                        }
                        rows.close();
                    }
                } catch (InvocationTargetException e) {
                    failed.put(method.getName(), String.valueOf(e.getCause()));
                }
            }
        }
        failed.entrySet().removeIf(failure -> BROKEN_IN_THE_DRIVER.matcher(failure.getKey()).matches()
                && failure.getValue().contains("todo: implement this method"));
        assertThat(failed).as("failing methods of DatabaseMetaData").isEmpty();
    }

    private static Object[] arguments(Method method) {
        if (method.getName().equals("supportsResultSetConcurrency")) {
            return new Object[] {ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY};
        }
        boolean ofOneTable = method.getName().matches("get(.*Keys|CrossReference)");
        int number = method.getName().equals("supportsResultSetType") ? ResultSet.TYPE_FORWARD_ONLY : 1;
        return Arrays.stream(method.getParameterTypes()).map(type -> switch (type.getSimpleName()) {
            case "int" -> number;
            case "boolean" -> false;
            case "Class" -> DatabaseMetaData.class;
            case "String" -> ofOneTable ? "nation" : null;
            default -> null;
        }).toArray();
    }

    @ParameterizedTest
    @EnumSource
    void toolsFindTablesAndColumns(Driver driver) throws SQLException {
        try (Connection connection = driver.connect("")) {
            DatabaseMetaData metadata = connection.getMetaData();
            assertThat(metadata.getDatabaseProductName()).isEqualTo("Narwhal");
            assertThat(column(metadata.getCatalogs(), "TABLE_CAT")).containsExactly("narwhal");
            assertThat(column(metadata.getSchemas(), "TABLE_SCHEM")).contains("main", "tpch", "information_schema");
            assertThat(column(metadata.getTableTypes(), "TABLE_TYPE")).containsExactlyInAnyOrder("TABLE", "SYSTEM TABLE");
            assertThat(column(metadata.getTables("narwhal", "tpch", "n%", new String[] {"TABLE"}), "TABLE_NAME")).containsExactly("nation");
            assertThat(column(metadata.getTables(null, "tp_h", null, null), "TABLE_NAME")).hasSize(8);
            assertThat(column(metadata.getTables(null, "tpch", "nation", new String[] {"VIEW"}), "TABLE_NAME")).isEmpty();
            assertThat(column(metadata.getColumns(null, "tpch", "nation", "%"), "COLUMN_NAME"))
                    .containsExactly("n_nationkey", "n_name", "n_regionkey", "n_comment");
            assertThat(column(metadata.getColumns(null, "main", "events", "amount"), "DATA_TYPE")).containsExactly("3");
            assertThat(column(metadata.getColumns(null, "main", "events", "event_time"), "TYPE_NAME")).containsExactly("TIMESTAMP");
            assertThat(column(metadata.getPrimaryKeys(null, "tpch", "nation"), "COLUMN_NAME")).isEmpty();
        }
    }

    private static List<String> column(ResultSet rows, String name) throws SQLException {
        List<String> values = new ArrayList<>();
        try (rows) {
            while (rows.next()) {
                values.add(rows.getString(name));
            }
        }
        return values;
    }

    @ParameterizedTest
    @EnumSource
    void cancellingAStreamEndsTheQueryOnTheServer(Driver driver) throws SQLException {
        String mark = "cancelled by " + driver;
        Connection connection = driver.connect("");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT a.event_time, a.session_id, b.session_id, '" + mark
                + "' FROM events a JOIN events b ON a.country = b.country");
        assertThat(rows.next()).isTrue();
        assertThat(running(mark)).isEqualTo(1);
        statement.cancel();
        Eventually.holds("the cancelled query has ended", () -> running(mark) == 0);
        try {
            connection.close();
        } catch (SQLException e) {
            // 18.3.0 counts the buffers of a cancelled stream as leaked when the connection closes (arrow-java GH-932)
            assertThat(e.getMessage()).contains("Memory was leaked");
        }
    }

    private static long running(String mark) {
        return Rows.of(SharedCluster.get().client(), "SELECT statement FROM sys.queries").rows().stream()
                .filter(row -> row.toString().contains(mark)).count();
    }

    @ParameterizedTest
    @EnumSource
    void errorsSayWhatIsWrongAndLeaveTheConnectionUsable(Driver driver) throws SQLException {
        try (Connection connection = driver.connect("schema=tpch"); Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("SELECT n_nam FROM nation"))
                    .isInstanceOf(SQLException.class).hasMessageContaining("n_nam").hasMessageContaining("Line 1");
            assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM"))
                    .isInstanceOf(SQLException.class).hasMessageContaining("Line 1");
            assertThatThrownBy(() -> {
                try (ResultSet rows = statement.executeQuery("SELECT 1 / (n_nationkey - n_nationkey) FROM nation")) {
                    rows.next();
                }
            }).hasStackTraceContaining("DIVISION_BY_ZERO");
            try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM nation")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(25);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void sessionOptionsComeByPropertiesAndBySet(Driver driver) throws SQLException {
        try (Connection connection = driver.connect("maxrows=7"); Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM nation")).hasMessageContaining("nation");
            assertThat(statement.execute("SET schema = 'tpch'")).isFalse();
            try (ResultSet rows = statement.executeQuery("SELECT n_name FROM nation")) {
                assertThat(column(rows, "n_name")).hasSize(7);
            }
            assertThatThrownBy(() -> statement.execute("SET nonsense = '1'")).hasMessageContaining("nonsense");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCatalogOfTheUrlMustBeOurs(Driver driver) throws SQLException {
        assertThatThrownBy(() -> driver.connect("catalog=other")).hasStackTraceContaining("catalog");
        Connection connection = driver.connect("catalog=narwhal");
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT 1")) {
            assertThat(rows.next()).isTrue();
        }
        // 18.3.0 closes the session a second time, on a channel it has closed
        assertThatThrownBy(connection::close).hasMessageContaining("Channel shutdown");
    }
}
