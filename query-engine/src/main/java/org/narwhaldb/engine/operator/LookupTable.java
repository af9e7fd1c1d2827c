package org.narwhaldb.engine.operator;

import java.util.List;
import java.util.Optional;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.scan.KeySet;

/// The rows of a broadcast by one or several integer keys, read by many threads at once. The keys are packed into one number, each
/// by its distance from the smallest; a number addresses an array if the array is not much larger than the rows, else it is
/// hashed (open addressing, linear probing, at most half full). Rows of equal keys are chained, in their order; rows with a NULL
/// key are in no chain.
final class LookupTable {
    static final int NONE = -1;
    private static final int ROWS_MAX = 1 << 28;
    private static final long DENSE_ROOM = 1 << 16;
    private static final long DENSE_PER_ROW = 32;
    private static final long DENSE_MAX = 1L << 27;
    private static final long BITS_MAX = 1L << 26;

    private final long[] mins;
    private final long[] ranges;
    private final boolean isDense;
    private final boolean hasNullKey;
    private final int rowCount;
    /// row + 1 of the first with the key, 0 if there is none; by packed key, or by slot
    private final int[] first;
    /// by slot, if hashed
    private final long[] slotKeys;
    /// row + 1 of the next with the same key; null if no two rows have the same
    private final int[] next;
    private final KeySet[] keySets;

    /// Empty if a key is no integer, or the keys do not fit one number.
    static Optional<LookupTable> of(List<Column> columns, int rowCount, int[] keys, Reservation reservation) {
        if (rowCount > ROWS_MAX || keys.length == 0) {
            return Optional.empty();
        }
        for (int key : keys) {
            if (!(columns.get(key) instanceof LongColumn)) {
                return Optional.empty();
            }
        }
        LongColumn[] keyColumns = new LongColumn[keys.length];
        for (int key = 0; key < keys.length; key++) {
            keyColumns[key] = (LongColumn) columns.get(keys[key]);
        }
        long[] mins = new long[keys.length];
        long[] ranges = new long[keys.length];
        long product = 1;
        for (int key = 0; key < keys.length; key++) {
            measure(keyColumns[key], rowCount, key, mins, ranges);
            if (ranges[key] < 0 || product > Long.MAX_VALUE / Math.max(1, ranges[key])) {
                return Optional.empty();
            }
            product *= ranges[key];
        }
        return Optional.of(new LookupTable(keyColumns, rowCount, mins, ranges, product, reservation));
    }

    /// The range is negative if it does not fit.
    private static void measure(LongColumn column, int rowCount, int key, long[] mins, long[] ranges) {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (int row = 0; row < rowCount; row++) {
            if (!column.isNull(row)) {
                min = Math.min(min, column.values()[row]);
                max = Math.max(max, column.values()[row]);
            }
        }
        mins[key] = min;
        ranges[key] = min > max ? 0 : max - min + 1;
        if (min <= max && ranges[key] <= 0) {
            ranges[key] = -1;
        }
    }

    private LookupTable(LongColumn[] keys, int rowCount, long[] mins, long[] ranges, long product, Reservation reservation) {
        this.rowCount = rowCount;
        this.mins = mins;
        this.ranges = ranges;
        isDense = product <= Math.min(DENSE_MAX, DENSE_ROOM + DENSE_PER_ROW * rowCount);
        int slots = isDense ? (int) product : Math.max(16, Integer.highestOneBit(Math.max(1, rowCount) - 1) << 2);
        reservation.grow((isDense ? 4L : 12L) * slots + 4L * rowCount);
        first = new int[slots];
        slotKeys = isDense ? null : new long[slots];
        int[] chain = null;
        boolean nullKey = false;
        // Backwards, so that a chain ascends.
        for (int row = rowCount - 1; row >= 0; row--) {
            long packed = 0;
            boolean isNull = false;
            for (int key = 0; key < keys.length; key++) {
                isNull |= keys[key].isNull(row);
                packed = packed * ranges[key] + keys[key].values()[row] - mins[key];
            }
            if (isNull) {
                nullKey = true;
                continue;
            }
            int slot = isDense ? (int) packed : slot(packed);
            if (first[slot] != 0) {
                chain = chain == null ? new int[rowCount] : chain;
                chain[row] = first[slot];
            } else if (!isDense) {
                slotKeys[slot] = packed;
            }
            first[slot] = row + 1;
        }
        next = chain;
        hasNullKey = nullKey;
        if (next == null) {
            reservation.shrink(4L * rowCount);
        }
        keySets = new KeySet[keys.length];
        for (int key = 0; key < keys.length; key++) {
            keySets[key] = keySet(keys[key], mins[key], ranges[key], reservation);
        }
    }

    private KeySet keySet(LongColumn column, long min, long range, Reservation reservation) {
        if (range > BITS_MAX) {
            return null;
        }
        int words = KeySet.words(range);
        reservation.grow(8L * words);
        long[] bits = new long[words];
        for (int row = 0; row < rowCount; row++) {
            if (!column.isNull(row)) {
                long place = column.values()[row] - min;
                bits[(int) (place >>> 6)] |= 1L << place;
            }
        }
        return new KeySet(min, range, bits);
    }

    /// Where the packed key stands, or the free place where it belongs.
    private int slot(long packed) {
        int mask = first.length - 1;
        int slot = (int) Hashes.mix(packed) & mask;
        while (first[slot] != 0 && slotKeys[slot] != packed) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    boolean isUnique() {
        return next == null;
    }

    boolean hasNullKey() {
        return hasNullKey;
    }

    boolean isEmpty() {
        return rowCount == 0;
    }

    /// The values of one key, or null if they are spread too far.
    boolean isDense() {
        return isDense;
    }

    KeySet keySet(int key) {
        return keySets[key];
    }

    /// Sets `rows[i]` to the first row with the keys of row `i`, or NONE.
    void find(LongColumn[] keys, int count, int[] rows) {
        if (keys.length == 1 && isDense) {
            findDense(keys[0].values(), keys[0].nulls(), count, rows);
            return;
        }
        for (int row = 0; row < count; row++) {
            long packed = 0;
            boolean matches = true;
            for (int key = 0; key < keys.length; key++) {
                long place = keys[key].values()[row] - mins[key];
                matches &= Long.compareUnsigned(place, ranges[key]) < 0 && !keys[key].isNull(row);
                packed = packed * ranges[key] + place;
            }
            rows[row] = !matches ? NONE : isDense ? first[(int) packed] - 1 : first[slot(packed)] - 1;
        }
    }

    private void findDense(long[] values, boolean[] nulls, int count, int[] rows) {
        long min = mins[0];
        for (int row = 0; row < count; row++) {
            long place = values[row] - min;
            rows[row] = Long.compareUnsigned(place, first.length) < 0 ? first[(int) place] - 1 : NONE;
        }
        for (int row = 0; nulls != null && row < count; row++) {
            rows[row] = nulls[row] ? NONE : rows[row];
        }
    }

    /// The next row with the same keys, or NONE.
    int next(int row) {
        return next == null ? NONE : next[row] - 1;
    }
}
