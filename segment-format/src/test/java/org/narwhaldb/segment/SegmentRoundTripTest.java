package org.narwhaldb.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentRoundTripTest {
    private final long seed = RandomValues.seed();
    private final RandomValues values = new RandomValues(seed);

    @TempDir
    private Path folder;

    @Test
    void givesBackRandomRowsOfRandomSchemas() {
        for (int round = 0; round < 30; round++) {
            List<Field> fields = randomFields();
            TestRows rows = TestRows.random(values, fields, values.random.nextInt(400));

            SegmentSummary summary = rows.write(folder.resolve("r" + round), "segment " + round, List.of());

            try (Segment segment = Segments.open(folder.resolve("r" + round))) {
                assertThat(segment.id()).isEqualTo("segment " + round);
                assertHolds(segment, rows, summary);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537})
    void givesBackRowsOnBothSidesOfABlockBorder(int count) {
        List<Field> fields = new ArrayList<>();
        for (ColumnType type : List.of(ColumnType.BOOLEAN, ColumnType.LONG, ColumnType.DOUBLE, ColumnType.STRING,
                ColumnType.decimal(38, 0), ColumnType.BINARY)) {
            fields.add(new Field(fields.size(), "column " + fields.size(), type, true));
        }
        TestRows rows = TestRows.random(values, fields, count);

        SegmentSummary summary = rows.write(folder.resolve("s"), "s", List.of());

        try (Segment segment = Segments.open(folder.resolve("s"))) {
            assertThat(segment.blockCount()).isEqualTo(count == 65_537 ? 2 : Math.min(count, 1));
            assertHolds(segment, rows, summary);
        }
    }

    @Test
    void keepsWholeBlocksOfNulls() {
        List<Field> fields = List.of(new Field(1, "l", ColumnType.LONG, true),
                new Field(2, "s", ColumnType.STRING, true), new Field(3, "n", values.nestedType(2), true));
        List<TestRows.Row> list = new ArrayList<>();
        for (int i = 0; i < 140_000; i++) {
            boolean present = i > 70_000 && i < 70_010;
            Object[] row = present ? fields.stream().map(field -> values.value(field.type())).toArray() : new Object[3];
            list.add(new TestRows.Row(row, 0, i));
        }
        var rows = new TestRows(fields, list);

        SegmentSummary summary = rows.write(folder.resolve("s"), "s", List.of());

        try (Segment segment = Segments.open(folder.resolve("s"))) {
            assertHolds(segment, rows, summary);
            assertThat(segment.column(1).statistics(0)).isEqualTo(new BlockStatistics(65_536, null, null));
        }
    }

    private List<Field> randomFields() {
        List<Field> fields = new ArrayList<>();
        for (int i = values.random.nextInt(8); i >= 0; i--) {
            fields.add(new Field(1_000 + i, "spalte \u00fc" + i, values.type(2), values.random.nextBoolean()));
        }
        return fields;
    }

    private void assertHolds(Segment segment, TestRows rows, SegmentSummary summary) {
        int count = rows.rows().size();
        assertThat(segment.rowCount()).isEqualTo(summary.rowCount()).isEqualTo(count);
        assertThat(segment.fields()).isEqualTo(rows.fields());
        assertThat(segment.sizeBytes()).isEqualTo(summary.sizeBytes());
        for (int i = 0; i < rows.fields().size(); i++) {
            Field field = rows.fields().get(i);
            SegmentColumn column = segment.column(field.id());
            Object[] expected = rows.column(i);
            assertSame(expected, ColumnReads.read(column, 0, count), field.type());
            for (int part = 0; part < 5 && count > 0; part++) {
                int row = values.random.nextInt(count);
                int length = values.random.nextInt(count - row + 1);
                assertSame(Arrays.copyOfRange(expected, row, row + length), ColumnReads.read(column, row, length),
                        field.type());
            }
            assertSummary(column, expected, summary.columns().get(field.id()));
            assertThat(column.hasNulls()).isEqualTo(Arrays.stream(expected).anyMatch(Objects::isNull));
            for (int block = 0; block < segment.blockCount(); block++) {
                int start = block * Segment.BLOCK_ROWS;
                Object[] inBlock = Arrays.copyOfRange(expected, start, start + segment.blockRowCount(block));
                assertStatistics(column.statistics(block), inBlock, field.type());
                assertSum(column.sum(block), inBlock, field.type());
                assertCodeCounts(column, block, inBlock);
            }
        }
    }

    private void assertSame(Object[] expected, Object[] actual, ColumnType type) {
        assertThat(actual.length).isEqualTo(expected.length);
        for (int i = 0; i < expected.length; i++) {
            boolean same = type.physical() == ColumnType.Physical.DOUBLE ? Objects.equals(expected[i], actual[i])
                    : ValueOrder.compare(expected[i], actual[i], type) == 0;
            if (!same) {
                throw new AssertionError("seed %d, type %s, row %d: [%s] instead of [%s]"
                        .formatted(seed, type, i, actual[i], expected[i]));
            }
        }
    }

    private void assertStatistics(BlockStatistics statistics, Object[] block, ColumnType type) {
        Object[] present = Arrays.stream(block).filter(Objects::nonNull)
                .sorted((a, b) -> ValueOrder.compare(a, b, type)).toArray();
        assertThat(statistics.nullCount()).isEqualTo(block.length - present.length);
        assertBounds(statistics.min(), statistics.max(), present, type);
    }

    private void assertSum(BlockSum sum, Object[] block, ColumnType type) {
        List<Object> present = Arrays.stream(block).filter(Objects::nonNull).toList();
        BigDecimal expected = switch (type.physical()) {
            case BOOLEAN -> BigDecimal.valueOf(present.stream().filter(Boolean.TRUE::equals).count());
            case LONG -> present.stream().map(value -> BigDecimal.valueOf((Long) value))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            case INT128 -> present.stream().anyMatch(value -> ((BigInteger) value).bitLength() >= Long.SIZE) ? null
                    : present.stream().map(value -> new BigDecimal((BigInteger) value))
                            .reduce(BigDecimal.ZERO, BigDecimal::add);
            case DOUBLE -> sum == null ? null : present.stream().map(value -> new BigDecimal(value.toString()))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            case BYTES, NESTED -> null;
        };
        if (expected == null || present.isEmpty()) {
            assertThat(sum).as("seed %d", seed).isNull();
        } else {
            assertThat(new BigDecimal(sum.unscaled(), sum.exponent())).as("seed %d, %s", seed, type)
                    .isEqualByComparingTo(expected);
        }
    }

    private void assertCodeCounts(SegmentColumn column, int block, Object[] values) {
        boolean coded = column.field().type().physical() == ColumnType.Physical.BYTES && column.dictionary() != null;
        int[] counts = column.codeCounts(block);
        int size = coded ? column.dictionary().size() : 0;
        assertThat(counts != null || !coded || size > 256 || values.length < 16 * size).as("seed %d", seed).isTrue();
        if (counts != null) {
            int[] expected = new int[size];
            for (Object value : values) {
                if (value != null) {
                    expected[column.dictionary().find((byte[]) value)]++;
                }
            }
            assertThat(counts).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void sumsDecimalsAndCountsCodesOfWholeBlocks() {
        List<Field> fields = List.of(new Field(1, "price", ColumnType.DOUBLE, true),
                new Field(2, "name", ColumnType.STRING, true), new Field(3, "wide", ColumnType.LONG, false),
                new Field(4, "amount", ColumnType.decimal(38, 2), true));
        List<TestRows.Row> list = new ArrayList<>();
        for (int i = 0; i < 140_000; i++) {
            Object[] row = {i % 7 == 0 ? null : values.random.nextInt(100_000) / 100.0,
                i % 11 == 0 ? null : ("n" + values.random.nextInt(200)).getBytes(StandardCharsets.US_ASCII),
                Long.MAX_VALUE - values.random.nextInt(1_000), i % 3 == 0 ? null : BigInteger.valueOf(i - 70_000)};
            list.add(new TestRows.Row(row, 0, i));
        }
        var rows = new TestRows(fields, list);

        SegmentSummary summary = rows.write(folder.resolve("s"), "s", List.of());

        try (Segment segment = Segments.open(folder.resolve("s"))) {
            assertHolds(segment, rows, summary);
            assertThat(segment.column(1).sum(0)).isNotNull();
            assertThat(segment.column(2).codeCounts(0)).isNotNull();
            assertThat(segment.column(3).sum(1).high()).isPositive();
        }
    }

    private void assertBounds(Object min, Object max, Object[] sorted, ColumnType type) {
        if (sorted.length == 0 || type.isNested()) {
            assertThat(min).isNull();
            assertThat(max).isNull();
        } else {
            assertThat(ValueOrder.compare(min, sorted[0], type)).as("seed %d", seed).isZero();
            assertThat(ValueOrder.compare(max, sorted[sorted.length - 1], type)).as("seed %d", seed).isZero();
        }
    }

    private void assertSummary(SegmentColumn column, Object[] expected, SegmentSummary.ColumnSummary summary) {
        ColumnType type = column.field().type();
        Comparator<Object> order = (a, b) -> ValueOrder.compare(a, b, type);
        Object[] present = Arrays.stream(expected).filter(Objects::nonNull).sorted(order).toArray();
        assertThat(summary.nullCount()).isEqualTo(expected.length - present.length);
        assertBounds(summary.min(), summary.max(), present, type);
        TreeSet<Object> set = new TreeSet<>(order);
        set.addAll(Arrays.asList(present));
        long distinct = set.size();
        boolean exact = type.physical() == ColumnType.Physical.BYTES && column.dictionary() != null;
        if (exact || distinct == 0) {
            assertThat(summary.distinctCount()).isEqualTo(distinct);
        } else {
            assertThat(summary.distinctCount()).as("seed %d, %s", seed, type)
                    .isBetween(distinct - 1 - distinct / 8, distinct + 1 + distinct / 8);
        }
    }

    @Test
    void leavesNothingBesideTheFile() throws Exception {
        TestRows.random(values, randomFields(), 100).write(folder.resolve("s"), "s", List.of());

        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("s"));
        }
    }
}
