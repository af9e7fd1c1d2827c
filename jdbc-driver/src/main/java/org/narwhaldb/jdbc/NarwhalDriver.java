package org.narwhaldb.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import org.apache.arrow.driver.jdbc.ArrowFlightJdbcDriver;

/// The JDBC driver: `jdbc:narwhal://host[:port][/schema][?name=value&...]`.
///
/// It speaks Flight SQL through Arrow's own driver, which this jar contains. Port 9047 is the default; the connection is plain unless
/// `useEncryption=true`. `schema`, `timezone`, `querytimeout` (seconds) and `maxrows` reach the server as the session's options;
/// other names are the Arrow driver's. Errors are typed, and a lost connection costs no statement that had not begun to answer
/// ([Guard]). The JVM needs `--add-opens=java.base/java.nio=ALL-UNNAMED`.
public final class NarwhalDriver implements Driver {
    static final String PREFIX = "jdbc:narwhal://";
    private static final String ARROW_PREFIX = "jdbc:arrow-flight-sql://";
    private static final int DEFAULT_PORT = 9047;

    static {
        try {
            DriverManager.registerDriver(new NarwhalDriver());
        } catch (SQLException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ArrowFlightJdbcDriver arrow = new ArrowFlightJdbcDriver();

    @Override
    public boolean acceptsURL(String url) {
        return url != null && url.startsWith(PREFIX);
    }

    /// Null for another driver's URL, as JDBC wants it.
    @Override
    public Connection connect(String url, Properties info) throws SQLException {
        return acceptsURL(url) ? (Connection) Guard.guarded(arrow.connect(arrowUrl(url), info)) : null;
    }

    /// The Arrow driver's URL for ours.
    ///
    /// @throws SQLException 08001 when there is no host or the port is no number
    static String arrowUrl(String url) throws SQLException {
        String rest = url.substring(PREFIX.length());
        int question = rest.indexOf('?');
        String address = question < 0 ? rest : rest.substring(0, question);
        StringBuilder options = new StringBuilder(question < 0 ? "" : rest.substring(question + 1));
        int slash = address.indexOf('/');
        if (slash >= 0) {
            String schema = address.substring(slash + 1);
            address = address.substring(0, slash);
            if (!schema.isEmpty()) {
                append(options, "schema=" + schema);
            }
        }
        int colon = address.lastIndexOf(':');
        boolean hasPort = colon > address.lastIndexOf(']');
        String host = hasPort ? address.substring(0, colon) : address;
        String port = hasPort ? address.substring(colon + 1) : String.valueOf(DEFAULT_PORT);
        if (host.isEmpty() || !port.matches("\\d{1,5}")) {
            throw new SQLException("Not a Narwhal URL: [" + url + "]; expected " + PREFIX + "host[:port][/schema][?name=value]", "08001");
        }
        if (!options.toString().matches("(?i)(.*&)?useEncryption=.*")) {
            append(options, "useEncryption=false");
        }
        return ARROW_PREFIX + host + ":" + port + "?" + options;
    }

    private static void append(StringBuilder options, String option) {
        options.append(options.length() == 0 ? "" : "&").append(option);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
        return arrow.getPropertyInfo(arrowUrl(url), info);
    }

    @Override
    public int getMajorVersion() {
        return 0;
    }

    @Override
    public int getMinorVersion() {
        return 1;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return arrow.getParentLogger();
    }
}
