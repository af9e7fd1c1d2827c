package org.narwhaldb.segment;

import java.util.ArrayList;
import java.util.List;

/// The stable order of collected rows by sort keys, NULLs last. The keys of a row are packed into one word, each in as
/// many bits as its range takes (`PackedKeys`), which are sorted by radix; keys that take more bits get further words,
/// sorted from the last to the first.
final class RowSort {
    private RowSort() {}

    /// One term: a column and the width of its time bucket.
    record Term(ColumnBuffer column, long bucketMicros) {}

    /// The appended row that comes at each place, or null if the rows already stand in order.
    static int[] order(List<Term> terms, int rowCount) {
        if (rowCount < 2 || terms.isEmpty()) {
            return null;
        }
        List<long[]> words = new PackedKeys(rowCount).pack(terms);
        if (isSorted(words)) {
            return null;
        }
        int[] order = new int[rowCount];
        for (int row = 0; row < rowCount; row++) {
            order[row] = row;
        }
        var pairs = new PairSort();
        long[] last = words.removeLast();
        pairs.sort(last, order, 0, rowCount);
        while (!words.isEmpty()) {
            long[] word = words.removeLast();
            for (int i = 0; i < rowCount; i++) {
                last[i] = word[order[i]];
            }
            pairs.sort(last, order, 0, rowCount);
        }
        return order;
    }

    private static boolean isSorted(List<long[]> words) {
        int rowCount = words.isEmpty() ? 0 : words.getFirst().length;
        for (int row = 1; row < rowCount; row++) {
            for (long[] word : words) {
                int order = Long.compareUnsigned(word[row - 1], word[row]);
                if (order > 0) {
                    return false;
                }
                if (order < 0) {
                    break;
                }
            }
        }
        return true;
    }

    /// Keys of all terms as words that order, unsigned and from the first to the last, as the rows do. A term whose
    /// keys are all the same takes no bits; a NULL takes a bit of its own above its column's.
    private static final class PackedKeys {
        private final int rowCount;
        private final long[] keys;
        private final List<long[]> words = new ArrayList<>();
        private int freeBits;

        private PackedKeys(int rowCount) {
            this.rowCount = rowCount;
            keys = new long[rowCount];
        }

        private List<long[]> pack(List<Term> terms) {
            for (Term term : terms) {
                ColumnBuffer column = term.column;
                if (column.hasNulls()) {
                    for (int row = 0; row < rowCount; row++) {
                        keys[row] = column.isNull(row) ? 1 : 0;
                    }
                    add();
                }
                for (int word = 0; word < column.sortWords(); word++) {
                    column.sortKeys(word, term.bucketMicros, keys);
                    add();
                }
            }
            return words;
        }

        private void add() {
            long min = keys[0];
            long max = keys[0];
            for (int row = 1; row < rowCount; row++) {
                min = Long.compareUnsigned(keys[row], min) < 0 ? keys[row] : min;
                max = Long.compareUnsigned(keys[row], max) > 0 ? keys[row] : max;
            }
            int bits = Long.SIZE - Long.numberOfLeadingZeros(max - min);
            if (bits == 0) {
                return;
            }
            if (bits > freeBits) {
                words.add(new long[rowCount]);
                freeBits = Long.SIZE;
            }
            freeBits -= bits;
            long[] word = words.getLast();
            for (int row = 0; row < rowCount; row++) {
                word[row] |= keys[row] - min << freeBits;
            }
        }
    }
}
