package org.narwhaldb.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The bytes of format version 2 do not change.
class SegmentFormatTest {
    private static final List<Field> FIELDS = List.of(
            new Field(1, "time", ColumnType.TIMESTAMP, false),
            new Field(2, "day", ColumnType.DATE, false),
            new Field(3, "big", ColumnType.LONG, true),
            new Field(4, "price", ColumnType.DOUBLE, true),
            new Field(5, "noise", ColumnType.DOUBLE, true),
            new Field(6, "amount", ColumnType.decimal(38, 2), true),
            new Field(7, "small amount", ColumnType.decimal(38, 2), false),
            new Field(8, "flag", ColumnType.BOOLEAN, true),
            new Field(9, "name", ColumnType.STRING, true),
            new Field(10, "run", ColumnType.STRING, false),
            new Field(11, "unique", ColumnType.STRING, true),
            new Field(12, "tags", ColumnType.list(new Field(13, "element", ColumnType.STRING, true)), true));

    @TempDir
    private Path folder;

    @Test
    void writesTheBytesOfVersionTwo() {
        Path file = folder.resolve("golden");

        SegmentSummary summary = write(file);

        Set<String> encodings = new TreeSet<>();
        try (Segment segment = Segments.open(file)) {
            for (Field field : FIELDS) {
                encodings.add(segment.column(field.id()).encodingName(0));
                encodings.add(segment.column(field.id()).encodingName(1));
            }
        }
        assertThat(encodings).containsExactly("BITMAP", "CONSTANT", "DELTA_5", "DELTA_6",
                "PACKED_12", "PACKED_20", "PACKED_9", "PLAIN", "RUNS", "SYMBOLS");
        assertThat("%08x".formatted(summary.checksum()))
                .as("other bytes than before for the same rows are another format version").isEqualTo("8bf79ae6");
    }

    static SegmentSummary write(Path file) {
        int rows = 70_000;
        try (SegmentBuilder builder = Segments.builder(FIELDS, List.of(SortKey.of(2), new SortKey(1, 3_600_000_000L)))) {
            for (int i = 0; i < rows; i++) {
                long mixed = ValueHash.hash(Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
                boolean isNull = i % 11 == 5 || i >= 65_000;
                Object[] row = {1_700_000_000_000_000L + (mixed & 0xFFFFF) * 10_000, i / 1_000L, mixed,
                    (mixed & 0xFFF) / 100.0, Double.longBitsToDouble(mixed & ~(1L << 62)),
                    BigInteger.valueOf(mixed).pow(2).shiftRight(2), BigInteger.valueOf(i - 500), (mixed & 1) != 0,
                    utf8("name " + (mixed & 0x1FF)), utf8("run " + i / 500), utf8("unique " + mixed),
                    new Object[] {utf8("a"), null, utf8("" + i % 7)}};
                for (int c = 0; c < row.length; c++) {
                    Field field = FIELDS.get(c);
                    TestRows.append(builder.column(c), field.type(), isNull && field.nullable() ? null : row[c]);
                }
                builder.origin(i / 30_000, i * 2L);
                builder.endRow();
            }
            return builder.write(file, "golden");
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
