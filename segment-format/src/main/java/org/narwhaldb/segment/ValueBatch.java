package org.narwhaldb.segment;

/// Decoded values of one column in consecutive rows of a source, on their way into builders, in the physical form of the
/// column's type (`ColumnType.Physical`). Arrays belong to the one who decodes and may be longer than the batch.
public sealed interface ValueBatch {

    /// By row whether it is NULL; null if no row is.
    boolean[] isNull();

    record Booleans(boolean[] values, boolean[] isNull) implements ValueBatch {}

    record Longs(long[] values, boolean[] isNull) implements ValueBatch {}

    record Doubles(double[] values, boolean[] isNull) implements ValueBatch {}

    /// Byte values as a file's dictionary and numbers into it, so that each value is hashed once and not in every row;
    /// the object `dictionary` stays the same from batch to batch while its values do.
    record Codes(ByteValues dictionary, int[] codes, boolean[] isNull) implements ValueBatch {}

    /// Byte values row by row; empty where NULL.
    record Bytes(ByteValues values, boolean[] isNull) implements ValueBatch {}

    /// Any type, in the shapes of `NestedValues`; a NULL is null.
    record Shapes(Object[] values) implements ValueBatch {
        @Override
        public boolean[] isNull() {
            throw new IllegalStateException("Shapes are NULL where they are null");
        }
    }
}
