package org.narwhaldb.engine.operator;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.ColumnBuilder;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// Rows as plain Java values, in the shapes of `NestedValues`, for references to compute with; and their way into
/// batches and back. Texts become String on the way back, so that values can be compared by equals.
record TestRows(List<Field> fields, List<Object[]> rows) {
    private static final String[] WORDS = {"", "a", "ab", "abc", "b", "narwhal", "narwhale",
            "longer than eight bytes", "ü", "😀"};

    static List<Field> fields(ColumnType... types) {
        List<Field> fields = new ArrayList<>();
        for (ColumnType type : types) {
            fields.add(new Field(fields.size(), "c" + fields.size(), type, true));
        }
        return fields;
    }

    static TestRows random(RandomGenerator random, int count, int distinct, ColumnType... types) {
        List<Object[]> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            Object[] values = new Object[types.length];
            for (int column = 0; column < types.length; column++) {
                values[column] = random.nextInt(8) == 0 ? null : value(random, distinct, types[column]);
            }
            rows.add(values);
        }
        return new TestRows(fields(types), rows);
    }

    static Object value(RandomGenerator random, int distinct, ColumnType type) {
        int pick = random.nextInt(distinct);
        return switch (type.physical()) {
            case BOOLEAN -> pick % 2 == 0;
            case LONG -> (long) (pick % 2 == 0 ? pick : -pick);
            case DOUBLE -> switch (pick) {
                case 0 -> 0.0;
                case 1 -> -0.0;
                case 2 -> Double.NaN;
                default -> pick % 2 == 0 ? pick * 0.5 : -pick;
            };
            case INT128 -> BigInteger.valueOf(pick % 2 == 0 ? pick : -pick).shiftLeft(pick % 3 * 30);
            case BYTES -> (pick < WORDS.length ? WORDS[pick] : "word " + pick).getBytes(StandardCharsets.UTF_8);
            case NESTED -> new Object[] {(long) pick, null};
        };
    }

    /// Batches of random sizes; texts sometimes with a dictionary, shared or not.
    List<Batch> batches(RandomGenerator random) {
        List<Batch> batches = new ArrayList<>();
        boolean[] shared = new boolean[fields.size()];
        BytesColumn[] pools = new BytesColumn[fields.size()];
        for (int column = 0; column < fields.size(); column++) {
            shared[column] = random.nextBoolean() && fields.get(column).type().physical() == ColumnType.Physical.BYTES;
            pools[column] = shared[column] ? coded(column(column, 0, rows.size()), rows.size()) : null;
        }
        for (int from = 0; from < rows.size(); ) {
            int count = Math.min(rows.size() - from, 1 + random.nextInt(random.nextBoolean() ? 10 : Batch.ROWS_MAX));
            List<Column> columns = new ArrayList<>();
            for (int column = 0; column < fields.size(); column++) {
                Column made = shared[column] ? Columns.slice(pools[column], from, count)
                        : column(column, from, from + count);
                boolean code = made instanceof BytesColumn bytes && bytes.codes() == null && random.nextBoolean();
                columns.add(code ? coded(made, count) : made);
            }
            batches.add(new Batch(count, columns));
            from += count;
        }
        return batches;
    }

    private Column column(int column, int from, int to) {
        ColumnBuilder builder = ColumnBuilder.of(fields.get(column).type());
        for (Object[] row : rows.subList(from, to)) {
            builder.appendValue(row[column]);
        }
        return builder.build();
    }

    private static BytesColumn coded(Column plain, int count) {
        BytesInterner interner = new BytesInterner(new Reservation(new TestMemory(Long.MAX_VALUE)));
        int[] ids = new int[count];
        interner.ids((BytesColumn) plain, count, true, ids, 0);
        for (int row = 0; row < count; row++) {
            ids[row] = Math.max(0, ids[row]);
        }
        return interner.column(ids, plain.nulls());
    }

    static List<List<Object>> read(Batch batch, List<Field> fields) {
        List<List<Object>> rows = new ArrayList<>();
        for (int row = 0; row < batch.rowCount(); row++) {
            List<Object> values = new ArrayList<>();
            for (int column = 0; column < fields.size(); column++) {
                values.add(plain(Columns.valueAt(batch.column(column), row, fields.get(column).type())));
            }
            rows.add(values);
        }
        return rows;
    }

    /// In a form that equals can compare; -0.0 as 0.0.
    static Object plain(Object value) {
        return switch (value) {
            case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
            case Object[] parts -> Arrays.stream(parts).map(TestRows::plain).toList();
            case Double number -> number == 0 ? 0.0 : number;
            case null -> null;
            default -> value;
        };
    }

    static List<Object> plain(Object[] row) {
        return new ArrayList<>(Arrays.stream(row).map(TestRows::plain).toList());
    }
}
