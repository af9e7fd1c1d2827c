package org.narwhaldb.ingest.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Base64;
import java.util.UUID;
import org.narwhaldb.segment.ColumnType;

/// Text to values (in the shape of `NestedValues`), exactly or not at all: a number that would be rounded or a time
/// that would lose digits does not fit.
///
/// Dates and times are ISO 8601, with `T` or a blank between them. A time with an offset is converted to UTC, both for
/// TIMESTAMP and TIMESTAMP_TZ; one without an offset is taken as UTC. Binary values are Base64. The usual forms are read
/// by [QuickValues].
final class TextValues {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    private static final long NANOS_PER_MICRO = 1_000;
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart().appendLiteral('T').optionalEnd()
            .optionalStart().appendLiteral(' ').optionalEnd()
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart().appendOffset("+HH:MM", "Z").optionalEnd()
            .optionalStart().appendOffset("+HHMM", "Z").optionalEnd()
            .optionalStart().appendOffset("+HH", "Z").optionalEnd()
            .toFormatter();

    private TextValues() {}

    /// @throws RowProblem when the text is no such value
    static Object parse(ColumnType type, String text) {
        try {
            return switch (type.kind()) {
                case BOOLEAN -> bool(type, text);
                case INT -> (long) Integer.parseInt(text);
                case LONG -> Long.parseLong(text);
                case FLOAT -> (double) (float) number(type, text);
                case DOUBLE -> number(type, text);
                case DECIMAL -> decimal(type, new BigDecimal(text), text);
                case DATE -> LocalDate.parse(text).toEpochDay();
                case TIME -> micros(type, LocalTime.parse(text).toNanoOfDay(), text);
                case TIMESTAMP, TIMESTAMP_TZ -> timestamp(type, text, false);
                case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> timestamp(type, text, true);
                case STRING -> text.getBytes(StandardCharsets.UTF_8);
                case BINARY -> Base64.getDecoder().decode(text);
                case FIXED -> fixed(type, Base64.getDecoder().decode(text), text);
                case UUID -> uuid(type, text);
                case STRUCT, LIST, MAP -> JsonValues.parse(type, JSON.readTree(text));
            };
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException | JsonProcessingException e) {
            throw misfit(type, text);
        }
    }

    static RowProblem misfit(ColumnType type, String text) {
        return new RowProblem("value " + Quoted.of(text) + " is no " + type);
    }

    /// An ISO timestamp with or without offset, or null.
    static TemporalAccessor timestamp(String text) {
        try {
            return TIMESTAMP.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
        } catch (DateTimeException e) {
            return null;
        }
    }

    static Object decimal(ColumnType type, BigDecimal value, String text) {
        BigDecimal scaled = value.setScale(type.scale());
        if (scaled.precision() > type.precision()) {
            throw misfit(type, text);
        }
        BigInteger unscaled = scaled.unscaledValue();
        return type.physical() == ColumnType.Physical.LONG ? (Object) unscaled.longValueExact() : unscaled;
    }

    private static Object bool(ColumnType type, String text) {
        if (text.equalsIgnoreCase("true")) {
            return Boolean.TRUE;
        }
        if (text.equalsIgnoreCase("false")) {
            return Boolean.FALSE;
        }
        throw misfit(type, text);
    }

    /// Java also takes `1d`, `0x1p3` and blanks around a number.
    static double number(ColumnType type, String text) {
        if (text.isEmpty()) {
            throw misfit(type, text);
        }
        char last = text.charAt(text.length() - 1);
        boolean java = last == 'd' || last == 'D' || last == 'f' || last == 'F' || text.indexOf('x') >= 0
                || text.indexOf('X') >= 0;
        if (java || Character.isWhitespace(last) || Character.isWhitespace(text.charAt(0))) {
            throw misfit(type, text);
        }
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value) && !text.endsWith("Infinity")) {
            throw misfit(type, text);
        }
        return value;
    }

    private static long micros(ColumnType type, long nanos, String text) {
        if (nanos % NANOS_PER_MICRO != 0) {
            throw misfit(type, text);
        }
        return nanos / NANOS_PER_MICRO;
    }

    private static Object timestamp(ColumnType type, String text, boolean nanos) {
        TemporalAccessor parsed = timestamp(text);
        LocalDateTime utc = switch (parsed) {
            case OffsetDateTime offset -> offset.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
            case LocalDateTime local -> local;
            case null, default -> LocalDate.parse(text).atStartOfDay();
        };
        long seconds = utc.toEpochSecond(ZoneOffset.UTC);
        if (nanos) {
            return Math.addExact(Math.multiplyExact(seconds, ChronoUnit.SECONDS.getDuration().toNanos()),
                    utc.getNano());
        }
        return Math.addExact(Math.multiplyExact(seconds, 1_000_000L), micros(type, utc.getNano(), text));
    }

    private static byte[] fixed(ColumnType type, byte[] bytes, String text) {
        if (bytes.length != type.precision()) {
            throw misfit(type, text);
        }
        return bytes;
    }

    private static byte[] uuid(ColumnType type, String text) {
        UUID uuid = UUID.fromString(text);
        if (!uuid.toString().equalsIgnoreCase(text)) {
            throw misfit(type, text);
        }
        return ByteBuffer.allocate(2 * Long.BYTES).putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits()).array();
    }
}
