package org.narwhaldb.segment;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The rows of the golden file: chosen so that every encoding has a block, and every kind of part is there. They never
/// change; another choice is another set of rows.
final class GoldenRows {
    static final List<SortKey> SORT_KEYS = List.of(SortKey.of(2), new SortKey(3, 86_400_000_000L));
    static final List<Field> FIELDS = List.of(
            new Field(1, "id", ColumnType.LONG, false),
            new Field(2, "third", ColumnType.INT, false),
            new Field(3, "time", ColumnType.TIMESTAMP, false),
            new Field(4, "day", ColumnType.DATE, true),
            new Field(5, "mixed", ColumnType.LONG, true),
            new Field(6, "byte", ColumnType.INT, false),
            new Field(7, "price", ColumnType.DOUBLE, true),
            new Field(8, "cents", ColumnType.DOUBLE, false),
            new Field(9, "noise", ColumnType.DOUBLE, true),
            new Field(10, "ratio", ColumnType.FLOAT, true),
            new Field(11, "wide", ColumnType.decimal(38, 2), true),
            new Field(12, "narrow", ColumnType.decimal(38, 2), false),
            new Field(13, "flag", ColumnType.BOOLEAN, true),
            new Field(14, "letter", ColumnType.STRING, false),
            new Field(15, "name", ColumnType.STRING, true),
            new Field(16, "run", ColumnType.STRING, false),
            new Field(17, "unique", ColumnType.STRING, true),
            new Field(18, "bytes", ColumnType.BINARY, false),
            new Field(19, "uuid", ColumnType.UUID, true),
            new Field(20, "constant", ColumnType.TIMESTAMP_TZ_NS, false),
            new Field(21, "nothing", ColumnType.STRING, true),
            new Field(22, "tags", ColumnType.list(new Field(23, "element", ColumnType.STRING, true)), true),
            new Field(24, "few", ColumnType.STRING, true));
    private static final int ROWS = 2_100;

    private GoldenRows() {}

    static TestRows all() {
        List<TestRows.Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            long mixed = ValueHash.hash(Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
            boolean isNull = i % 11 == 5;
            Object[] values = {10_000L + 3L * i, (long) i % 3, 1_700_000_000_000_000L + (mixed & 0xFFFFF) * 10_000, i / 100L,
                mixed, mixed >>> 8 & 0xFF, (mixed & 0xFFF) / 100.0, (mixed >>> 20 & 0xFF) / 100.0,
                Double.longBitsToDouble(mixed & ~(1L << 62)), (double) (float) (mixed >>> 40),
                BigInteger.valueOf(mixed).pow(2).shiftRight(2),
                BigInteger.valueOf(i - 500), (mixed & 1) != 0, utf8("letter " + (mixed >>> 8 & 0xFF)),
                utf8("customer number " + (mixed & 0x7FFF) % 700), utf8("run " + (i % 3 * 100 + i / 21)),
                utf8("https://example.com/articles/" + mixed), bytes(mixed), bytes(mixed ^ 1, ~mixed), 1_700_000_000_000_000_000L,
                null, new Object[] {utf8("a"), null, utf8("" + i % 7)}, utf8("few " + mixed % 3)};
            for (int column = 0; column < values.length; column++) {
                values[column] = isNull && FIELDS.get(column).nullable() ? null : values[column];
            }
            rows.add(new TestRows.Row(values, i / 1_500, i % 1_500 * 2L));
        }
        return new TestRows(FIELDS, rows);
    }

    static SegmentSummary write(Path file) {
        return all().write(file, "golden", SORT_KEYS);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(long... words) {
        byte[] bytes = new byte[words.length * Long.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (words[i / Long.BYTES] >>> i % Long.BYTES * Byte.SIZE);
        }
        return bytes;
    }
}
