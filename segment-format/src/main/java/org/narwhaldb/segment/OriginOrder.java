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
    /// A column that ascends but for neighbours is good enough: rows are compared that are so far apart.
    private static final int LAG = 64;
    private static final double DISORDER_MAX = 0.5;

    /// @param order of the rows, null if none moved
    static OriginOrder choose(ColumnBuffer[] columns, int[] order) {
        OriginOrder ofRows = new OriginOrder(OF_ROWS, order);
        LongBuffer best = null;
        double least = DISORDER_MAX;
        for (ColumnBuffer column : columns) {
            if (order != null && column instanceof LongBuffer longs && !column.hasNulls()) {
                double disorder = longs.disorder(LAG);
                if (disorder < least) {
                    best = longs;
                    least = disorder;
                }
            }
        }
        if (best == null) {
            return ofRows;
        }
        if (best.ascends()) {
            return new OriginOrder(best.field().id(), null);
        }
        int[] rows = places(best.keys(order));
        for (int place = 0; place < rows.length; place++) {
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
