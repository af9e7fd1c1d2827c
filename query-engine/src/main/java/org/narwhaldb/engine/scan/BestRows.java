package org.narwhaldb.engine.scan;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.kernel.DoubleKeys;
import org.narwhaldb.engine.kernel.RowIds;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.segment.Segment;

/// The best rows of a block in one sort term, found by that column alone: of a block that all of a top-N's rows may come
/// from, the other columns are then read for few rows only.
///
/// The term becomes a long a row, the better the lower; the worst that is still wanted is found by Hoare's quickselect.
final class BestRows {
    private static final int WINDOW_WORDS = Batch.ROWS_MAX / Long.SIZE;

    private final SortOrder order;
    private final long[] keys = new long[Segment.BLOCK_ROWS];
    private final long[] scratch = new long[Segment.BLOCK_ROWS];
    private final int[] rows = new int[Segment.BLOCK_ROWS + RowIds.SLACK];

    BestRows(SortOrder order, Reservation reservation) {
        reservation.grow((2L * Long.BYTES + Integer.BYTES) * Segment.BLOCK_ROWS);
        this.order = order;
    }

    /// Takes all rows but the best `wanted`, and those equal to the last of these, out of the bitmap.
    void keep(ScanColumn column, int block, long[] bitmap, int words, int wanted) {
        int count = 0;
        for (int word = 0; word < words; word += WINDOW_WORDS) {
            count += readKeys(column, block, bitmap, word, Math.min(words, word + WINDOW_WORDS), count);
        }
        if (count <= wanted) {
            return;
        }
        System.arraycopy(keys, 0, scratch, 0, count);
        long worst = select(scratch, count, wanted - 1);
        for (int index = 0; index < count; index++) {
            if (keys[index] > worst) {
                bitmap[rows[index] >> 6] &= ~(1L << rows[index]);
            }
        }
    }

    private int readKeys(ScanColumn column, int block, long[] bitmap, int from, int to, int at) {
        int[] window = new int[Batch.ROWS_MAX + RowIds.SLACK];
        int count = RowIds.of(bitmap, from, to, window);
        if (count == 0) {
            return 0;
        }
        System.arraycopy(window, 0, rows, at, count);
        int first = block * Segment.BLOCK_ROWS;
        boolean isRange = window[count - 1] - window[0] == count - 1;
        Column values = isRange ? column.read(first + window[0], null, count) : column.read(first, window, count);
        long ofNull = order.nullsFirst() ? Long.MIN_VALUE : Long.MAX_VALUE;
        for (int index = 0; index < count; index++) {
            long key = switch (values) {
                case LongColumn(long[] longs, _) -> longs[index];
                case DoubleColumn(double[] doubles, _) -> key(doubles[index]);
                default -> throw new IllegalStateException("No order of [%s]".formatted(values));
            };
            keys[at + index] = values.isNull(index) ? ofNull : order.descending() ? ~key : key;
        }
        return count;
    }

    /// In SQL's order: NaN above all, -0.0 equal to 0.0.
    private static long key(double value) {
        return value != value ? Long.MAX_VALUE : DoubleKeys.of(value + 0.0);
    }

    /// The number that stands at `wanted` when the first `count` are sorted.
    private static long select(long[] numbers, int count, int wanted) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            long pivot = numbers[low + high >>> 1];
            int left = low;
            int right = high;
            while (left <= right) {
                while (numbers[left] < pivot) {
                    left++;
                }
                while (numbers[right] > pivot) {
                    right--;
                }
                if (left <= right) {
                    long swapped = numbers[left];
                    numbers[left++] = numbers[right];
                    numbers[right--] = swapped;
                }
            }
            if (wanted <= right) {
                high = right;
            } else if (wanted >= left) {
                low = left;
            } else {
                return numbers[wanted];
            }
        }
        return numbers[wanted];
    }
}
