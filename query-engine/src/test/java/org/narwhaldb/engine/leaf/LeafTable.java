package org.narwhaldb.engine.leaf;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.SegmentBuilder.ColumnAppender;
import org.narwhaldb.segment.Segments;
import org.narwhaldb.segment.SortKey;
import org.roaringbitmap.RoaringBitmap;

/// A random table in segment files: columns of every type that leaves know, with NULLs, every encoding, dictionaries that differ
/// from segment to segment, and rows that were deleted.
final class LeafTable implements AutoCloseable {
    static final int TIME = 0;
    static final int FEW = 1;
    static final int SOME = 2;
    static final int MANY = 3;
    static final int SMALL = 4;
    static final int LARGE = 5;
    static final int MONEY = 6;
    static final int SCORE = 7;
    static final int RAW = 8;
    static final int FLAG = 9;
    static final int WIDE = 10;
    static final int COUNTED = 11;
    static final int DAY = 12;
    static final int EMPTY = 13;

    private static final long START = 1_767_225_600_000_000L;

    final List<Field> fields;
    final List<ScanTask> tasks = new ArrayList<>();
    private final RandomGenerator random;

    LeafTable(RandomGenerator random, Path directory, int... segmentRows) {
        this.random = random;
        fields = fields();
        for (int rows : segmentRows) {
            Path file = directory.resolve("leaf-" + tasks.size() + "-" + random.nextLong() + ".segment");
            write(file, rows);
            Segment segment = Segments.open(file);
            tasks.add(new ScanTask(segment, random.nextInt(3) == 0 ? null : live(rows)));
        }
    }

    private static List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        ColumnType[] types = {ColumnType.TIMESTAMP, ColumnType.STRING, ColumnType.STRING, ColumnType.STRING, ColumnType.LONG,
            ColumnType.LONG, ColumnType.decimal(10, 2), ColumnType.DOUBLE, ColumnType.DOUBLE, ColumnType.BOOLEAN,
            ColumnType.decimal(30, 4), ColumnType.INT, ColumnType.DATE, ColumnType.STRING};
        for (ColumnType type : types) {
            fields.add(new Field(fields.size() + 1, "c" + fields.size(), type,
                    fields.size() != TIME && fields.size() != COUNTED));
        }
        return fields;
    }

    private RoaringBitmap live(int rows) {
        RoaringBitmap live = new RoaringBitmap();
        live.add(0L, rows);
        int deleted = random.nextInt(rows / 2 + 1);
        for (int i = 0; i < deleted; i++) {
            live.remove(random.nextInt(rows));
        }
        return live;
    }

    private void write(Path file, int rows) {
        List<SortKey> order = switch (random.nextInt(3)) {
            case 0 -> List.of(SortKey.of(TIME + 1));
            case 1 -> List.of(new SortKey(TIME + 1, 3_600_000_000L), SortKey.of(FEW + 1));
            default -> List.of();
        };
        int offset = random.nextInt(50);
        try (SegmentBuilder builder = Segments.builder(fields, order)) {
            for (int row = 0; row < rows; row++) {
                Object[] values = row(row, offset);
                for (int column = 0; column < values.length; column++) {
                    append(builder.column(column), values[column]);
                }
                builder.origin(0, row);
                builder.endRow();
            }
            builder.write(file, "leaf-test");
        }
    }

    private Object[] row(int row, int offset) {
        return new Object[] {
            START + row * 1_500_000L + random.nextInt(3_000_000),
            nullable(text("few ", random.nextInt(7))),
            nullable(text("some ", offset + (int) (300 * Math.pow(random.nextDouble(), 2)))),
            nullable(text("many ", random.nextInt(30_000))),
            nullable((long) random.nextInt(40) - 20),
            (row / 5) * 31L + random.nextInt(31) + (1L << 20),
            random.nextInt(10) < 7 ? null : (Object) (100L + random.nextInt(50_000)),
            nullable(Math.round(random.nextDouble() * 10_000) / 100.0),
            nullable(random.nextGaussian()),
            nullable(random.nextBoolean()),
            nullable(BigInteger.valueOf(random.nextLong() >> 20).shiftLeft(random.nextInt(10))),
            (long) random.nextInt(60_000),
            nullable(20_454L + random.nextInt(90)),
            null};
    }

    private Object nullable(Object value) {
        return random.nextInt(12) == 0 ? null : value;
    }

    private static byte[] text(String prefix, int number) {
        return (prefix + number).getBytes(StandardCharsets.UTF_8);
    }

    private static void append(ColumnAppender column, Object value) {
        switch (value) {
            case null -> column.appendNull();
            case Boolean flag -> column.appendBoolean(flag);
            case Long number -> column.appendLong(number);
            case Double number -> column.appendDouble(number);
            case BigInteger number -> column.appendInt128(number);
            case byte[] bytes -> column.appendBytes(bytes, 0, bytes.length);
            default -> throw new IllegalArgumentException("A value of " + value.getClass());
        }
    }

    @Override
    public void close() {
        tasks.forEach(task -> task.segment().close());
    }
}
