package org.narwhaldb.segment;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Rows as plain objects: what a segment must give back, built and ordered naively.
record TestRows(List<Field> fields, List<Row> rows) {

    record Row(Object[] values, int sourceFile, long position) {}

    static TestRows random(RandomValues random, List<Field> fields, int count) {
        List<Row> rows = new ArrayList<>();
        long position = 0;
        int sourceFile = 0;
        for (int i = 0; i < count; i++) {
            if (random.random.nextInt(1 + count / 3) == 0) {
                sourceFile++;
                position = 0;
            }
            position += random.random.nextInt(10) == 0 ? 3 : 1;
            Object[] values = fields.stream()
                    .map(field -> field.nullable() ? random.valueOrNull(field.type()) : random.value(field.type()))
                    .toArray();
            rows.add(new Row(values, sourceFile, position));
        }
        return new TestRows(fields, rows);
    }

    SegmentSummary write(Path file, String id, List<SortKey> sortKeys) {
        try (SegmentBuilder builder = Segments.builder(fields, sortKeys)) {
            appendTo(builder);
            return builder.write(file, id);
        }
    }

    void appendTo(SegmentBuilder builder) {
        for (Row row : rows) {
            for (int i = 0; i < fields.size(); i++) {
                append(builder.column(i), fields.get(i).type(), row.values[i]);
            }
            builder.origin(row.sourceFile, row.position);
            builder.endRow();
        }
    }

    static void append(SegmentBuilder.ColumnAppender column, ColumnType type, Object value) {
        if (value == null) {
            column.appendNull();
            return;
        }
        switch (type.physical()) {
            case BOOLEAN -> column.appendBoolean((Boolean) value);
            case LONG -> column.appendLong((Long) value);
            case DOUBLE -> column.appendDouble((Double) value);
            case INT128 -> column.appendInt128((BigInteger) value);
            case BYTES -> {
                byte[] bytes = (byte[]) value;
                byte[] shifted = new byte[bytes.length + 2];
                System.arraycopy(bytes, 0, shifted, 1, bytes.length);
                column.appendBytes(shifted, 1, bytes.length);
            }
            case NESTED -> column.appendNested(value);
        }
    }

    TestRows sorted(List<SortKey> keys) {
        Comparator<Row> order = (a, b) -> 0;
        for (SortKey key : keys) {
            int column = IntStream.range(0, fields.size()).filter(i -> fields.get(i).id() == key.fieldId())
                    .findFirst().orElseThrow();
            ColumnType type = fields.get(column).type();
            order = order.thenComparing(row -> bucketed(row.values[column], type, key.bucketMicros()),
                    (a, b) -> ValueOrder.compare(a, b, type));
        }
        return new TestRows(fields, rows.stream().sorted(order).toList());
    }

    private static Object bucketed(Object value, ColumnType type, long bucketMicros) {
        if (value == null || bucketMicros == 0) {
            return value;
        }
        boolean nanos = Stream.of(ColumnType.TIMESTAMP_NS, ColumnType.TIMESTAMP_TZ_NS).anyMatch(type::equals);
        return Math.floorDiv((Long) value, nanos ? bucketMicros * 1_000 : bucketMicros);
    }

    Object[] column(int index) {
        return rows.stream().map(row -> row.values[index]).toArray();
    }
}
