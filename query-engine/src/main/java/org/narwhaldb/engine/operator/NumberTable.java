package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.segment.ColumnType;

/// One LONG or DOUBLE of any value as the key: its bits are the word (-0.0 as 0.0, one NaN). NULL's group is kept beside
/// the index.
final class NumberTable implements KeyTable {
    private final boolean isDouble;
    private final boolean nullsAreKeys;
    private final Reservation reservation;
    private final LongIndex index;
    private int nullGroup = -1;
    private long[] words = new long[0];
    private int[] numbers = new int[0];

    NumberTable(ColumnType.Physical kind, boolean nullsAreKeys, Reservation reservation) {
        this.nullsAreKeys = nullsAreKeys;
        this.isDouble = kind == ColumnType.Physical.DOUBLE;
        this.reservation = reservation;
        index = new LongIndex(reservation);
    }

    @Override
    public int size() {
        return index.size();
    }

    @Override
    public boolean assign(Column[] keys, int count, int[] groups) {
        long[] values = words(keys[0], count);
        boolean[] nulls = keys[0].nulls();
        if (nulls == null) {
            index.assign(values, 0, count, groups);
        } else {
            assignNullable(values, nulls, count, groups);
        }
        return true;
    }

    /// The stretches between nulls one by one, so that groups are numbered in order of appearance.
    private void assignNullable(long[] values, boolean[] nulls, int count, int[] groups) {
        words = reservation.longs(words, count);
        numbers = reservation.ints(numbers, count);
        int from = 0;
        while (from < count) {
            int to = from;
            while (to < count && (!nulls[to] || nullGroup >= 0)) {
                to++;
            }
            assignKnownNull(values, nulls, from, to, groups);
            if (to < count) {
                nullGroup = index.addWordless();
            }
            from = to;
        }
    }

    private void assignKnownNull(long[] values, boolean[] nulls, int from, int to, int[] groups) {
        int kept = 0;
        for (int row = from; row < to; row++) {
            words[kept] = values[row];
            kept += nulls[row] ? 0 : 1;
        }
        index.assign(words, 0, kept, numbers);
        kept = 0;
        for (int row = from; row < to; row++) {
            groups[row] = nulls[row] ? nullGroup : numbers[kept++];
        }
    }

    @Override
    public void find(Column[] keys, int count, int[] groups) {
        boolean[] nulls = keys[0].nulls();
        index.find(words(keys[0], count), 0, nulls, count, groups);
        for (int row = 0; nullsAreKeys && nulls != null && row < count; row++) {
            groups[row] = nulls[row] ? nullGroup : groups[row];
        }
    }

    private long[] words(Column column, int count) {
        return switch (column) {
            case LongColumn(long[] values, _) -> values;
            case DoubleColumn(double[] values, _) -> {
                long[] bits = new long[count];
                for (int row = 0; row < count; row++) {
                    bits[row] = values[row] == 0 ? 0 : Double.doubleToLongBits(values[row]);
                }
                yield bits;
            }
            case BooleanColumn _, Int128Column _, BytesColumn _, NestedColumn _ ->
                    throw new IllegalStateException("Not one word: " + column.getClass().getSimpleName());
        };
    }

    @Override
    public Column keys(int key, int from, int count) {
        long[] values = new long[count];
        System.arraycopy(index.words(), from, values, 0, count);
        Column column;
        if (isDouble) {
            double[] doubles = new double[count];
            for (int row = 0; row < count; row++) {
                doubles[row] = Double.longBitsToDouble(values[row]);
            }
            column = new DoubleColumn(doubles, null);
        } else {
            column = new LongColumn(values, null);
        }
        if (nullGroup < from || nullGroup >= from + count) {
            return column;
        }
        boolean[] nulls = new boolean[count];
        nulls[nullGroup - from] = true;
        return Columns.withNulls(column, nulls);
    }

    @Override
    public void release() {
        index.release();
    }
}
