package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;

/// What batches take on the heap.
public final class BatchBytes {
    private static final int FIXED_BYTES_PER_VALUE = 10;

    private BatchBytes() {}

    /// An allowance for a full batch of so many columns, before it is made; texts come on top.
    public static long fixed(int columns) {
        return (long) columns * Batch.ROWS_MAX * FIXED_BYTES_PER_VALUE;
    }

    /// All of it, about.
    public static long of(Batch batch) {
        return (long) FIXED_BYTES_PER_VALUE * batch.columns().size() * batch.rowCount() + variable(batch);
    }

    /// The texts and nested values that the batch holds for itself; a dictionary belongs to whoever made it.
    public static long variable(Batch batch) {
        long sum = 0;
        for (Column column : batch.columns()) {
            sum += switch (column) {
                case BytesColumn bytes when bytes.codes() == null -> bytes.bytes().length;
                case NestedColumn nested -> nested(nested, batch.rowCount());
                case BytesColumn _, BooleanColumn _, LongColumn _, DoubleColumn _, Int128Column _ -> 0;
            };
        }
        return sum;
    }

    /// The texts and nested values of its rows, whether coded or not.
    static long texts(Batch batch) {
        long sum = 0;
        for (Column column : batch.columns()) {
            if (column instanceof BytesColumn bytes) {
                for (int row = 0; row < batch.rowCount(); row++) {
                    sum += bytes.isNull(row) ? 0 : bytes.end(row) - bytes.start(row);
                }
            } else if (column instanceof NestedColumn nested) {
                sum += nested(nested, batch.rowCount());
            }
        }
        return sum;
    }

    private static long nested(NestedColumn column, int rowCount) {
        long sum = 0;
        for (int row = 0; row < rowCount; row++) {
            sum += column.isNull(row) ? 0 : NestedKeys.heapBytes(column.values()[row]);
        }
        return sum;
    }
}
