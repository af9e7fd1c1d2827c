package org.narwhaldb.store.iceberg;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.iceberg.data.Record;

/// Values as text, from our shapes and from Iceberg's generic data model, so that rows of both can be compared.
final class RowText {
    private RowText() {}

    static String ofShape(Object value) {
        return switch (value) {
            case null -> "null";
            case byte[] bytes -> "x" + HexFormat.of().formatHex(bytes);
            case Object[] elements -> Arrays.stream(elements).map(RowText::ofShape).toList().toString();
            default -> value.toString();
        };
    }

    /// Written apart from the code under test on purpose. Timestamps are told apart from nanoseconds by the test's
    /// values.
    static String ofGeneric(Object value) {
        return switch (value) {
            case null -> "null";
            case Float number -> Double.toString(number);
            case BigDecimal decimal -> decimal.unscaledValue().toString();
            case LocalDate date -> Long.toString(date.toEpochDay());
            case LocalTime time -> Long.toString(time.toNanoOfDay() / 1000);
            case LocalDateTime time -> ofGeneric(time.atOffset(ZoneOffset.UTC));
            case OffsetDateTime time -> time.getNano() % 1000 == 0
                    ? Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant()))
                    : Long.toString(ChronoUnit.NANOS.between(Instant.EPOCH, time.toInstant()));
            case CharSequence text -> ofShape(text.toString().getBytes(StandardCharsets.UTF_8));
            case ByteBuffer buffer -> {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                yield ofShape(bytes);
            }
            case byte[] bytes -> ofShape(bytes);
            case UUID uuid -> "x" + uuid.toString().replace("-", "");
            case List<?> list -> list.stream().map(RowText::ofGeneric).toList().toString();
            case Map<?, ?> map -> map.entrySet().stream()
                    .map(entry -> List.of(ofGeneric(entry.getKey()), ofGeneric(entry.getValue()))).toList()
                            .toString();
            case Record record -> IntStream.range(0, record.size())
                    .mapToObj(index -> ofGeneric(record.get(index))).toList().toString();
            default -> value.toString();
        };
    }
}
