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

    /// The numbers of the store's rows in order.
    int[] sorted(RowStore store, Reservation reservation) {
        int size = store.size();
        long scratchBytes = (long) size * (Integer.BYTES + Long.BYTES);
        reservation.grow((long) size * Integer.BYTES);
        reservation.grow(scratchBytes);
        int[] rows = new int[size];
        for (int row = 0; row < size; row++) {
            rows[row] = row;
        }
        if (!orders.isEmpty()) {
            sort(rows, new int[size], 0, size, new Comparison(store, orders, prefixes(store)));
        }
        reservation.shrink(scratchBytes);
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

    private static void sort(int[] rows, int[] scratch, int from, int to, Comparison comparison) {
        if (to - from <= RUN) {
            insertionSort(rows, from, to, comparison);
            return;
        }
        int middle = (from + to) >>> 1;
        sort(rows, scratch, from, middle, comparison);
        sort(rows, scratch, middle, to, comparison);
        if (comparison.compare(rows[middle - 1], rows[middle]) <= 0) {
            return;
        }
        System.arraycopy(rows, from, scratch, from, middle - from);
        int left = from;
        int right = middle;
        int target = from;
        while (left < middle && right < to) {
            rows[target++] = comparison.compare(scratch[left], rows[right]) <= 0 ? scratch[left++] : rows[right++];
        }
        System.arraycopy(scratch, left, rows, target, middle - left);
    }

    private static void insertionSort(int[] rows, int from, int to, Comparison comparison) {
        for (int index = from + 1; index < to; index++) {
            int row = rows[index];
            int place = index;
            while (place > from && comparison.compare(rows[place - 1], row) > 0) {
                rows[place] = rows[place - 1];
                place--;
            }
            rows[place] = row;
        }
    }

    private record Comparison(RowStore store, List<SortOrder> orders, long[] prefixes) {
        int compare(int left, int right) {
            int order = Long.compare(prefixes[left], prefixes[right]);
            return order != 0 ? order : compareRows(left, right);
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
