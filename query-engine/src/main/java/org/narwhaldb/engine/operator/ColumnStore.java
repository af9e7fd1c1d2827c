package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.batch.Int128;
import org.narwhaldb.segment.ColumnType;

/// The values of one column of all rows an operator keeps: the build side of a join, the rows of a sort. Rows are
/// numbered from 0 in order of arrival. Its memory is its operator's reservation.
///
/// Order is that of SQL here: bytes unsigned, NaN above all, -0.0 equal to 0.0; NULLs are the caller's affair.
sealed interface ColumnStore permits BytesStore, NestedStore, ColumnStore.Longs, ColumnStore.Doubles, ColumnStore.Wide,
        ColumnStore.Booleans {

    static ColumnStore of(ColumnType.Physical physical, Reservation reservation) {
        return switch (physical) {
            case BOOLEAN -> new Booleans(reservation);
            case LONG -> new Longs(reservation);
            case DOUBLE -> new Doubles(reservation);
            case INT128 -> new Wide(reservation);
            case BYTES -> new BytesStore(reservation);
            case NESTED -> new NestedStore(reservation);
        };
    }

    NullFlags nulls();

    default int size() {
        return nulls().size();
    }

    /// Adds the rows of `column` that `rows` names, or its first `count` rows if that is null.
    void append(Column column, int[] rows, int count);

    /// The rows `indices[0..count)`.
    Column gather(int[] indices, int count);

    /// The rows `indices[0..count)`; an index of -1 gives a NULL.
    default Column gatherPadded(int[] indices, int count, ColumnType type) {
        boolean[] padding = null;
        for (int index = 0; index < count; index++) {
            if (indices[index] < 0) {
                padding = padding == null ? new boolean[count] : padding;
                padding[index] = true;
            }
        }
        if (padding == null) {
            return gather(indices, count);
        }
        if (size() == 0) {
            return Columns.constant(null, type, count);
        }
        int[] present = new int[count];
        for (int index = 0; index < count; index++) {
            present[index] = Math.max(0, indices[index]);
        }
        Column gathered = gather(present, count);
        for (int index = 0; gathered.nulls() != null && index < count; index++) {
            padding[index] |= gathered.nulls()[index];
        }
        return Columns.withNulls(gathered, padding);
    }

    /// Orders two non-null rows.
    int compare(int left, int right);

    /// Orders a non-null row against a non-null row of a batch.
    int compare(int index, Column column, int row);

    /// A number that orders as the non-null value does wherever two such numbers differ.
    long prefix(int index);

    static int compareDoubles(double left, double right) {
        if (left < right) {
            return -1;
        }
        if (left > right) {
            return 1;
        }
        return left == right ? 0 : Boolean.compare(Double.isNaN(left), Double.isNaN(right));
    }

    static long doublePrefix(double value) {
        long bits = value == 0 ? 0 : Double.doubleToLongBits(value);
        return bits ^ ((bits >> 63) & Long.MAX_VALUE);
    }

    final class Longs implements ColumnStore {
        private final Reservation reservation;
        private final NullFlags nulls;
        private long[] values = new long[0];

        Longs(Reservation reservation) {
            this.reservation = reservation;
            nulls = new NullFlags(reservation);
        }

        @Override
        public NullFlags nulls() {
            return nulls;
        }

        @Override
        public void append(Column column, int[] rows, int count) {
            int size = size();
            values = reservation.longs(values, size + count);
            long[] source = ((LongColumn) column).values();
            if (rows == null) {
                System.arraycopy(source, 0, values, size, count);
            } else {
                for (int index = 0; index < count; index++) {
                    values[size + index] = source[rows[index]];
                }
            }
            nulls.append(column.nulls(), rows, count);
        }

        @Override
        public Column gather(int[] indices, int count) {
            long[] target = new long[count];
            for (int index = 0; index < count; index++) {
                target[index] = values[indices[index]];
            }
            return new LongColumn(target, nulls.gather(indices, count));
        }

        @Override
        public int compare(int left, int right) {
            return Long.compare(values[left], values[right]);
        }

        @Override
        public int compare(int index, Column column, int row) {
            return Long.compare(values[index], ((LongColumn) column).values()[row]);
        }

        @Override
        public long prefix(int index) {
            return values[index];
        }
    }

    final class Doubles implements ColumnStore {
        private final Reservation reservation;
        private final NullFlags nulls;
        private double[] values = new double[0];

        Doubles(Reservation reservation) {
            this.reservation = reservation;
            nulls = new NullFlags(reservation);
        }

        @Override
        public NullFlags nulls() {
            return nulls;
        }

        @Override
        public void append(Column column, int[] rows, int count) {
            int size = size();
            values = reservation.doubles(values, size + count);
            double[] source = ((DoubleColumn) column).values();
            for (int index = 0; index < count; index++) {
                values[size + index] = source[rows == null ? index : rows[index]];
            }
            nulls.append(column.nulls(), rows, count);
        }

        @Override
        public Column gather(int[] indices, int count) {
            double[] target = new double[count];
            for (int index = 0; index < count; index++) {
                target[index] = values[indices[index]];
            }
            return new DoubleColumn(target, nulls.gather(indices, count));
        }

        @Override
        public int compare(int left, int right) {
            return compareDoubles(values[left], values[right]);
        }

        @Override
        public int compare(int index, Column column, int row) {
            return compareDoubles(values[index], ((DoubleColumn) column).values()[row]);
        }

        @Override
        public long prefix(int index) {
            return doublePrefix(values[index]);
        }
    }

    final class Wide implements ColumnStore {
        private final Reservation reservation;
        private final NullFlags nulls;
        private long[] high = new long[0];
        private long[] low = new long[0];

        Wide(Reservation reservation) {
            this.reservation = reservation;
            nulls = new NullFlags(reservation);
        }

        @Override
        public NullFlags nulls() {
            return nulls;
        }

        @Override
        public void append(Column column, int[] rows, int count) {
            int size = size();
            high = reservation.longs(high, size + count);
            low = reservation.longs(low, size + count);
            Int128Column source = (Int128Column) column;
            for (int index = 0; index < count; index++) {
                int row = rows == null ? index : rows[index];
                high[size + index] = source.high()[row];
                low[size + index] = source.low()[row];
            }
            nulls.append(column.nulls(), rows, count);
        }

        @Override
        public Column gather(int[] indices, int count) {
            long[] targetHigh = new long[count];
            long[] targetLow = new long[count];
            for (int index = 0; index < count; index++) {
                targetHigh[index] = high[indices[index]];
                targetLow[index] = low[indices[index]];
            }
            return new Int128Column(targetHigh, targetLow, nulls.gather(indices, count));
        }

        @Override
        public int compare(int left, int right) {
            return Int128.compare(high[left], low[left], high[right], low[right]);
        }

        @Override
        public int compare(int index, Column column, int row) {
            Int128Column other = (Int128Column) column;
            return Int128.compare(high[index], low[index], other.high()[row], other.low()[row]);
        }

        @Override
        public long prefix(int index) {
            return high[index];
        }
    }

    final class Booleans implements ColumnStore {
        private final Reservation reservation;
        private final NullFlags nulls;
        private boolean[] values = new boolean[0];

        Booleans(Reservation reservation) {
            this.reservation = reservation;
            nulls = new NullFlags(reservation);
        }

        @Override
        public NullFlags nulls() {
            return nulls;
        }

        @Override
        public void append(Column column, int[] rows, int count) {
            int size = size();
            values = reservation.booleans(values, size + count);
            boolean[] source = ((BooleanColumn) column).values();
            for (int index = 0; index < count; index++) {
                values[size + index] = source[rows == null ? index : rows[index]];
            }
            nulls.append(column.nulls(), rows, count);
        }

        @Override
        public Column gather(int[] indices, int count) {
            boolean[] target = new boolean[count];
            for (int index = 0; index < count; index++) {
                target[index] = values[indices[index]];
            }
            return new BooleanColumn(target, nulls.gather(indices, count));
        }

        @Override
        public int compare(int left, int right) {
            return Boolean.compare(values[left], values[right]);
        }

        @Override
        public int compare(int index, Column column, int row) {
            return Boolean.compare(values[index], ((BooleanColumn) column).values()[row]);
        }

        @Override
        public long prefix(int index) {
            return values[index] ? 1 : 0;
        }
    }
}
