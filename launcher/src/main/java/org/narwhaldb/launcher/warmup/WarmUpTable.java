package org.narwhaldb.launcher.warmup;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.narwhaldb.calcite.PlannerCatalog;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.SegmentBuilder.ColumnAppender;
import org.narwhaldb.segment.Segments;
import org.narwhaldb.segment.SortKey;

/// Made-up rows in real segment files: every kind of column, with and without NULLs, a full block and a part of one in each
/// segment, dictionaries of one, two and four bytes a code, and plain text. `facts` refers to `names` by `name_id`.
final class WarmUpTable {
    static final String SCHEMA = "warm";
    private static final int FACT_ROWS = Segment.BLOCK_ROWS + 9_000;
    private static final int NAME_ROWS = 3_000;
    private static final long START_MICROS = 1_700_000_000_000_000L;
    private static final long STEP_MICROS = 20_000_000L;
    private static final int NULL_SHARE = 20;

    private static final List<Field> FACTS = List.of(
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
            new Field(13, "number", ColumnType.LONG, false));
    private static final List<Field> NAMES = List.of(
            new Field(1, "id", ColumnType.LONG, false),
            new Field(2, "name", ColumnType.STRING, false),
            new Field(3, "kind", ColumnType.STRING, false));

    private WarmUpTable() {}

    static Segment facts(Path file, int number) {
        SplittableRandom random = new SplittableRandom(number);
        try (SegmentBuilder builder = Segments.builder(FACTS, List.of(new SortKey(1, 0)))) {
            for (int row = 0; row < FACT_ROWS; row++) {
                long at = START_MICROS + ((long) number * FACT_ROWS + row) * STEP_MICROS;
                Object[] values = {at, "f" + skewed(random, 4), "s" + skewed(random, 300), "m" + skewed(random, 60_000),
                    "text " + random.nextLong(), (long) random.nextInt(NAME_ROWS), (long) random.nextInt(50_000),
                    (long) random.nextInt(1_000_000), random.nextInt(10_000) / 100.0, random.nextDouble(), random.nextInt(10) == 0,
                    at / 86_400_000_000L, random.nextLong()};
                append(builder, FACTS, values, random, row);
            }
            builder.write(file, "warm-facts-" + number);
        }
        return Segments.open(file);
    }

    static Segment names(Path file) {
        SplittableRandom random = new SplittableRandom(0);
        try (SegmentBuilder builder = Segments.builder(NAMES, List.of())) {
            for (int row = 0; row < NAME_ROWS; row++) {
                append(builder, NAMES, new Object[] {(long) row, "name " + row, "kind " + row % 25}, random, row);
            }
            builder.write(file, "warm-names");
        }
        return Segments.open(file);
    }

    private static int skewed(SplittableRandom random, int count) {
        return (int) (count * Math.pow(random.nextDouble(), 2));
    }

    private static void append(SegmentBuilder builder, List<Field> fields, Object[] values, SplittableRandom random, int row) {
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

    /// Both tables, as the planner sees them.
    static PlannerCatalog catalog(int factSegments) {
        Map<String, PlannerCatalog.PlannerTable> tables = new HashMap<>();
        tables.put("facts", table("facts", FACTS, (long) factSegments * FACT_ROWS));
        tables.put("names", table("names", NAMES, NAME_ROWS));
        return new PlannerCatalog() {
            @Override
            public List<String> schemas() {
                return List.of(SCHEMA);
            }

            @Override
            public List<String> tables(String schema) {
                return new ArrayList<>(tables.keySet());
            }

            @Override
            public Optional<PlannerTable> table(String schema, String table) {
                return Optional.ofNullable(tables.get(table)).filter(_ -> schema.equals(SCHEMA));
            }
        };
    }

    private static PlannerCatalog.PlannerTable table(String name, List<Field> columns, long rows) {
        return new PlannerCatalog.PlannerTable(new TableReference(SCHEMA, name), columns, false, rows, Map.of());
    }
}
