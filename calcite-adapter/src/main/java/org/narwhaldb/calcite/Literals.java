package org.narwhaldb.calcite;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimeString;
import org.apache.calcite.util.TimestampString;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Constants between Calcite's objects and the shapes of `org.narwhaldb.segment.NestedValues`. Texts of dates and times
/// are parsed here: Calcite's own accessors stop at milliseconds.
final class Literals {
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int UUID_BYTES = 16;

    private Literals() {}

    static Expression.Literal toExpression(RexLiteral literal) {
        return toExpression(literal, ColumnTypes.toColumn(literal.getType()));
    }

    private static Expression.Literal toExpression(RexLiteral literal, ColumnType type) {
        if (literal.isNull()) {
            return new Expression.Literal(null, type);
        }
        Object value = switch (type.kind()) {
            case BOOLEAN -> literal.getValueAs(Boolean.class);
            case INT, LONG -> integer(literal);
            case FLOAT -> (double) literal.getValueAs(Double.class).floatValue();
            case DOUBLE -> literal.getValueAs(Double.class);
            case DECIMAL -> unscaled(literal.getValueAs(BigDecimal.class), type);
            case DATE -> LocalDate.parse(literal.getValueAs(DateString.class).toString()).toEpochDay();
            case TIME -> LocalTime.parse(literal.getValueAs(TimeString.class).toString()).toNanoOfDay() / NANOS_PER_MICRO;
            case TIMESTAMP, TIMESTAMP_TZ -> micros(dateTime(literal));
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> nanos(dateTime(literal));
            case STRING -> literal.getValueAs(String.class).getBytes(StandardCharsets.UTF_8);
            case BINARY, FIXED -> literal.getValueAs(ByteString.class).getBytes();
            case UUID -> bytes(literal.getValueAs(UUID.class));
            case STRUCT, LIST, MAP -> throw NarwhalException.of(
                    ErrorCode.NOT_SUPPORTED, "Constants of type [%s] are not supported yet", literal.getType());
        };
        return new Expression.Literal(value, type);
    }

    private static long integer(RexLiteral literal) {
        try {
            return literal.getValueAs(BigDecimal.class).longValueExact();
        } catch (ArithmeticException e) {
            throw new NarwhalException(ErrorCode.NUMERIC_OUT_OF_RANGE,
                    "Number [" + literal.getValue() + "] does not fit type [" + literal.getType() + "]", e);
        }
    }

    static Object unscaled(BigDecimal value, ColumnType type) {
        BigInteger unscaled = value.setScale(type.scale(), RoundingMode.HALF_UP).unscaledValue();
        if (new BigDecimal(unscaled).precision() > type.precision()) {
            throw NarwhalException.of(ErrorCode.NUMERIC_OUT_OF_RANGE, "Number [%s] does not fit type [%s]", value, type);
        }
        return type.precision() <= ColumnType.LONG_DECIMAL_PRECISION_MAX ? (Object) unscaled.longValueExact() : unscaled;
    }

    static BigDecimal decimal(Object value, ColumnType type) {
        return value instanceof BigInteger big ? new BigDecimal(big, type.scale()) : BigDecimal.valueOf((Long) value, type.scale());
    }

    private static LocalDateTime dateTime(RexLiteral literal) {
        return LocalDateTime.parse(literal.getValueAs(TimestampString.class).toString().replace(' ', 'T'));
    }

    private static long micros(LocalDateTime time) {
        return time.toEpochSecond(ZoneOffset.UTC) * MICROS_PER_SECOND + time.getNano() / NANOS_PER_MICRO;
    }

    private static long nanos(LocalDateTime time) {
        try {
            return Math.addExact(Math.multiplyExact(time.toEpochSecond(ZoneOffset.UTC), NANOS_PER_SECOND), time.getNano());
        } catch (ArithmeticException e) {
            throw new NarwhalException(ErrorCode.DATETIME_OUT_OF_RANGE,
                    "Timestamp [" + time + "] does not fit a timestamp in nanoseconds (1677 to 2262)", e);
        }
    }

    private static byte[] bytes(UUID uuid) {
        return ByteBuffer.allocate(UUID_BYTES).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits()).array();
    }

    /// The literal of exactly `type` (but for its nullability) that holds `value`, whose shape is that of `column`.
    static RexNode toRex(RexBuilder builder, Object value, ColumnType column, RelDataType type) {
        if (value == null) {
            return builder.makeNullLiteral(type);
        }
        RelDataType notNull = builder.getTypeFactory().createTypeWithNullability(type, false);
        Object shape = switch (column.kind()) {
            case BOOLEAN -> value;
            case INT, LONG -> BigDecimal.valueOf((Long) value);
            case FLOAT, DOUBLE -> value;
            case DECIMAL -> decimal(value, column);
            case DATE -> new DateString(LocalDate.ofEpochDay((Long) value).toString());
            case TIME -> new TimeString(timeText(LocalTime.ofNanoOfDay((Long) value * NANOS_PER_MICRO)));
            case TIMESTAMP, TIMESTAMP_TZ -> timestamp(Math.floorDiv((Long) value, MICROS_PER_SECOND),
                    (int) (Math.floorMod((Long) value, MICROS_PER_SECOND) * NANOS_PER_MICRO));
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS -> timestamp(Math.floorDiv((Long) value, NANOS_PER_SECOND),
                    (int) Math.floorMod((Long) value, NANOS_PER_SECOND));
            case STRING -> new String((byte[]) value, StandardCharsets.UTF_8);
            case BINARY, FIXED -> new ByteString((byte[]) value);
            case UUID -> uuid((byte[]) value);
            case STRUCT, LIST, MAP -> throw new IllegalArgumentException("No literal of type " + column);
        };
        return builder.makeLiteral(shape, notNull, true);
    }

    private static UUID uuid(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    private static TimestampString timestamp(long seconds, int nanos) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC);
        return new TimestampString(time.toLocalDate() + " " + timeText(time.toLocalTime()));
    }

    private static String timeText(LocalTime time) {
        String fraction = time.getNano() == 0 ? "" : "." + "%09d".formatted(time.getNano()).replaceAll("0+$", "");
        return "%02d:%02d:%02d%s".formatted(time.getHour(), time.getMinute(), time.getSecond(), fraction);
    }
}
