package org.narwhaldb.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.roaringbitmap.RoaringBitmap;

class SegmentSortTest {
    private static final int ID_COLUMN = 99;
    private final long seed = RandomValues.seed();
    private final RandomValues values = new RandomValues(seed);

    @TempDir
    private Path folder;

    @Test
    void ordersAsANaiveStableSortDoes() {
        for (int round = 0; round < 34; round++) {
            List<Field> fields = fields(round);
            List<SortKey> keys = randomKeys(fields);
            TestRows rows = TestRows.random(values, fields, values.random.nextInt(round % 10 == 0 ? 3_000 : 200));
            TestRows expected = rows.sorted(keys);
            Path file = folder.resolve("r" + round);

            rows.write(file, "s", keys);

            assertOrder(file, expected, keys);
            assertOrigins(file, expected);
        }
    }

    @Test
    void keepsRowsThatStandInOrderAlready() {
        for (int round = 0; round < 20; round++) {
            List<Field> fields = fields(round);
            List<SortKey> keys = randomKeys(fields);
            TestRows sorted = TestRows.random(values, fields, 150).sorted(keys);
            Path file = folder.resolve("r" + round);

            sorted.write(file, "s", keys);

            assertOrder(file, sorted, keys);
        }
    }

    @Test
    void ordersOverSeveralBlocks() {
        List<Field> fields = List.of(new Field(1, "t", ColumnType.TIMESTAMP, false),
                new Field(2, "s", ColumnType.STRING, true));
        List<SortKey> keys = List.of(new SortKey(1, 1L << 60), SortKey.of(2));
        TestRows rows = TestRows.random(values, fields, 150_000);
        TestRows expected = rows.sorted(keys);

        rows.write(folder.resolve("s"), "s", keys);

        assertOrder(folder.resolve("s"), expected, keys);
        assertOrigins(folder.resolve("s"), expected);
    }

    /// The times of rows that arrived in their order tell the origins; equal times, and rows out of order, only in part.
    @Test
    void keepsOriginsInTheOrderOfAColumnThatRowsArrivedIn() {
        List<Field> fields = List.of(new Field(1, "group", ColumnType.INT, true), new Field(2, "time", ColumnType.TIMESTAMP, false));
        for (int round = 0; round < 12; round++) {
            int equal = 1 + values.random.nextInt(4);
            int odd = round % 3 == 0 ? 100 : Integer.MAX_VALUE;
            List<TestRows.Row> arrived = new ArrayList<>();
            for (int i = 0; i < 70_000; i++) {
                long time = i % odd == odd - 1 ? values.random.nextLong() : 1_000L * (i / equal);
                arrived.add(new TestRows.Row(new Object[] {(long) values.random.nextInt(20), time}, i / 30_000, i % 30_000 + 7));
            }
            TestRows rows = new TestRows(fields, arrived);
            Path file = folder.resolve("r" + round);

            rows.write(file, "s", List.of(SortKey.of(1)));

            try (var reader = new SegmentFileReader(file)) {
                assertThat(reader.footer().originField()).as("seed %d", seed).isEqualTo(2);
            }
            assertOrigins(file, rows.sorted(List.of(SortKey.of(1))));
        }
    }

    @Test
    void refusesKeysThatHaveNoOrder() {
        var list = ColumnType.list(new Field(2, "element", ColumnType.LONG, true));
        List<Field> fields = List.of(new Field(1, "tags", list, true), new Field(3, "name", ColumnType.STRING, true));

        assertRefused(fields, SortKey.of(1), "Rows cannot be ordered by column [tags]");
        assertRefused(fields, SortKey.of(7), "Rows cannot be ordered by field [7]");
        assertRefused(fields, new SortKey(3, 1_000), "Rows cannot be ordered by time buckets of [1000] µs of column");
    }

    private static void assertRefused(List<Field> fields, SortKey key, String message) {
        assertThatThrownBy(() -> Segments.builder(fields, List.of(key))).hasMessageStartingWith(message)
                .isInstanceOfSatisfying(NarwhalException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION));
    }

    private List<Field> fields(int round) {
        List<Field> fields = new ArrayList<>();
        List<ColumnType> types = RandomValues.flatTypes();
        for (int i = 0; i < 3; i++) {
            ColumnType type = types.get((round + 5 * i) % types.size());
            fields.add(new Field(i, "column " + i, type, values.random.nextBoolean()));
        }
        fields.add(new Field(ID_COLUMN, "id", ColumnType.LONG, false));
        return fields;
    }

    private List<SortKey> randomKeys(List<Field> fields) {
        List<SortKey> keys = new ArrayList<>();
        for (Field field : fields.subList(0, 1 + values.random.nextInt(3))) {
            boolean time = field.type().kind().name().startsWith("TIMESTAMP");
            boolean bucketed = time && values.random.nextBoolean();
            keys.add(new SortKey(field.id(), bucketed ? 1 + values.random.nextInt(1_000) : 0));
        }
        Collections.shuffle(keys, values.random);
        return keys;
    }

    private void assertOrder(Path file, TestRows expected, List<SortKey> keys) {
        try (Segment segment = Segments.open(file)) {
            for (int i = 0; i < expected.fields().size(); i++) {
                Field field = expected.fields().get(i);
                Object[] actual = ColumnReads.read(segment.column(field.id()), 0, segment.rowCount());
                Object[] naive = expected.column(i);
                for (int row = 0; row < naive.length; row++) {
                    if (ValueOrder.compare(naive[row], actual[row], field.type()) != 0) {
                        throw new AssertionError("seed %d, keys %s, %s, row %d".formatted(seed, keys, field, row));
                    }
                }
            }
        }
    }

    private void assertOrigins(Path file, TestRows expected) {
        Map<Integer, RoaringBitmap> wholeFiles = new TreeMap<>();
        Map<Integer, RoaringBitmap> halfFiles = new TreeMap<>();
        Map<Integer, List<Long>> asked = new TreeMap<>();
        for (int row = 0; row < expected.rows().size(); row++) {
            TestRows.Row origin = expected.rows().get(row);
            wholeFiles.computeIfAbsent(origin.sourceFile(), key -> new RoaringBitmap()).add(row);
            halfFiles.computeIfAbsent(origin.sourceFile(), key -> new RoaringBitmap());
            asked.computeIfAbsent(origin.sourceFile(), key -> new ArrayList<>());
            if (origin.position() % 2 == 0) {
                halfFiles.get(origin.sourceFile()).add(row);
                asked.get(origin.sourceFile()).add(origin.position());
            }
        }
        for (int source : wholeFiles.keySet()) {
            long[] positions = asked.get(source).stream().mapToLong(Long::longValue).sorted().toArray();
            assertThat(Segments.rowsFrom(file, source, null)).as("seed %d", seed).isEqualTo(wholeFiles.get(source));
            assertThat(Segments.rowsFrom(file, source, positions)).as("seed %d", seed)
                    .isEqualTo(halfFiles.get(source));
        }
        assertThat(Segments.rowsFrom(file, 1_000_000, null)).isEqualTo(new RoaringBitmap());
        assertThat(Segments.rowsFrom(file, 0, new long[0])).isEqualTo(new RoaringBitmap());
    }
}
