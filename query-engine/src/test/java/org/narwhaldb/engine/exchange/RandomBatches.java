package org.narwhaldb.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Batches of every type, with and without nulls, dictionary-coded and plain; and whether two batches say the same.
final class RandomBatches {
    private RandomBatches() {}

    static List<Field> everyType() {
        Field number = new Field(0, "element", ColumnType.LONG, true);
        Field text = new Field(1, "text", ColumnType.STRING, true);
        Field wide = new Field(2, "wide", ColumnType.decimal(30, 4), true);
        ColumnType struct = ColumnType.struct(List.of(number, text, wide));
        ColumnType lists = ColumnType.list(new Field(0, "element", ColumnType.list(text), true));
        ColumnType map = ColumnType.map(new Field(0, "key", ColumnType.STRING, false),
                new Field(1, "value", struct, true));
        List<ColumnType> types = List.of(
                ColumnType.BOOLEAN, ColumnType.INT, ColumnType.LONG, ColumnType.FLOAT, ColumnType.DOUBLE,
                        ColumnType.decimal(9, 2),
                ColumnType.decimal(18, 0), ColumnType.decimal(38, 10), ColumnType.DATE, ColumnType.TIME,
                        ColumnType.TIMESTAMP,
                ColumnType.TIMESTAMP_TZ, ColumnType.TIMESTAMP_NS, ColumnType.TIMESTAMP_TZ_NS, ColumnType.STRING,
                        ColumnType.BINARY,
                ColumnType.fixed(5), ColumnType.UUID, struct, ColumnType.list(number), lists, map,
                ColumnType.list(new Field(0, "element", ColumnType.BOOLEAN, true)),
                ColumnType.struct(List.of(new Field(0, "days", ColumnType.DATE, true),
                        new Field(1, "id", ColumnType.UUID, true))));
        List<Field> fields = new ArrayList<>();
        for (ColumnType type : types) {
            fields.add(new Field(fields.size(), "c" + fields.size(), type, true));
        }
        return fields;
    }

    static Batch batch(List<Field> fields, int rowCount, RandomGenerator random) {
        List<Column> columns = new ArrayList<>();
        for (Field field : fields) {
            columns.add(column(field.type(), rowCount, random));
        }
        return new Batch(rowCount, columns);
    }

    private static Column column(ColumnType type, int rowCount, RandomGenerator random) {
        int nullsIn = random.nextInt(3);
        if (type.kind() == ColumnType.Kind.STRING && random.nextBoolean()) {
            return coded(rowCount, nullsIn, random);
        }
        Object[] values = new Object[rowCount];
        for (int row = 0; row < rowCount; row++) {
            values[row] = nullsIn == 1 && random.nextInt(4) == 0 || nullsIn == 2 && random.nextInt(20) > 0 ? null
                    : value(type, random);
        }
        return BoxedColumns.column(type, values);
    }

    private static Column coded(int rowCount, int nullsIn, RandomGenerator random) {
        byte[] bytes = "alphabetagamma".getBytes(StandardCharsets.UTF_8);
        int[] offsets = {0, 5, 9, 14, 14};
        int[] codes = new int[rowCount];
        boolean[] nulls = nullsIn == 0 ? null : new boolean[rowCount];
        for (int row = 0; row < rowCount; row++) {
            codes[row] = random.nextInt(4);
            if (nulls != null) {
                nulls[row] = random.nextInt(3) == 0;
            }
        }
        return new Column.BytesColumn(bytes, offsets, codes, nulls);
    }

    private static Object value(ColumnType type, RandomGenerator random) {
        return switch (type.kind()) {
            case BOOLEAN -> random.nextBoolean();
            case INT, DATE -> (long) random.nextInt();
            case LONG, TIME, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS, TIMESTAMP_TZ_NS -> random.nextLong();
            case FLOAT -> (double) Float.intBitsToFloat(random.nextInt() & 0xff7fffff);
            case DOUBLE -> random.nextInt(10) == 0 ? Double.NaN : random.nextGaussian() * 1e100;
            case DECIMAL -> decimal(type, random);
            case STRING -> "é%d☃".formatted(random.nextInt(1000)).repeat(random.nextInt(3))
                    .getBytes(StandardCharsets.UTF_8);
            case BINARY -> bytes(random.nextInt(9), random);
            case FIXED -> bytes(type.precision(), random);
            case UUID -> bytes(16, random);
            case STRUCT -> {
                Object[] members = new Object[type.fields().size()];
                for (int index = 0; index < members.length; index++) {
                    members[index] = nullable(type.fields().get(index), random);
                }
                yield members;
            }
            case LIST -> {
                Object[] elements = new Object[random.nextInt(4)];
                for (int index = 0; index < elements.length; index++) {
                    elements[index] = nullable(type.fields().getFirst(), random);
                }
                yield elements;
            }
            case MAP -> {
                Object[][] entries = new Object[random.nextInt(4)][];
                for (int index = 0; index < entries.length; index++) {
                    entries[index] = new Object[] {value(type.fields().get(0).type(), random),
                            nullable(type.fields().get(1), random)};
                }
                yield entries;
            }
        };
    }

    private static Object nullable(Field field, RandomGenerator random) {
        return random.nextInt(5) == 0 ? null : value(field.type(), random);
    }

    private static Object decimal(ColumnType type, RandomGenerator random) {
        BigInteger limit = BigInteger.TEN.pow(type.precision());
        BigInteger value = new BigInteger(1, bytes(17, random)).mod(limit);
        value = random.nextBoolean() ? value : value.negate();
        return type.physical() == ColumnType.Physical.LONG ? (Object) value.longValueExact() : value;
    }

    private static byte[] bytes(int length, RandomGenerator random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    static void assertSame(List<Batch> expected, List<Batch> actual) {
        assertThat(actual.stream().map(Batch::rowCount).toList())
                .isEqualTo(expected.stream().map(Batch::rowCount).toList());
        for (int index = 0; index < expected.size(); index++) {
            Batch left = expected.get(index);
            Batch right = actual.get(index);
            assertThat(right.columns()).hasSameSizeAs(left.columns());
            for (int column = 0; column < left.columns().size(); column++) {
                Object[] leftValues = BoxedColumns.values(left.column(column), left.rowCount());
                Object[] rightValues = BoxedColumns.values(right.column(column), right.rowCount());
                assertThat(Arrays.deepEquals(rightValues, leftValues))
                        .as("batch %d, column %d: [%s], not [%s]", index, column, Arrays.deepToString(rightValues),
                                Arrays.deepToString(leftValues)).isTrue();
            }
        }
    }
}
