package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;

/// COUNT: rows in which no argument is null; without arguments, all rows.
final class CountAccumulator implements Accumulator {
    private final Reservation reservation;
    private long[] counts = new long[0];

    CountAccumulator(Reservation reservation) {
        this.reservation = reservation;
    }

    @Override
    public void reserve(int groups) {
        counts = reservation.longs(counts, groups);
    }

    @Override
    public void add(Column[] columns, int[] groups, int count) {
        boolean[] nulls = null;
        int nullable = 0;
        for (Column column : columns) {
            if (column.nulls() != null) {
                nulls = column.nulls();
                nullable++;
            }
        }
        if (nullable > 1) {
            nulls = new boolean[count];
            for (Column column : columns) {
                for (int row = 0; row < count; row++) {
                    nulls[row] |= column.isNull(row);
                }
            }
        }
        if (nulls != null) {
            for (int row = 0; row < count; row++) {
                counts[groups[row]] += nulls[row] ? 0 : 1;
            }
        } else if (groups == ONE_GROUP) {
            counts[0] += count;
        } else {
            for (int row = 0; row < count; row++) {
                counts[groups[row]]++;
            }
        }
    }

    @Override
    public Column[] output(int from, int count) {
        long[] values = new long[count];
        System.arraycopy(counts, from, values, 0, count);
        return new Column[] {new LongColumn(values, null)};
    }

    long count(int group) {
        return counts[group];
    }

    /// Adds up counts that others made.
    static final class Merged implements Accumulator {
        private final CountAccumulator total;

        Merged(Reservation reservation) {
            total = new CountAccumulator(reservation);
        }

        @Override
        public void reserve(int groups) {
            total.reserve(groups);
        }

        @Override
        public void add(Column[] columns, int[] groups, int count) {
            long[] values = ((LongColumn) columns[0]).values();
            for (int row = 0; row < count; row++) {
                total.counts[groups[row]] += columns[0].isNull(row) ? 0 : values[row];
            }
        }

        @Override
        public Column[] output(int from, int count) {
            return total.output(from, count);
        }

        long count(int group) {
            return total.counts[group];
        }
    }
}
