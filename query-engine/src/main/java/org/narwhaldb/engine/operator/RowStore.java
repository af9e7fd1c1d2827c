package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Rows that an operator keeps, numbered from 0 in order of arrival, with a reservation of their own.
final class RowStore implements AutoCloseable {
    private static final int ROWS_MAX = 1 << 30;

    private final List<Field> fields;
    private final Reservation reservation;
    private final List<ColumnStore> columns = new ArrayList<>();
    private int size;

    RowStore(List<Field> fields, Reservation reservation) {
        this.fields = fields;
        this.reservation = reservation;
        for (Field field : fields) {
            columns.add(ColumnStore.of(field.type().physical(), reservation));
        }
    }

    /// An empty store for rows of the same shape.
    RowStore another() {
        return new RowStore(fields, reservation.another());
    }

    int size() {
        return size;
    }

    long heldBytes() {
        return reservation.held();
    }

    ColumnStore column(int index) {
        return columns.get(index);
    }

    /// Adds the rows that `rows` names, or the first `count` if that is null.
    void append(List<Column> source, int[] rows, int count) {
        if (size > ROWS_MAX - count) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "The query keeps more than [%d] rows in one step; filter the rows first", ROWS_MAX);
        }
        for (int index = 0; index < columns.size(); index++) {
            columns.get(index).append(source.get(index), rows, count);
        }
        size += count;
    }

    /// One column of the rows in that order.
    ///
    /// @param padded whether an index of -1 may be among them, which gives a NULL
    Column gather(int column, int[] indices, int count, boolean padded) {
        return padded ? columns.get(column).gatherPadded(indices, count, fields.get(column).type())
                : columns.get(column).gather(indices, count);
    }

    /// The rows in that order.
    List<Column> gather(int[] indices, int count) {
        List<Column> gathered = new ArrayList<>(columns.size());
        for (ColumnStore column : columns) {
            gathered.add(column.gather(indices, count));
        }
        return gathered;
    }

    Batch batch(int[] indices, int count) {
        return new Batch(count, gather(indices, count));
    }

    @Override
    public void close() {
        reservation.close();
    }
}
