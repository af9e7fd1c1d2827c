package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;

/// Hashes of keys by their values alone, so that equal keys of any batch go to the same partition.
final class KeyHashes {
    private KeyHashes() {}

    /// Sets `hashes[i]` to row `i`'s; other seeds give other hashes.
    static void of(Column[] keys, int count, long seed, long[] hashes) {
        Arrays.fill(hashes, 0, count, seed);
        for (Column key : keys) {
            for (int row = 0; row < count; row++) {
                hashes[row] = Hashes.combine(hashes[row], key.isNull(row) ? 0 : value(key, row));
            }
        }
    }

    private static long value(Column column, int row) {
        return switch (column) {
            case LongColumn(long[] values, _) -> values[row];
            case DoubleColumn(double[] values, _) -> values[row] == 0 ? 0 : Double.doubleToLongBits(values[row]);
            case Int128Column(long[] high, long[] low, _) -> Hashes.combine(high[row], low[row]);
            case BooleanColumn(boolean[] values, _) -> values[row] ? 1 : 2;
            case BytesColumn bytes -> Hashes.bytes(bytes.bytes(), bytes.start(row), bytes.end(row));
            case NestedColumn _ -> throw new IllegalStateException("Nested values are not partitioned");
        };
    }
}
