package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.plan.SortOrder;

/// An ordering of kept rows, and a stable sort by it: rows that compare equal stay in order of arrival.
///
/// The first term is reduced to a long a row, and many rows are sorted by these first, by radix; only where two of them
/// are equal are the rows themselves compared, in a merge sort.
final class RowOrder {
    private static final int RUN = 12;
    private static final int RADIX_ROWS_MIN = 1 << 12;

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
            sort(store, rows, new long[size], new int[size], new long[size]);
            reservation.shrink(scratchBytes);
        }
        return rows;
    }

    private void sort(RowStore store, int[] rows, long[] prefixes, int[] otherRows, long[] otherPrefixes) {
        boolean isLarge = rows.length >= RADIX_ROWS_MIN;
        if (isLarge && orders.stream().allMatch(term -> isExact(store, term))) {
            for (SortOrder term : orders.reversed()) {
                prefixes(store, term, rows, prefixes);
                RadixSort.sort(prefixes, rows, otherPrefixes, otherRows);
            }
            return;
        }
        prefixes(store, orders.getFirst(), rows, prefixes);
        MergeSort mergeSort = new MergeSort(store, orders, rows, prefixes, otherRows, otherPrefixes);
        if (!isLarge) {
            mergeSort.sort(0, rows.length);
            return;
        }
        RadixSort.sort(prefixes, rows, otherPrefixes, otherRows);
        int from = 0;
        for (int to = 1; to <= rows.length; to++) {
            if (to == rows.length || prefixes[to] != prefixes[from]) {
                if (to - from > 1) {
                    mergeSort.sort(from, to);
                }
                from = to;
            }
        }
    }

    /// Whether the term's prefixes are all there is to its order; NULL's may be a value's too.
    private static boolean isExact(RowStore store, SortOrder term) {
        ColumnStore column = store.column(term.column());
        boolean isOneWord = switch (column) {
            case ColumnStore.Longs _, ColumnStore.Doubles _, ColumnStore.Booleans _ -> true;
            case ColumnStore.Wide _, BytesStore _, NestedStore _ -> false;
        };
        return isOneWord && !column.nulls().any();
    }

    private static void prefixes(RowStore store, SortOrder term, int[] rows, long[] target) {
        ColumnStore column = store.column(term.column());
        for (int index = 0; index < rows.length; index++) {
            int row = rows[index];
            if (column.nulls().isNull(row)) {
                target[index] = term.nullsFirst() ? Long.MIN_VALUE : Long.MAX_VALUE;
            } else {
                target[index] = term.descending() ? ~column.prefix(row) : column.prefix(row);
            }
        }
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

    /// Writes the numbers of the batch's rows that do not come after the kept row by the first term, where that is quick
    /// to tell, or else of all, to `target`; returns how many.
    int selectNotAfter(RowStore store, int kept, Batch batch, int[] target) {
        SortOrder term = orders.isEmpty() ? null : orders.getFirst();
        ColumnStore column = term == null ? null : store.column(term.column());
        boolean isQuick = column != null && !column.nulls().isNull(kept)
                && batch.column(term.column()).nulls() == null;
        int count = 0;
        if (isQuick && batch.column(term.column()) instanceof LongColumn(long[] values, _)) {
            long bound = column.prefix(kept);
            boolean isDescending = term.descending();
            for (int row = 0; row < batch.rowCount(); row++) {
                target[count] = row;
                count += (isDescending ? values[row] >= bound : values[row] <= bound) ? 1 : 0;
            }
        } else if (isQuick && batch.column(term.column()) instanceof DoubleColumn(double[] values, _)) {
            long bound = column.prefix(kept);
            boolean isDescending = term.descending();
            for (int row = 0; row < batch.rowCount(); row++) {
                long value = ColumnStore.doublePrefix(values[row]);
                target[count] = row;
                count += (isDescending ? value >= bound : value <= bound) ? 1 : 0;
            }
        } else {
            for (; count < batch.rowCount(); count++) {
                target[count] = count;
            }
        }
        return count;
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
