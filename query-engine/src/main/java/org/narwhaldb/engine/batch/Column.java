package org.narwhaldb.engine.batch;

/// The values of one column of a batch, on the heap. Shared and immutable once it is in a batch.
///
/// `nulls` is null when no row is null, else at least as long as the batch; a value at a null row is unspecified.
/// Which class holds which type follows `ColumnType.Physical`.
public sealed interface Column {
    boolean[] nulls();

    default boolean isNull(int row) {
        boolean[] nulls = nulls();
        return nulls != null && nulls[row];
    }

    record BooleanColumn(boolean[] values, boolean[] nulls) implements Column {}

    record LongColumn(long[] values, boolean[] nulls) implements Column {}

    record DoubleColumn(double[] values, boolean[] nulls) implements Column {}

    /// 128-bit two's complement values.
    record Int128Column(long[] high, long[] low, boolean[] nulls) implements Column {}

    /// Byte strings: row `i` is entry `codes[i]` of the pool, or entry `i` when `codes` is null; entry `e` is
    /// `bytes[offsets[e], offsets[e + 1])`. With codes, the pool is a dictionary shared by batches: entries need not be
    /// sorted, nor used, but are distinct.
    record BytesColumn(byte[] bytes, int[] offsets, int[] codes, boolean[] nulls) implements Column {
        public int start(int row) {
            return offsets[codes == null ? row : codes[row]];
        }

        public int end(int row) {
            return offsets[(codes == null ? row : codes[row]) + 1];
        }

        public byte[] value(int row) {
            return java.util.Arrays.copyOfRange(bytes, start(row), end(row));
        }
    }

    /// Shapes as in `org.narwhaldb.segment.NestedValues`.
    record NestedColumn(Object[] values, boolean[] nulls) implements Column {}
}
