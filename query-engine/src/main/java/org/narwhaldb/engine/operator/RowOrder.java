package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.plan.SortOrder;

/// An ordering of kept rows, and a stable merge sort by it: rows that compare equal stay in order of arrival.
///
/// The first term is reduced to a long a row; only where two of these are equal are the rows themselves compared.
final class RowOrder {
    private static final int RUN = 12;

    private final List<SortOrder> orders;

    RowOrder(List<SortOrder> orders) {
        this.orders = orders;
    }

    /// The numbers of the store's rows in order. They are sorted together with their first terms, which keeps the
    /// merge in the cache.
    int[] sorted(RowStore store, Reservation reservation) {
        int size = store.size();
        reservation.grow((long) size * Integer.BYTES);
        int[] rows = new int[size];
        for (int row = 0; row < size; row++) {
            rows[row] = row;
        }
        if (!orders.isEmpty()) {
            long scratchBytes = (long) size * (Integer.BYTES + 2 * Long.BYTES);
            reservation.grow(scratchBytes);
            new MergeSort(store, orders, rows, prefixes(store), new int[size], new long[size]).sort(0, size);
            reservation.shrink(scratchBytes);
        }
        return rows;
    }

    private long[] prefixes(RowStore store) {
        SortOrder order = orders.getFirst();
        ColumnStore column = store.column(order.column());
        long[] prefixes = new long[store.size()];
        for (int row = 0; row < prefixes.length; row++) {
            if (column.nulls().isNull(row)) {
                prefixes[row] = order.nullsFirst() ? Long.MIN_VALUE : Long.MAX_VALUE;
            } else {
                prefixes[row] = order.descending() ? ~column.prefix(row) : column.prefix(row);
            }
        }
        return prefixes;
    }

    /// @param prefixes move with their rows
    private record MergeSort(
            RowStore store, List<SortOrder> orders, int[] rows, long[] prefixes, int[] otherRows,
                    long[] otherPrefixes) {

        void sort(int from, int to) {
            if (to - from <= RUN) {
                insertionSort(from, to);
                return;
            }
            int middle = (from + to) >>> 1;
            sort(from, middle);
            sort(middle, to);
            if (compare(prefixes[middle - 1], rows[middle - 1], prefixes[middle], rows[middle]) > 0) {
                merge(from, middle, to);
            }
        }

        private void merge(int from, int middle, int to) {
            System.arraycopy(rows, from, otherRows, from, middle - from);
            System.arraycopy(prefixes, from, otherPrefixes, from, middle - from);
            int left = from;
            int right = middle;
            int target = from;
            while (left < middle && right < to) {
                if (compare(otherPrefixes[left], otherRows[left], prefixes[right], rows[right]) <= 0) {
                    prefixes[target] = otherPrefixes[left];
                    rows[target++] = otherRows[left++];
                } else {
                    prefixes[target] = prefixes[right];
                    rows[target++] = rows[right++];
                }
            }
            System.arraycopy(otherRows, left, rows, target, middle - left);
            System.arraycopy(otherPrefixes, left, prefixes, target, middle - left);
        }

        private void insertionSort(int from, int to) {
            for (int index = from + 1; index < to; index++) {
                int row = rows[index];
                long prefix = prefixes[index];
                int place = index;
                while (place > from && compare(prefixes[place - 1], rows[place - 1], prefix, row) > 0) {
                    rows[place] = rows[place - 1];
                    prefixes[place] = prefixes[place - 1];
                    place--;
                }
                rows[place] = row;
                prefixes[place] = prefix;
            }
        }

        private int compare(long leftPrefix, int left, long rightPrefix, int right) {
            return leftPrefix != rightPrefix ? Long.compare(leftPrefix, rightPrefix) : compareRows(left, right);
        }

        private int compareRows(int left, int right) {
            for (SortOrder term : orders) {
                ColumnStore column = store.column(term.column());
                boolean leftNull = column.nulls().isNull(left);
                boolean rightNull = column.nulls().isNull(right);
                int order = leftNull || rightNull
                        ? compareNulls(leftNull, rightNull, term)
                        : directed(column.compare(left, right), term);
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        }
    }

    /// Orders a kept row against a row of a batch.
    int compare(RowStore store, int index, Batch batch, int row) {
        for (SortOrder term : orders) {
            ColumnStore kept = store.column(term.column());
            Column column = batch.column(term.column());
            boolean keptNull = kept.nulls().isNull(index);
            boolean rowNull = column.isNull(row);
            int order = keptNull || rowNull
                    ? compareNulls(keptNull, rowNull, term)
                    : directed(kept.compare(index, column, row), term);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int compareNulls(boolean leftNull, boolean rightNull, SortOrder term) {
        return term.nullsFirst() ? Boolean.compare(rightNull, leftNull) : Boolean.compare(leftNull, rightNull);
    }

    private static int directed(int order, SortOrder term) {
        return term.descending() ? -order : order;
    }
}
