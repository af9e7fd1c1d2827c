package org.narwhaldb.segment;

import java.util.Arrays;

/// The order in which the origins of rows are written. Rows often arrive in the order of a column, a time or a key, and are
/// then sorted by others: in the order of that column, equal values by row, their origins are one run again, which takes no
/// bytes, where in the order of rows they are a permutation. The reader finds the order by sorting the column's values.
///
/// @param fieldId of the column, [#OF_ROWS] for the segment's own order
/// @param order by place the appended row; null for the order in which they were appended
record OriginOrder(int fieldId, int[] order) {
    static final int OF_ROWS = -1;
    /// Rows for each descent of the column at least.
    private static final int DESCENT_ROWS_MIN = 64;

    /// @param order of the rows, null if none moved
    static OriginOrder choose(ColumnBuffer[] columns, int[] order, int rowCount) {
        LongBuffer best = null;
        long least = Long.MAX_VALUE;
        for (ColumnBuffer column : columns) {
            if (order != null && column instanceof LongBuffer longs && !column.hasNulls()) {
                long disorder = longs.disorder(rowCount / DESCENT_ROWS_MIN);
                if (disorder < least) {
                    best = longs;
                    least = disorder;
                }
            }
        }
        if (least == 0) {
            return new OriginOrder(best.field().id(), null);
        }
        OriginOrder ofRows = new OriginOrder(OF_ROWS, order);
        if (best == null) {
            return ofRows;
        }
        int[] rows = places(best.keys(order));
        for (int place = 0; place < rowCount; place++) {
            rows[place] = order[rows[place]];
        }
        return bits(rows) < bits(order) ? new OriginOrder(best.field().id(), rows) : ofRows;
    }

    /// By place in the order of the column the row of the segment.
    ///
    /// @param keys by row the column's values, ordered as unsigned; they are sorted
    static int[] places(long[] keys) {
        int[] rows = new int[keys.length];
        Arrays.setAll(rows, row -> row);
        new PairSort().sort(keys, rows, 0, keys.length);
        return rows;
    }

    /// About what the differences between neighbours take.
    private static long bits(int[] order) {
        long bits = 0;
        for (int i = 1; i < order.length; i++) {
            bits += Integer.SIZE - Integer.numberOfLeadingZeros(Math.abs(order[i] - order[i - 1] - 1));
        }
        return bits;
    }
}
