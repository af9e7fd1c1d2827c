package org.narwhaldb.segment;

/// Rows of a batch, ascending: all from one on, or chosen ones.
///
/// @param rows row numbers, read from `from` on; null for the rows `from`, `from` + 1, …
/// @param count of them
public record BatchRows(int[] rows, int from, int count) {

    /// The first rows of a batch.
    public static BatchRows first(int count) {
        return new BatchRows(null, 0, count);
    }

    public int row(int index) {
        return rows == null ? from + index : rows[from + index];
    }

    /// Copies the values of `count` of the rows from the one at `index` on.
    void copy(int index, int count, long[] source, long[] target, int at) {
        if (rows == null) {
            System.arraycopy(source, from + index, target, at, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            target[at + i] = source[rows[from + index + i]];
        }
    }
}
