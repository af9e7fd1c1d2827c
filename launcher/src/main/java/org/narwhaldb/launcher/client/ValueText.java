package org.narwhaldb.launcher.client;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/// Arrow values as plain Java ones and as text. Java shapes: null, Boolean, Long, Double, BigDecimal, String, java.time, UUID, List, Map.
public final class ValueText {
    private static final int UUID_BYTES = 16;

    private ValueText() {}

    /// The value at `row` as text, null for NULL.
    public static String text(FieldVector vector, int row) {
        Object value = value(vector, row);
        return switch (value) {
            case null -> null;
            case BigDecimal decimal -> decimal.toPlainString();
            case LocalDateTime time -> time.toString().replace('T', ' ');
            default -> value.toString();
        };
    }

    public static Object value(FieldVector vector, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        return switch (vector) {
            case BitVector bits -> bits.get(row) == 1;
            case IntVector ints -> (long) ints.get(row);
            case BigIntVector longs -> longs.get(row);
            case Float4Vector floats -> Double.valueOf(Float.toString(floats.get(row)));
            case Float8Vector doubles -> doubles.get(row);
            case DecimalVector decimals -> decimals.getObject(row);
            case DateDayVector dates -> LocalDate.ofEpochDay(dates.get(row));
            case TimeMicroVector times -> LocalTime.ofNanoOfDay(times.get(row) * 1_000);
            case TimeStampVector timestamps -> timestamp(timestamps, row);
            case VarCharVector text -> new String(text.get(row), java.nio.charset.StandardCharsets.UTF_8);
            case VarBinaryVector bytes -> HexFormat.of().formatHex(bytes.get(row));
            case FixedSizeBinaryVector fixed -> fixed(fixed, row);
            case MapVector map -> map(map, row);
            case ListVector list -> list(list.getDataVector(), list.getElementStartIndex(row), list.getElementEndIndex(row));
            case StructVector struct -> struct(struct, row);
            default -> String.valueOf(vector.getObject(row));
        };
    }

    private static Object timestamp(TimeStampVector vector, int row) {
        ArrowType.Timestamp type = (ArrowType.Timestamp) vector.getField().getType();
        long perSecond = switch (type.getUnit()) {
            case TimeUnit.SECOND -> 1;
            case TimeUnit.MILLISECOND -> 1_000;
            case TimeUnit.MICROSECOND -> 1_000_000;
            case TimeUnit.NANOSECOND -> 1_000_000_000;
        };
        long value = vector.get(row);
        Instant instant = Instant.ofEpochSecond(Math.floorDiv(value, perSecond),
                Math.floorMod(value, perSecond) * (1_000_000_000 / perSecond));
        return type.getTimezone() == null ? LocalDateTime.ofInstant(instant, ZoneOffset.UTC) : instant;
    }

    private static Object fixed(FixedSizeBinaryVector vector, int row) {
        byte[] bytes = vector.get(row);
        if (bytes.length != UUID_BYTES) {
            return HexFormat.of().formatHex(bytes);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    private static List<Object> list(FieldVector elements, int from, int to) {
        List<Object> values = new ArrayList<>();
        for (int index = from; index < to; index++) {
            values.add(value(elements, index));
        }
        return values;
    }

    private static Map<Object, Object> map(MapVector vector, int row) {
        StructVector entries = (StructVector) vector.getDataVector();
        FieldVector keys = entries.getChildrenFromFields().get(0);
        FieldVector values = entries.getChildrenFromFields().get(1);
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int index = vector.getElementStartIndex(row); index < vector.getElementEndIndex(row); index++) {
            map.put(value(keys, index), value(values, index));
        }
        return map;
    }

    private static Map<String, Object> struct(StructVector vector, int row) {
        Map<String, Object> map = new LinkedHashMap<>();
        vector.getChildrenFromFields().forEach(child -> map.put(child.getName(), value(child, row)));
        return map;
    }
}
