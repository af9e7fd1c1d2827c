package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Lists, structs and maps of many rows, by reference. They have no order.
final class NestedStore implements ColumnStore {
    private final Reservation reservation;
    private final NullFlags nulls;
    private Object[] values = new Object[0];

    NestedStore(Reservation reservation) {
        this.reservation = reservation;
        nulls = new NullFlags(reservation);
    }

    @Override
    public NullFlags nulls() {
        return nulls;
    }

    @Override
    public void append(Column column, int[] rows, int count) {
        int size = size();
        values = reservation.objects(values, size + count);
        Object[] source = ((NestedColumn) column).values();
        for (int index = 0; index < count; index++) {
            int row = rows == null ? index : rows[index];
            Object value = column.isNull(row) ? null : source[row];
            reservation.grow(NestedKeys.heapBytes(value));
            values[size + index] = value;
        }
        nulls.append(column.nulls(), rows, count);
    }

    @Override
    public Column gather(int[] indices, int count) {
        Object[] target = new Object[count];
        for (int index = 0; index < count; index++) {
            target[index] = values[indices[index]];
        }
        return new NestedColumn(target, nulls.gather(indices, count));
    }

    @Override
    public int compare(int left, int right) {
        throw noOrder();
    }

    @Override
    public int compare(int index, Column column, int row) {
        throw noOrder();
    }

    @Override
    public long prefix(int index) {
        throw noOrder();
    }

    private static NarwhalException noOrder() {
        return new NarwhalException(ErrorCode.NOT_SUPPORTED,
                "Lists, structs and maps have no order; order by their parts instead");
    }
}
