package org.narwhaldb.segment;

import java.util.List;

/// The stable order of collected rows by sort keys: a radix sort by every key from the last to the first, with NULLs
/// moved behind. One key column is held as longs at a time, so that sorting takes some 24 bytes a row whatever the
/// keys.
final class RowSort {
    private RowSort() {}

    /// One term: a column and the width of its time bucket.
    record Term(ColumnBuffer column, long bucketMicros) {}

    /// The appended row that comes at each place, or null if the rows already stand in order.
    static int[] order(List<Term> terms, int rowCount) {
        if (rowCount < 2 || terms.isEmpty()) {
            return null;
        }
        long[] columnKeys = new long[rowCount];
        if (isSorted(terms, columnKeys)) {
            return null;
        }
        int[] order = new int[rowCount];
        for (int row = 0; row < rowCount; row++) {
            order[row] = row;
        }
        var pairs = new PairSort();
        long[] keys = new long[rowCount];
        for (Term term : terms.reversed()) {
            for (int word = term.column.sortWords() - 1; word >= 0; word--) {
                term.column.sortKeys(word, term.bucketMicros, columnKeys);
                for (int i = 0; i < rowCount; i++) {
                    keys[i] = columnKeys[order[i]];
                }
                pairs.sort(keys, order, 0, rowCount);
            }
            if (term.column.hasNulls()) {
                moveNullsBehind(term.column, order);
            }
        }
        return order;
    }

    private static void moveNullsBehind(ColumnBuffer column, int[] order) {
        int[] nullRows = new int[(int) column.nullCount()];
        int nulls = 0;
        int next = 0;
        for (int row : order) {
            if (column.isNull(row)) {
                nullRows[nulls++] = row;
            } else {
                order[next++] = row;
            }
        }
        System.arraycopy(nullRows, 0, order, next, nulls);
    }

    /// Goes through the keys from the first to the last, and marks rows that are already after their predecessor.
    private static boolean isSorted(List<Term> terms, long[] keys) {
        boolean[] decided = new boolean[keys.length];
        for (Term term : terms) {
            ColumnBuffer column = term.column;
            for (int word = 0; word < column.sortWords(); word++) {
                column.sortKeys(word, term.bucketMicros, keys);
                for (int row = 1; row < keys.length; row++) {
                    if (!decided[row]) {
                        int order = compare(column, keys, row - 1, row);
                        if (order > 0) {
                            return false;
                        }
                        decided[row] = order < 0;
                    }
                }
            }
        }
        return true;
    }

    private static int compare(ColumnBuffer column, long[] keys, int a, int b) {
        if (column.hasNulls()) {
            boolean nullA = column.isNull(a);
            boolean nullB = column.isNull(b);
            if (nullA || nullB) {
                return Boolean.compare(nullA, nullB);
            }
        }
        return Long.compareUnsigned(keys[a], keys[b]);
    }
}
