package org.narwhaldb.engine.operator;

/// Sorts longs and what goes with them: least significant digit first, by counting, so that equal ones keep their order.
/// Digits that all keys share are left out.
final class RadixSort {
    private static final int BITS = 11;
    private static final int DIGITS = (Long.SIZE + BITS - 1) / BITS;
    private static final int MASK = (1 << BITS) - 1;

    private RadixSort() {}

    /// @param otherKeys,otherRows scratch, as long as the others
    static void sort(long[] keys, int[] rows, long[] otherKeys, int[] otherRows) {
        int size = keys.length;
        int[][] counts = new int[DIGITS][1 << BITS];
        for (long key : keys) {
            long unsigned = key ^ Long.MIN_VALUE;
            for (int digit = 0; digit < DIGITS; digit++) {
                counts[digit][(int) (unsigned >>> digit * BITS) & MASK]++;
            }
        }
        long[] fromKeys = keys;
        int[] fromRows = rows;
        long[] toKeys = otherKeys;
        int[] toRows = otherRows;
        for (int digit = 0; digit < DIGITS; digit++) {
            int[] places = counts[digit];
            int shift = digit * BITS;
            if (size == 0 || places[digit(fromKeys[0], shift)] == size) {
                continue;
            }
            int place = 0;
            for (int value = 0; value <= MASK; value++) {
                int count = places[value];
                places[value] = place;
                place += count;
            }
            for (int index = 0; index < size; index++) {
                int target = places[digit(fromKeys[index], shift)]++;
                toKeys[target] = fromKeys[index];
                toRows[target] = fromRows[index];
            }
            long[] swapKeys = fromKeys;
            fromKeys = toKeys;
            toKeys = swapKeys;
            int[] swapRows = fromRows;
            fromRows = toRows;
            toRows = swapRows;
        }
        if (fromKeys != keys) {
            System.arraycopy(fromKeys, 0, keys, 0, size);
            System.arraycopy(fromRows, 0, rows, 0, size);
        }
    }

    private static int digit(long key, int shift) {
        return (int) ((key ^ Long.MIN_VALUE) >>> shift) & MASK;
    }
}
