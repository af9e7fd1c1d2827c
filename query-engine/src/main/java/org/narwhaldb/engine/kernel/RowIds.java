package org.narwhaldb.engine.kernel;

/// From a selection as a bitmap to the numbers of its rows.
public final class RowIds {
    static final Kernel ROW_IDS = new Kernel("row numbers");

    /// Entries that a target needs behind the last row: a vector's.
    public static final int SLACK = 64;

    /// With fewer rows in a word than this, about 1 %, they are found one by one.
    private static final int DENSE_MIN = 1;

    private RowIds() {}

    /// Writes the numbers of the rows selected in words `[from, to)`, counted from the bitmap's first row; returns how many.
    public static int of(long[] bitmap, int from, int to, int[] target) {
        if (ROW_IDS.isVector() && count(bitmap, from, to) > (to - from) * DENSE_MIN) {
            return VectorFilters.rowIds(bitmap, from, to, target);
        }
        return scalar(bitmap, from, to, target);
    }

    private static int count(long[] bitmap, int from, int to) {
        int count = 0;
        for (int word = from; word < to; word++) {
            count += Long.bitCount(bitmap[word]);
        }
        return count;
    }

    static int scalar(long[] bitmap, int from, int to, int[] target) {
        int count = 0;
        for (int word = from; word < to; word++) {
            long bits = bitmap[word];
            int base = word << 6;
            while (bits != 0) {
                target[count++] = base + Long.numberOfTrailingZeros(bits);
                bits &= bits - 1;
            }
        }
        return count;
    }
}
