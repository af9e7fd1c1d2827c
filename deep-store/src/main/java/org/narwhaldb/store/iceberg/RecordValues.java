package org.narwhaldb.store.iceberg;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.util.DateTimeUtil;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.SegmentBuilder;

/// Values of Iceberg's generic data model (java.time, BigDecimal, Record …) in the shapes of `NestedValues`.
final class RecordValues {
    private static final int UUID_BYTES = 16;

    private RecordValues() {}

    /// @param value not null
    static void append(ColumnType type, Object value, SegmentBuilder.ColumnAppender appender) {
        switch (type.physical()) {
            case BOOLEAN -> appender.appendBoolean((Boolean) value);
            case LONG -> appender.appendLong(toLong(type, value));
            case DOUBLE -> appender.appendDouble(((Number) value).doubleValue());
            case INT128 -> appender.appendInt128(((BigDecimal) value).unscaledValue());
            case BYTES -> {
                byte[] bytes = toBytes(value);
                appender.appendBytes(bytes, 0, bytes.length);
            }
            case NESTED -> appender.appendNested(toNested(type, value));
        }
    }

    /// @param shape not null
    static void appendShape(ColumnType type, Object shape, SegmentBuilder.ColumnAppender appender) {
        switch (type.physical()) {
            case BOOLEAN -> appender.appendBoolean((Boolean) shape);
            case LONG -> appender.appendLong((Long) shape);
            case DOUBLE -> appender.appendDouble((Double) shape);
            case INT128 -> appender.appendInt128((BigInteger) shape);
            case BYTES -> appender.appendBytes((byte[]) shape, 0, ((byte[]) shape).length);
            case NESTED -> appender.appendNested(shape);
        }
    }

    static Object toShape(ColumnType type, Object value) {
        if (value == null) {
            return null;
        }
        return switch (type.physical()) {
            case BOOLEAN -> value;
            case LONG -> toLong(type, value);
            case DOUBLE -> ((Number) value).doubleValue();
            case INT128 -> ((BigDecimal) value).unscaledValue();
            case BYTES -> toBytes(value);
            case NESTED -> toNested(type, value);
        };
    }

    static long toLong(ColumnType type, Object value) {
        boolean nanos = type.kind() == ColumnType.Kind.TIMESTAMP_NS || type.kind() == ColumnType.Kind.TIMESTAMP_TZ_NS;
        return switch (value) {
            case Long number -> number;
            case Integer number -> number;
            case BigDecimal decimal -> decimal.unscaledValue().longValueExact();
            case LocalDate date -> DateTimeUtil.daysFromDate(date);
            case LocalTime time -> DateTimeUtil.microsFromTime(time);
            case LocalDateTime time -> nanos ? DateTimeUtil.nanosFromTimestamp(time)
                    : DateTimeUtil.microsFromTimestamp(time);
            case OffsetDateTime time ->
                nanos ? DateTimeUtil.nanosFromTimestamptz(time) : DateTimeUtil.microsFromTimestamptz(time);
            default -> throw new IllegalArgumentException("Not a value of " + type + ": " + value.getClass());
        };
    }

    static byte[] toBytes(Object value) {
        return switch (value) {
            case CharSequence text -> text.toString().getBytes(StandardCharsets.UTF_8);
            case byte[] bytes -> bytes;
            case ByteBuffer buffer -> {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                yield bytes;
            }
            case UUID uuid -> ByteBuffer.allocate(UUID_BYTES)
                    .putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits()).array();
            default -> throw new IllegalArgumentException("Not bytes: " + value.getClass());
        };
    }

    private static Object toNested(ColumnType type, Object value) {
        return switch (type.kind()) {
            case STRUCT -> toStruct(type.fields(), (StructLike) value);
            case LIST -> toList(type.fields().getFirst().type(), (List<?>) value);
            case MAP -> toMap(type, (Map<?, ?>) value);
            default -> throw new IllegalArgumentException("Not a nested type: " + type);
        };
    }

    private static Object[] toStruct(List<Field> fields, StructLike struct) {
        Object[] values = new Object[fields.size()];
        for (int index = 0; index < values.length; index++) {
            values[index] = toShape(fields.get(index).type(), struct.get(index, Object.class));
        }
        return values;
    }

    private static Object[] toList(ColumnType type, List<?> list) {
        Object[] values = new Object[list.size()];
        int index = 0;
        for (Object element : list) {
            values[index++] = toShape(type, element);
        }
        return values;
    }

    private static Object[][] toMap(ColumnType type, Map<?, ?> map) {
        ColumnType keyType = type.fields().get(0).type();
        ColumnType valueType = type.fields().get(1).type();
        Object[][] pairs = new Object[map.size()][];
        int index = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            pairs[index++] = new Object[] {toShape(keyType, entry.getKey()), toShape(valueType, entry.getValue())};
        }
        return pairs;
    }
}
