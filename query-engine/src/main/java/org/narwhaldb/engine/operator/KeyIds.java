package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.segment.ColumnType;

/// Small numbers, dense from 0, for values of keys that are no numbers: byte strings and nested values are interned,
/// booleans are 0 and 1. NULL is -1, what was never added is below -1.
final class KeyIds {
    private final List<ColumnType.Physical> kinds;
    private final BytesInterner[] interners;
    private final NestedStore[] nestedValues;
    private final int[][] ids;
    private final Reservation reservation;

    KeyIds(List<ColumnType.Physical> kinds, Reservation reservation) {
        this.kinds = kinds;
        this.reservation = reservation;
        interners = new BytesInterner[kinds.size()];
        nestedValues = new NestedStore[kinds.size()];
        ids = new int[kinds.size()][0];
        for (int key = 0; key < kinds.size(); key++) {
            if (!isNumber(kinds.get(key))) {
                interners[key] = new BytesInterner(reservation);
                nestedValues[key] = new NestedStore(reservation);
            }
        }
    }

    static boolean isNumber(ColumnType.Physical kind) {
        return switch (kind) {
            case LONG, DOUBLE, INT128 -> true;
            case BOOLEAN, BYTES, NESTED -> false;
        };
    }

    /// Ids of the key are below this.
    int size(int key) {
        return kinds.get(key) == ColumnType.Physical.BOOLEAN ? 2 : interners[key].size();
    }

    /// The ids of a key's column; valid until the next call for the same key.
    int[] of(int key, Column column, int count, boolean add) {
        ids[key] = reservation.ints(ids[key], count);
        switch (column) {
            case BytesColumn bytes -> interners[key].ids(bytes, count, add, ids[key], 0);
            case BooleanColumn booleans -> booleanIds(booleans, count, ids[key]);
            case NestedColumn nested -> nestedIds(key, nested, count, add);
            case LongColumn _, DoubleColumn _, Int128Column _ ->
                    throw new IllegalStateException("Numbers have no ids");
        }
        return ids[key];
    }

    private static void booleanIds(BooleanColumn column, int count, int[] target) {
        for (int row = 0; row < count; row++) {
            int id = column.values()[row] ? 1 : 0;
            target[row] = column.isNull(row) ? BytesInterner.NULL : id;
        }
    }

    private void nestedIds(int key, NestedColumn column, int count, boolean add) {
        int[] one = new int[1];
        for (int row = 0; row < count; row++) {
            if (column.isNull(row)) {
                ids[key][row] = BytesInterner.NULL;
                continue;
            }
            byte[] bytes = NestedKeys.bytes(column.values()[row]);
            int id = interners[key].id(bytes, 0, bytes.length, add);
            ids[key][row] = id;
            if (id == nestedValues[key].size()) {
                one[0] = row;
                nestedValues[key].append(column, one, 1);
            }
        }
    }

    /// The column of a key's ids, which may be NULL; may keep or change the array.
    Column column(int key, int[] keyIds, int count) {
        boolean[] nulls = null;
        for (int row = 0; row < count; row++) {
            if (keyIds[row] < 0) {
                nulls = nulls == null ? new boolean[count] : nulls;
                nulls[row] = true;
                keyIds[row] = 0;
            }
        }
        if (kinds.get(key) == ColumnType.Physical.BYTES) {
            return interners[key].column(keyIds, nulls);
        }
        if (kinds.get(key) == ColumnType.Physical.NESTED) {
            return nestedValues[key].size() == 0 ? new NestedColumn(new Object[count], nulls)
                    : Columns.withNulls(nestedValues[key].gather(keyIds, count), nulls);
        }
        boolean[] values = new boolean[count];
        for (int row = 0; row < count; row++) {
            values[row] = keyIds[row] == 1;
        }
        return new BooleanColumn(values, nulls);
    }
}
