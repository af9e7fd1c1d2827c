package org.narwhaldb.engine.batch;

import java.math.BigInteger;
import java.util.Arrays;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.segment.ColumnType;

/// Columns made from columns or from values.
public final class Columns {
    private Columns() {}

    /// Rows `rows[0, count)` of the column, in that order; a dictionary is shared.
    public static Column gather(Column column, int[] rows, int count) {
        boolean[] nulls = gather(column.nulls(), rows, count);
        return switch (column) {
            case BooleanColumn(boolean[] values, _) -> new BooleanColumn(gatherAll(values, rows, count), nulls);
            case LongColumn(long[] values, _) -> new LongColumn(gather(values, rows, count), nulls);
            case DoubleColumn(double[] values, _) -> {
                double[] result = new double[count];
                for (int i = 0; i < count; i++) {
                    result[i] = values[rows[i]];
                }
                yield new DoubleColumn(result, nulls);
            }
            case Int128Column(long[] high, long[] low, _) ->
                    new Int128Column(gather(high, rows, count), gather(low, rows, count), nulls);
            case BytesColumn bytes when bytes.codes() == null -> gatherEntries(bytes, rows, count, nulls);
            case BytesColumn(byte[] bytes, int[] offsets, int[] codes, _) ->
                    new BytesColumn(bytes, offsets, gatherCodes(codes, rows, count), nulls);
            case NestedColumn(Object[] values, _) -> {
                Object[] result = new Object[count];
                for (int i = 0; i < count; i++) {
                    result[i] = values[rows[i]];
                }
                yield new NestedColumn(result, nulls);
            }
        };
    }

    /// As [#gather], but a negative row number gives NULL (the missing side of an outer join).
    public static Column gatherOrNull(Column column, int[] rows, int count) {
        int[] present = new int[count];
        boolean[] nulls = null;
        int fallback = -1;
        for (int i = 0; i < count; i++) {
            if (rows[i] < 0 || column.isNull(rows[i])) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[i] = true;
            } else {
                fallback = rows[i];
            }
        }
        if (fallback < 0) {
            return allNull(column, count);
        }
        for (int i = 0; i < count; i++) {
            present[i] = rows[i] < 0 ? fallback : rows[i];
        }
        return withNulls(gather(column, present, count), nulls);
    }

    private static Column allNull(Column like, int count) {
        boolean[] nulls = new boolean[count];
        Arrays.fill(nulls, true);
        return switch (like) {
            case BooleanColumn _ -> new BooleanColumn(new boolean[count], nulls);
            case LongColumn _ -> new LongColumn(new long[count], nulls);
            case DoubleColumn _ -> new DoubleColumn(new double[count], nulls);
            case Int128Column _ -> new Int128Column(new long[count], new long[count], nulls);
            case BytesColumn _ -> new BytesColumn(new byte[0], new int[] {0, 0}, new int[count], nulls);
            case NestedColumn _ -> new NestedColumn(new Object[count], nulls);
        };
    }

    /// The same values under other nulls.
    public static Column withNulls(Column column, boolean[] nulls) {
        return switch (column) {
            case BooleanColumn(boolean[] values, _) -> new BooleanColumn(values, nulls);
            case LongColumn(long[] values, _) -> new LongColumn(values, nulls);
            case DoubleColumn(double[] values, _) -> new DoubleColumn(values, nulls);
            case Int128Column(long[] high, long[] low, _) -> new Int128Column(high, low, nulls);
            case BytesColumn(byte[] bytes, int[] offsets, int[] codes, _) ->
                    new BytesColumn(bytes, offsets, codes, nulls);
            case NestedColumn(Object[] values, _) -> new NestedColumn(values, nulls);
        };
    }

    /// Rows `[from, from + count)` of the column.
    public static Column slice(Column column, int from, int count) {
        if (from == 0) {
            return column;
        }
        int to = from + count;
        boolean[] nulls = column.nulls() == null ? null : Arrays.copyOfRange(column.nulls(), from, to);
        return switch (column) {
            case BooleanColumn(boolean[] values, _) -> new BooleanColumn(Arrays.copyOfRange(values, from, to), nulls);
            case LongColumn(long[] values, _) -> new LongColumn(Arrays.copyOfRange(values, from, to), nulls);
            case DoubleColumn(double[] values, _) -> new DoubleColumn(Arrays.copyOfRange(values, from, to), nulls);
            case Int128Column(long[] high, long[] low, _) ->
                    new Int128Column(Arrays.copyOfRange(high, from, to), Arrays.copyOfRange(low, from, to), nulls);
            case BytesColumn(byte[] bytes, int[] offsets, int[] codes, _) -> codes == null
                    ? new BytesColumn(bytes, Arrays.copyOfRange(offsets, from, to + 1), null, nulls)
                    : new BytesColumn(bytes, offsets, Arrays.copyOfRange(codes, from, to), nulls);
            case NestedColumn(Object[] values, _) -> new NestedColumn(Arrays.copyOfRange(values, from, to), nulls);
        };
    }

    /// Rows `rows[0, count)` of every column.
    public static Batch gather(Batch batch, int[] rows, int count) {
        return new Batch(count, batch.columns().stream().map(column -> gather(column, rows, count)).toList());
    }

    /// `count` times the value.
    ///
    /// @param value in the shape of `NestedValues`; null gives NULLs
    public static Column constant(Object value, ColumnType type, int count) {
        boolean[] nulls = null;
        if (value == null) {
            nulls = new boolean[count];
            Arrays.fill(nulls, true);
        }
        return switch (type.physical()) {
            case BOOLEAN -> {
                boolean[] values = new boolean[count];
                Arrays.fill(values, value != null && (Boolean) value);
                yield new BooleanColumn(values, nulls);
            }
            case LONG -> {
                long[] values = new long[count];
                Arrays.fill(values, value == null ? 0 : (Long) value);
                yield new LongColumn(values, nulls);
            }
            case DOUBLE -> {
                double[] values = new double[count];
                Arrays.fill(values, value == null ? 0 : (Double) value);
                yield new DoubleColumn(values, nulls);
            }
            case INT128 -> {
                BigInteger number = value == null ? BigInteger.ZERO : (BigInteger) value;
                long[] high = new long[count];
                long[] low = new long[count];
                Arrays.fill(high, Int128.high(number));
                Arrays.fill(low, number.longValue());
                yield new Int128Column(high, low, nulls);
            }
            case BYTES -> {
                byte[] bytes = value == null ? new byte[0] : (byte[]) value;
                yield new BytesColumn(bytes, new int[] {0, bytes.length}, new int[count], nulls);
            }
            case NESTED -> {
                Object[] values = new Object[count];
                Arrays.fill(values, value);
                yield new NestedColumn(values, nulls);
            }
        };
    }

    /// The value of one row in the shape of `NestedValues`; null if it is NULL.
    public static Object valueAt(Column column, int row, ColumnType type) {
        if (column.isNull(row)) {
            return null;
        }
        return switch (column) {
            case BooleanColumn(boolean[] values, _) -> values[row];
            case LongColumn(long[] values, _) -> values[row];
            case DoubleColumn(double[] values, _) -> values[row];
            case Int128Column(long[] high, long[] low, _) -> Int128.toBigInteger(high[row], low[row]);
            case BytesColumn bytes -> bytes.value(row);
            case NestedColumn(Object[] values, _) -> values[row];
        };
    }

    private static boolean[] gather(boolean[] nulls, int[] rows, int count) {
        if (nulls == null) {
            return null;
        }
        boolean any = false;
        boolean[] result = new boolean[count];
        for (int i = 0; i < count; i++) {
            result[i] = nulls[rows[i]];
            any |= result[i];
        }
        return any ? result : null;
    }

    private static boolean[] gatherAll(boolean[] values, int[] rows, int count) {
        boolean[] result = new boolean[count];
        for (int i = 0; i < count; i++) {
            result[i] = values[rows[i]];
        }
        return result;
    }

    private static long[] gather(long[] values, int[] rows, int count) {
        long[] result = new long[count];
        for (int i = 0; i < count; i++) {
            result[i] = values[rows[i]];
        }
        return result;
    }

    private static int[] gatherCodes(int[] codes, int[] rows, int count) {
        int[] result = new int[count];
        for (int i = 0; i < count; i++) {
            result[i] = codes[rows[i]];
        }
        return result;
    }

    private static Column gatherEntries(BytesColumn column, int[] rows, int count, boolean[] nulls) {
        int[] offsets = new int[count + 1];
        for (int i = 0; i < count; i++) {
            boolean empty = nulls != null && nulls[i];
            offsets[i + 1] = Math.addExact(offsets[i], empty ? 0 : column.end(rows[i]) - column.start(rows[i]));
        }
        byte[] bytes = new byte[offsets[count]];
        for (int i = 0; i < count; i++) {
            System.arraycopy(column.bytes(), column.offsets()[rows[i]], bytes, offsets[i], offsets[i + 1] - offsets[i]);
        }
        return new BytesColumn(bytes, offsets, null, nulls);
    }
}
