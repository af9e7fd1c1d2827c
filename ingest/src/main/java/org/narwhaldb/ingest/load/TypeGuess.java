package org.narwhaldb.ingest.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// The type of a new column, guessed from its values, conservatively: a type is taken only if every value seen is
/// written the way that type is, else it is text. Whole numbers with leading zeros or beyond 64 bits are text. Text in
/// quotes (JSON) may be a date or a time, never a number. Objects of few fields become a STRUCT, lists a LIST; what is
/// mixed is kept as JSON text.
final class TypeGuess {
    private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,18})");
    private static final Pattern NUMBER = Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");
    private static final int STRUCT_FIELDS_MAX = 64;
    private static final int DEPTH_MAX = 5;
    private static final int DATE_LENGTH = 10;

    private enum Seen { BOOLEAN, WHOLE, NUMBER, DATE, TIMESTAMP, TIMESTAMP_TZ, TEXT, OBJECT, LIST }

    private final int depth;
    private final Set<Seen> seen = EnumSet.noneOf(Seen.class);
    private final Map<String, TypeGuess> fields = new LinkedHashMap<>();
    private TypeGuess element;

    TypeGuess() {
        this(0);
    }

    private TypeGuess(int depth) {
        this.depth = depth;
    }

    void add(RecordSource.Cell cell) {
        switch (cell) {
            case RecordSource.Cell.Text(String text) -> addText(text);
            case RecordSource.Cell.Json(JsonNode node) -> addJson(node);
        }
    }

    private void addText(String text) {
        if (text.isEmpty() || seen.contains(Seen.TEXT)) {
            return;
        }
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            seen.add(Seen.BOOLEAN);
        } else if (isLong(text)) {
            seen.add(Seen.WHOLE);
        } else if (NUMBER.matcher(text).matches() && !hasLeadingZero(text)
                && (text.contains(".") || text.contains("e") || text.contains("E"))) {
            seen.add(Seen.NUMBER);
        } else {
            addTime(text);
        }
    }

    private void addJson(JsonNode node) {
        switch (node.getNodeType()) {
            case NULL, MISSING -> { }
            case BOOLEAN -> seen.add(Seen.BOOLEAN);
            case NUMBER -> addNumber(node);
            case OBJECT -> {
                seen.add(Seen.OBJECT);
                if (fields.size() <= STRUCT_FIELDS_MAX && depth < DEPTH_MAX) {
                    node.properties().forEach(entry ->
                            fields.computeIfAbsent(entry.getKey(), name -> new TypeGuess(depth + 1))
                                    .addJson(entry.getValue()));
                }
            }
            case ARRAY -> {
                seen.add(Seen.LIST);
                element = element == null ? new TypeGuess(depth + 1) : element;
                if (depth < DEPTH_MAX) {
                    node.forEach(element::addJson);
                }
            }
            case STRING, BINARY, POJO -> {
                if (!seen.contains(Seen.TEXT)) {
                    addTime(node.asText());
                }
            }
        }
    }

    private void addNumber(JsonNode node) {
        if (!node.isIntegralNumber()) {
            seen.add(Seen.NUMBER);
        } else {
            seen.add(node.canConvertToLong() ? Seen.WHOLE : Seen.TEXT);
        }
    }

    private void addTime(String text) {
        if (text.length() < DATE_LENGTH || !Character.isDigit(text.charAt(0))) {
            seen.add(Seen.TEXT);
        } else if (text.length() == DATE_LENGTH) {
            seen.add(isDate(text) ? Seen.DATE : Seen.TEXT);
        } else {
            TemporalAccessor time = TextValues.timestamp(text);
            seen.add(time == null ? Seen.TEXT : time instanceof OffsetDateTime ? Seen.TIMESTAMP_TZ : Seen.TIMESTAMP);
        }
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static boolean isLong(String text) {
        if (!WHOLE.matcher(text).matches()) {
            return false;
        }
        try {
            Long.parseLong(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean hasLeadingZero(String text) {
        int first = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
        return text.charAt(first) == '0' && text.length() > first + 1 && Character.isDigit(text.charAt(first + 1));
    }

    /// @param timeColumn the table is served by this column: times with an offset become TIMESTAMP in UTC
    ColumnType type(boolean timeColumn) {
        boolean zoned = seen.contains(Seen.TIMESTAMP_TZ);
        if (seen.isEmpty() || seen.contains(Seen.TEXT)) {
            return ColumnType.STRING;
        }
        if (only(Seen.BOOLEAN)) {
            return ColumnType.BOOLEAN;
        }
        if (only(Seen.WHOLE)) {
            return ColumnType.LONG;
        }
        if (only(Seen.WHOLE, Seen.NUMBER)) {
            return ColumnType.DOUBLE;
        }
        if (only(Seen.DATE)) {
            return ColumnType.DATE;
        }
        if (only(Seen.DATE, Seen.TIMESTAMP) || timeColumn && only(Seen.DATE, Seen.TIMESTAMP, Seen.TIMESTAMP_TZ)) {
            return ColumnType.TIMESTAMP;
        }
        if (zoned && only(Seen.TIMESTAMP_TZ)) {
            return ColumnType.TIMESTAMP_TZ;
        }
        if (only(Seen.OBJECT) && !fields.isEmpty() && fields.size() <= STRUCT_FIELDS_MAX && depth < DEPTH_MAX) {
            return ColumnType.struct(fields.entrySet().stream()
                    .map(entry -> new Field(0, entry.getKey(), entry.getValue().type(false), true)).toList());
        }
        if (only(Seen.LIST) && depth < DEPTH_MAX) {
            return ColumnType.list(new Field(0, "element", element.type(false), true));
        }
        return ColumnType.STRING;
    }

    private boolean only(Seen... kinds) {
        return List.of(kinds).containsAll(seen);
    }
}
