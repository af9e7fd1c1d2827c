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

/// Collects a column row by row, from other columns or from values. [#build] hands the rows over; the builder is empty
/// after it and may be used again.
public abstract sealed class ColumnBuilder {
    private static final int CAPACITY_MIN = 16;

    private boolean[] nulls;
    private int size;

    private ColumnBuilder() {}

    public static ColumnBuilder of(ColumnType type) {
        return switch (type.physical()) {
            case BOOLEAN -> new Booleans();
            case LONG -> new Longs();
            case DOUBLE -> new Doubles();
            case INT128 -> new Int128s();
            case BYTES -> new Bytes();
            case NESTED -> new Nested();
        };
    }

    public final int size() {
        return size;
    }

    public final void appendNull() {
        reserve(size + 1);
        if (nulls == null || nulls.length <= size) {
            nulls = nulls == null ? new boolean[Math.max(CAPACITY_MIN, size + 1)]
                    : Arrays.copyOf(nulls, (size + 1) * 2);
        }
        nulls[size] = true;
        putNull(size++);
    }

    /// Row `row` of a column of the same physical type.
    public final void appendFrom(Column column, int row) {
        if (column.isNull(row)) {
            appendNull();
        } else {
            reserve(size + 1);
            put(size++, column, row);
        }
    }

    /// Rows `[from, from + count)` of a column of the same physical type.
    public final void appendRange(Column column, int from, int count) {
        reserve(size + count);
        for (int row = from; row < from + count; row++) {
            appendFrom(column, row);
        }
    }

    /// @param value in the shape of `NestedValues`; null gives NULL
    public final void appendValue(Object value) {
        if (value == null) {
            appendNull();
        } else {
            reserve(size + 1);
            putValue(size++, value);
        }
    }

    public final Column build() {
        boolean[] builtNulls = nulls == null ? null : Arrays.copyOf(nulls, size);
        Column result = finish(size, builtNulls);
        nulls = null;
        size = 0;
        return result;
    }

    abstract void reserve(int rows);

    abstract void put(int target, Column column, int row);

    abstract void putValue(int target, Object value);

    void putNull(int target) {}

    abstract Column finish(int rows, boolean[] builtNulls);

    static int capacity(int current, int needed) {
        return Math.max(Math.max(CAPACITY_MIN, needed), current + (current >> 1));
    }

    private static final class Booleans extends ColumnBuilder {
        private boolean[] values = {};

        @Override
        void reserve(int rows) {
            if (rows > values.length) {
                values = Arrays.copyOf(values, capacity(values.length, rows));
            }
        }

        @Override
        void put(int target, Column column, int row) {
            values[target] = ((BooleanColumn) column).values()[row];
        }

        @Override
        void putValue(int target, Object value) {
            values[target] = (Boolean) value;
        }

        @Override
        Column finish(int rows, boolean[] builtNulls) {
            Column result = new BooleanColumn(values, builtNulls);
            values = new boolean[0];
            return result;
        }
    }

    private static final class Longs extends ColumnBuilder {
        private long[] values = {};

        @Override
        void reserve(int rows) {
            if (rows > values.length) {
                values = Arrays.copyOf(values, capacity(values.length, rows));
            }
        }

        @Override
        void put(int target, Column column, int row) {
            values[target] = ((LongColumn) column).values()[row];
        }

        @Override
        void putValue(int target, Object value) {
            values[target] = (Long) value;
        }

        @Override
        Column finish(int rows, boolean[] builtNulls) {
            Column result = new LongColumn(values, builtNulls);
            values = new long[0];
            return result;
        }
    }

    private static final class Doubles extends ColumnBuilder {
        private double[] values = {};

        @Override
        void reserve(int rows) {
            if (rows > values.length) {
                values = Arrays.copyOf(values, capacity(values.length, rows));
            }
        }

        @Override
        void put(int target, Column column, int row) {
            values[target] = ((DoubleColumn) column).values()[row];
        }

        @Override
        void putValue(int target, Object value) {
            values[target] = (Double) value;
        }

        @Override
        Column finish(int rows, boolean[] builtNulls) {
            Column result = new DoubleColumn(values, builtNulls);
            values = new double[0];
            return result;
        }
    }

    private static final class Int128s extends ColumnBuilder {
        private long[] high = {};
        private long[] low = {};

        @Override
        void reserve(int rows) {
            if (rows > high.length) {
                int capacity = capacity(high.length, rows);
                high = Arrays.copyOf(high, capacity);
                low = Arrays.copyOf(low, capacity);
            }
        }

        @Override
        void put(int target, Column column, int row) {
            Int128Column source = (Int128Column) column;
            high[target] = source.high()[row];
            low[target] = source.low()[row];
        }

        @Override
        void putValue(int target, Object value) {
            BigInteger number = (BigInteger) value;
            high[target] = Int128.high(number);
            low[target] = number.longValue();
        }

        @Override
        Column finish(int rows, boolean[] builtNulls) {
            Column result = new Int128Column(high, low, builtNulls);
            high = new long[0];
            low = new long[0];
            return result;
        }
    }

    /// Keeps the dictionary as long as all rows come from the same one, else copies the bytes.
    private static final class Bytes extends ColumnBuilder {
        private BytesColumn dictionary;
        private int[] codes = {};
        private BytesBuilder flat;

        @Override
        void reserve(int rows) {
            if (flat == null && rows > codes.length) {
                codes = Arrays.copyOf(codes, capacity(codes.length, rows));
            }
        }

        @Override
        void put(int target, Column column, int row) {
            BytesColumn source = (BytesColumn) column;
            if (flat == null && source.codes() != null && isSameDictionary(source)) {
                dictionary = source;
                codes[target] = source.codes()[row];
                return;
            }
            flatten(target);
            flat.append(source.bytes(), source.start(row), source.end(row) - source.start(row));
            flat.endEntry();
        }

        @Override
        void putValue(int target, Object value) {
            flatten(target);
            flat.append((byte[]) value);
            flat.endEntry();
        }

        @Override
        void putNull(int target) {
            if (flat != null) {
                flat.endEntry();
            }
        }

        @Override
        Column finish(int rows, boolean[] builtNulls) {
            if (flat == null && dictionary == null) {
                flatten(rows);
            }
            Column result = flat == null
                    ? new BytesColumn(dictionary.bytes(), dictionary.offsets(), codes, builtNulls)
                    : flat.build(builtNulls);
            dictionary = null;
            codes = new int[0];
            flat = null;
            return result;
        }

        private boolean isSameDictionary(BytesColumn source) {
            return dictionary == null
                    || (dictionary.bytes() == source.bytes() && dictionary.offsets() == source.offsets());
        }

        private void flatten(int rows) {
            if (flat != null) {
                return;
            }
            flat = new BytesBuilder(rows + CAPACITY_MIN, rows * 8);
            for (int row = 0; row < rows; row++) {
                if (dictionary != null && !isNullAt(row)) {
                    int start = dictionary.offsets()[codes[row]];
                    flat.append(dictionary.bytes(), start, dictionary.offsets()[codes[row] + 1] - start);
                }
                flat.endEntry();
            }
        }
    }

    private static final class Nested extends ColumnBuilder {
        private Object[] values = {};

        @Override
        void reserve(int rows) {
            if (rows > values.length) {
                values = Arrays.copyOf(values, capacity(values.length, rows));
            }
        }

        @Override
        void put(int target, Column column, int row) {
            values[target] = ((NestedColumn) column).values()[row];
        }

        @Override
        void putValue(int target, Object value) {
            values[target] = value;
        }

        @Override
        Column finish(int rows, boolean[] builtNulls) {
            Column result = new NestedColumn(values, builtNulls);
            values = new Object[0];
            return result;
        }
    }

    final boolean isNullAt(int row) {
        return nulls != null && row < nulls.length && nulls[row];
    }
}
