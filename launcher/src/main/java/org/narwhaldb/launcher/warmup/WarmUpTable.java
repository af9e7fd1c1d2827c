package org.narwhaldb.launcher.warmup;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.SegmentBuilder.ColumnAppender;
import org.narwhaldb.segment.SegmentSummary;
import org.narwhaldb.segment.Segments;
import org.narwhaldb.segment.SortKey;

/// Made-up rows in real segment files: every kind of column, with and without NULLs, a full block and a part of one in each
/// segment, dictionaries of one, two and four bytes a code, and plain text. `facts` refers to `names` by `name_id`.
///
/// @param sortKeys of its segments
/// @param rows of one segment
record WarmUpTable(String name, List<Field> fields, List<SortKey> sortKeys, int rows, Rows source) {
    private static final int FACT_ROWS = Segment.BLOCK_ROWS + 9_000;
    private static final int NAME_ROWS = 3_000;
    private static final long START_MICROS = 1_700_000_000_000_000L;
    private static final long STEP_MICROS = 20_000_000L;
    private static final int NULL_SHARE = 20;

    static final WarmUpTable FACTS = new WarmUpTable("facts", List.of(
            new Field(1, "at", ColumnType.TIMESTAMP, false),
            new Field(2, "few", ColumnType.STRING, true),
            new Field(3, "mid", ColumnType.STRING, false),
            new Field(4, "many", ColumnType.STRING, true),
            new Field(5, "plain", ColumnType.STRING, true),
            new Field(6, "name_id", ColumnType.LONG, false),
            new Field(7, "amount", ColumnType.INT, true),
            new Field(8, "price", ColumnType.decimal(12, 2), true),
            new Field(9, "rate", ColumnType.DOUBLE, true),
            new Field(10, "noise", ColumnType.DOUBLE, false),
            new Field(11, "flag", ColumnType.BOOLEAN, false),
            new Field(12, "on_day", ColumnType.DATE, false),
            new Field(13, "number", ColumnType.LONG, false)), List.of(new SortKey(1, 0)), FACT_ROWS, WarmUpTable::fact);
    static final WarmUpTable NAMES = new WarmUpTable("names", List.of(
            new Field(1, "id", ColumnType.LONG, false),
            new Field(2, "name", ColumnType.STRING, false),
            new Field(3, "kind", ColumnType.STRING, false)), List.of(), NAME_ROWS,
            (_, row) -> new Object[] {row, "name " + row, "kind " + row % 25});

    /// Makes a row up.
    interface Rows {
        /// @param row of the table
        /// @return a value for each column; those of nullable ones may become NULL
        Object[] row(SplittableRandom random, long row);
    }

    private static Object[] fact(SplittableRandom random, long row) {
        long at = START_MICROS + row * STEP_MICROS;
        return new Object[] {at, "f" + skewed(random, 4), "s" + skewed(random, 300), "m" + skewed(random, 60_000),
            "text " + random.nextLong(), (long) random.nextInt(NAME_ROWS), (long) random.nextInt(50_000),
            (long) random.nextInt(1_000_000), random.nextInt(10_000) / 100.0, random.nextDouble(), random.nextInt(10) == 0,
            at / 86_400_000_000L, random.nextLong()};
    }

    /// @param number of the segment among those of the table
    SegmentSummary write(Path file, String segmentId, int number) {
        SplittableRandom random = new SplittableRandom(number);
        try (SegmentBuilder builder = Segments.builder(fields, sortKeys)) {
            for (int row = 0; row < rows; row++) {
                append(builder, source.row(random, (long) number * rows + row), random, row);
            }
            return builder.write(file, segmentId);
        }
    }

    private static int skewed(SplittableRandom random, int count) {
        return (int) (count * Math.pow(random.nextDouble(), 2));
    }

    private void append(SegmentBuilder builder, Object[] values, SplittableRandom random, int row) {
        for (int index = 0; index < values.length; index++) {
            ColumnAppender column = builder.column(index);
            if (fields.get(index).nullable() && random.nextInt(NULL_SHARE) == 0) {
                column.appendNull();
                continue;
            }
            switch (values[index]) {
                case Long number -> column.appendLong(number);
                case Double number -> column.appendDouble(number);
                case Boolean flag -> column.appendBoolean(flag);
                default -> {
                    byte[] text = values[index].toString().getBytes(StandardCharsets.UTF_8);
                    column.appendBytes(text, 0, text.length);
                }
            }
        }
        builder.origin(0, row);
        builder.endRow();
    }
}
