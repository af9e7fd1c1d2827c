package org.narwhaldb.flight.session;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.narwhaldb.flight.query.SessionState;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// What a session may set, by SetSessionOptions, SET, a connection property or a header: all by the same names.
///
/// | name | value | default |
/// |---|---|---|
/// | `catalog` | must be the catalog's name | it |
/// | `schema` | where unqualified names resolve first | `main` |
/// | `timezone` | a zone of java.time | `UTC` |
/// | `querytimeout` | seconds for one statement | the server's |
/// | `maxrows` | rows of one answer, 0 = all | 0 |
/// | `floor` | `table@version, …`: answer from this version or later | |
///
/// @param values only what was set
public record SessionOptions(Map<String, String> values) {
    public static final String CATALOG = "catalog";
    public static final String SCHEMA = "schema";
    public static final String TIME_ZONE = "timezone";
    public static final String QUERY_TIMEOUT = "querytimeout";
    public static final String ROWS_MAX = "maxrows";
    public static final String FLOOR = "floor";
    public static final java.util.List<String> NAMES =
            java.util.List.of(CATALOG, SCHEMA, TIME_ZONE, QUERY_TIMEOUT, ROWS_MAX, FLOOR);
    public static final SessionOptions NONE = new SessionOptions(Map.of());

    public SessionOptions {
        values = Map.copyOf(values);
    }

    /// A copy with `name` set, or removed if `value` is null or empty.
    ///
    /// @throws NarwhalException INVALID_SESSION_OPTION for an unknown name or a value that does not fit
    public SessionOptions with(String name, String value, Defaults defaults) {
        if (!NAMES.contains(name)) {
            throw NarwhalException.of(ErrorCode.INVALID_SESSION_OPTION, "Unknown session option [%s]; there are %s", name, NAMES);
        }
        Map<String, String> changed = new LinkedHashMap<>(values);
        if (value == null || value.isEmpty()) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        SessionOptions options = new SessionOptions(changed);
        options.state(defaults);
        return options;
    }

    /// @param timeout also the longest that may be asked for
    public record Defaults(String catalog, Duration timeout) {}

    /// The typed form.
    public SessionState state(Defaults defaults) {
        String catalog = values.getOrDefault(CATALOG, defaults.catalog());
        if (!catalog.equals(defaults.catalog())) {
            throw invalid(CATALOG, catalog, "[" + defaults.catalog() + "], the only catalog here");
        }
        return new SessionState(values.getOrDefault(SCHEMA, TableName.DEFAULT_NAMESPACE), zone(), timeout(defaults),
                number(ROWS_MAX, 0), floors());
    }

    private ZoneId zone() {
        String zone = values.getOrDefault(TIME_ZONE, "UTC");
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw invalid(TIME_ZONE, zone, "a time zone such as UTC or Europe/Berlin");
        }
    }

    private Duration timeout(Defaults defaults) {
        long seconds = number(QUERY_TIMEOUT, 0);
        Duration asked = Duration.ofSeconds(seconds);
        return seconds == 0 || asked.compareTo(defaults.timeout()) > 0 ? defaults.timeout() : asked;
    }

    private long number(String name, long otherwise) {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value.trim());
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw invalid(name, value, "a whole number, 0 or more");
    }

    private Map<TableName, VersionId> floors() {
        Map<TableName, VersionId> floors = new HashMap<>();
        String text = values.getOrDefault(FLOOR, "");
        for (String item : text.split(",")) {
            if (!item.isBlank()) {
                int at = item.indexOf('@');
                if (at < 0) {
                    throw invalid(FLOOR, text, "table@version, separated by commas");
                }
                floors.put(TableName.parse(item.substring(0, at).trim()), VersionId.parse(item.substring(at + 1).trim()));
            }
        }
        return floors;
    }

    private static NarwhalException invalid(String name, String value, String expected) {
        return NarwhalException.of(ErrorCode.INVALID_SESSION_OPTION, "Session option [%s] is [%s]; expected %s", name, value, expected);
    }
}
