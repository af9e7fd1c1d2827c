package org.narwhaldb.ingest;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.SegmentDictionary;

/// A row of a segment as text, under a table's current columns, in the form that the referee's rows get.
final class SegmentText {
    private SegmentText() {}

    static String row(Segment segment, List<Field> fields, int row) {
        List<String> values = new ArrayList<>();
        for (Field field : fields) {
            values.add(segment.hasColumn(field.id()) ? text(value(segment.column(field.id()), row))
                    : "null");
        }
        return values.toString();
    }

    private static Object value(SegmentColumn column, int row) {
        boolean[] nulls = new boolean[1];
        column.readNulls(row, 1, nulls, 0);
        if (nulls[0]) {
            return null;
        }
        switch (column.field().type().physical()) {
            case BOOLEAN -> {
                boolean[] value = new boolean[1];
                column.readBooleans(row, 1, value, 0);
                return value[0];
            }
            case LONG -> {
                long[] value = new long[1];
                column.readLongs(row, 1, value, 0);
                return value[0];
            }
            case DOUBLE -> {
                double[] value = new double[1];
                column.readDoubles(row, 1, value, 0);
                return value[0];
            }
            case BYTES -> {
                return bytes(column, row);
            }
            case INT128, NESTED -> throw new AssertionError("not used by these tests: " + column.field());
        }
        throw new AssertionError();
    }

    private static byte[] bytes(SegmentColumn column, int row) {
        SegmentDictionary dictionary = column.dictionary();
        if (dictionary != null) {
            int[] code = new int[1];
            column.readCodes(row, 1, code, 0);
            return dictionary.value(code[0]);
        }
        byte[][] value = new byte[1][];
        column.readBytes(row, 1, (bytes, offset, length) -> value[0] =
                Arrays.copyOfRange(bytes, offset, offset + length));
        return value[0];
    }

    static String text(Object value) {
        return switch (value) {
            case null -> "null";
            case Integer number -> Long.toString(number);
            case LocalDateTime time -> Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH,
                    time.toInstant(ZoneOffset.UTC)));
            case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
            default -> value.toString();
        };
    }
}
