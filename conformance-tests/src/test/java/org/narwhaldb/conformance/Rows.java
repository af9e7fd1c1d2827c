package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.narwhaldb.launcher.client.NarwhalClient;
import org.narwhaldb.launcher.client.ValueText;

/// An answer as plain Java rows, and how two answers are compared: exact types value by value, doubles within 1e-9 relative. Where one
/// engine says DECIMAL and the other DOUBLE (AVG of a decimal), the double must round to the decimal.
record Rows(List<String> columns, List<List<Object>> rows) {
    private static final double RELATIVE_ERROR_MAX = 1e-9;

    static Rows of(NarwhalClient client, String sql) {
        List<String> columns = new ArrayList<>();
        List<List<Object>> rows = new ArrayList<>();
        client.query(sql, new NarwhalClient.RowSink() {
            @Override
            public void start(VectorSchemaRoot root) {
                root.getFieldVectors().forEach(vector -> columns.add(vector.getName()));
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
        return new Rows(columns, rows);
    }

    static Rows of(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
            List<String> columns = new ArrayList<>();
            int count = result.getMetaData().getColumnCount();
            for (int column = 1; column <= count; column++) {
                columns.add(result.getMetaData().getColumnLabel(column));
            }
            List<List<Object>> rows = new ArrayList<>();
            while (result.next()) {
                List<Object> values = new ArrayList<>();
                for (int column = 1; column <= count; column++) {
                    values.add(plain(result.getObject(column)));
                }
                rows.add(values);
            }
            return new Rows(columns, rows);
        }
    }

    private static Object plain(Object value) {
        return switch (value) {
            case null -> null;
            case Byte number -> number.longValue();
            case Short number -> number.longValue();
            case Integer number -> number.longValue();
            case Float number -> Double.valueOf(number.toString());
            case BigInteger number -> new BigDecimal(number);
            case Date date -> date.toLocalDate();
            case Timestamp timestamp -> timestamp.toLocalDateTime();
            default -> value;
        };
    }

    /// Fails with the first difference.
    ///
    /// @param ordered false compares as bags
    void assertEqualTo(Rows expected, boolean ordered, String what) {
        List<List<Object>> actual = ordered ? rows : sorted(rows);
        List<List<Object>> wanted = ordered ? expected.rows : sorted(expected.rows);
        assertThat(actual.size()).as("rows of %s", what).isEqualTo(wanted.size());
        for (int row = 0; row < actual.size(); row++) {
            assertThat(actual.get(row).size()).as("columns of %s", what).isEqualTo(wanted.get(row).size());
            for (int column = 0; column < actual.get(row).size(); column++) {
                if (!same(actual.get(row).get(column), wanted.get(row).get(column))) {
                    throw new AssertionError("%s: row %d, column %d (%s): got [%s], expected [%s]%n got: %s%n expected: %s".formatted(
                            what, row, column, columns.get(column), actual.get(row).get(column), wanted.get(row).get(column),
                            actual.get(row), wanted.get(row)));
                }
            }
        }
    }

    private static boolean same(Object actual, Object expected) {
        if (actual == null || expected == null) {
            return actual == expected;
        }
        if (actual instanceof Number && expected instanceof Number) {
            boolean decimalAgainstDouble = actual instanceof BigDecimal && expected instanceof Double;
            if (decimalAgainstDouble) {
                BigDecimal decimal = (BigDecimal) actual;
                BigDecimal rounded = BigDecimal.valueOf((Double) expected).setScale(decimal.scale(), RoundingMode.HALF_UP);
                return decimal.subtract(rounded).abs().compareTo(BigDecimal.ONE.movePointLeft(decimal.scale())) <= 0;
            }
            if (actual instanceof Double || expected instanceof Double) {
                double left = ((Number) actual).doubleValue();
                double right = ((Number) expected).doubleValue();
                return Double.compare(left, right) == 0
                        || Math.abs(left - right) <= RELATIVE_ERROR_MAX * Math.max(Math.abs(left), Math.abs(right));
            }
            return decimal(actual).compareTo(decimal(expected)) == 0;
        }
        if (actual instanceof LocalDate date && expected instanceof java.time.LocalDateTime time) {
            return date.atStartOfDay().equals(time);
        }
        return actual.equals(expected) || (!(actual instanceof Number) && actual.toString().equals(expected.toString()));
    }

    private static BigDecimal decimal(Object value) {
        return value instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(((Number) value).longValue());
    }

    private static List<List<Object>> sorted(List<List<Object>> rows) {
        Comparator<List<Object>> order = (left, right) -> {
            for (int column = 0; column < left.size(); column++) {
                int compared = compare(left.get(column), right.get(column));
                if (compared != 0) {
                    return compared;
                }
            }
            return 0;
        };
        return rows.stream().sorted(order).toList();
    }

    private static int compare(Object left, Object right) {
        if (left == null || right == null) {
            return left == right ? 0 : left == null ? 1 : -1;
        }
        if (left instanceof Number leftNumber && right instanceof Number rightNumber) {
            return left instanceof Double || right instanceof Double
                    ? Double.compare(leftNumber.doubleValue(), rightNumber.doubleValue()) : decimal(left).compareTo(decimal(right));
        }
        return left.toString().compareTo(right.toString());
    }
}
