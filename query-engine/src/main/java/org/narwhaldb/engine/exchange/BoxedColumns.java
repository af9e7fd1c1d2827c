package org.narwhaldb.engine.exchange;

import java.math.BigInteger;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.ColumnType;

/// Columns from and to single values in the shapes of `NestedValues`: the leaves of nested columns pass through here.
final class BoxedColumns {
    private BoxedColumns() {}

    static Column column(ColumnType type, Object[] values) {
        int count = values.length;
        boolean[] nulls = nulls(values);
        return switch (type.physical()) {
            case BOOLEAN -> {
                boolean[] target = new boolean[count];
                for (int row = 0; row < count; row++) {
                    target[row] = values[row] != null && (Boolean) values[row];
                }
                yield new Column.BooleanColumn(target, nulls);
            }
            case LONG -> {
                long[] target = new long[count];
                for (int row = 0; row < count; row++) {
                    target[row] = values[row] == null ? 0 : (Long) values[row];
                }
                yield new Column.LongColumn(target, nulls);
            }
            case DOUBLE -> {
                double[] target = new double[count];
                for (int row = 0; row < count; row++) {
                    target[row] = values[row] == null ? 0 : (Double) values[row];
                }
                yield new Column.DoubleColumn(target, nulls);
            }
            case INT128 -> int128(values, nulls);
            case BYTES -> bytes(values, nulls);
            case NESTED -> new Column.NestedColumn(values, nulls);
        };
    }

    private static boolean[] nulls(Object[] values) {
        boolean[] nulls = null;
        for (int row = 0; row < values.length; row++) {
            if (values[row] == null) {
                nulls = nulls == null ? new boolean[values.length] : nulls;
                nulls[row] = true;
            }
        }
        return nulls;
    }

    private static Column int128(Object[] values, boolean[] nulls) {
        long[] high = new long[values.length];
        long[] low = new long[values.length];
        for (int row = 0; row < values.length; row++) {
            if (values[row] != null) {
                BigInteger value = (BigInteger) values[row];
                high[row] = value.shiftRight(64).longValue();
                low[row] = value.longValue();
            }
        }
        return new Column.Int128Column(high, low, nulls);
    }

    private static Column bytes(Object[] values, boolean[] nulls) {
        int[] offsets = new int[values.length + 1];
        for (int row = 0; row < values.length; row++) {
            offsets[row + 1] = Math.addExact(offsets[row], values[row] == null ? 0 : ((byte[]) values[row]).length);
        }
        byte[] bytes = new byte[offsets[values.length]];
        for (int row = 0; row < values.length; row++) {
            if (values[row] != null) {
                System.arraycopy((byte[]) values[row], 0, bytes, offsets[row], offsets[row + 1] - offsets[row]);
            }
        }
        return new Column.BytesColumn(bytes, offsets, null, nulls);
    }

    static Object[] values(Column column, int count) {
        Object[] values = new Object[count];
        for (int row = 0; row < count; row++) {
            values[row] = column.isNull(row) ? null : value(column, row);
        }
        return values;
    }

    private static Object value(Column column, int row) {
        return switch (column) {
            case Column.BooleanColumn booleans -> booleans.values()[row];
            case Column.LongColumn longs -> longs.values()[row];
            case Column.DoubleColumn doubles -> doubles.values()[row];
            case Column.Int128Column wide ->
                    BigInteger.valueOf(wide.high()[row]).shiftLeft(64).or(unsigned(wide.low()[row]));
            case Column.BytesColumn bytes -> bytes.value(row);
            case Column.NestedColumn nested -> nested.values()[row];
        };
    }

    private static BigInteger unsigned(long value) {
        BigInteger low = BigInteger.valueOf(value & Long.MAX_VALUE);
        return value < 0 ? low.setBit(63) : low;
    }
}
