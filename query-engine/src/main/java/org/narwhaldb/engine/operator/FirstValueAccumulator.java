package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// ANY_VALUE: the first value that is not null. SINGLE_VALUE: the value of the only row, null or not; its state counts
/// rows, and a second one is CARDINALITY_VIOLATION.
final class FirstValueAccumulator implements Accumulator {
    private final Reservation reservation;
    private final ColumnStore values;
    private final ColumnType type;
    private final boolean isSingle;
    private final boolean fromStates;
    private final boolean toStates;
    /// row in `values` + 1, by group
    private int[] places = new int[0];
    private long[] counts = new long[0];

    FirstValueAccumulator(
            AggregateFunction function, ColumnType type, boolean fromStates, boolean toStates,
                    Reservation reservation) {
        this.reservation = reservation;
        this.isSingle = function == AggregateFunction.SINGLE_VALUE;
        this.fromStates = fromStates;
        this.toStates = toStates;
        this.type = type;
        values = ColumnStore.of(type.physical(), reservation);
    }

    @Override
    public void reserve(int groups) {
        places = reservation.ints(places, groups);
        if (isSingle) {
            counts = reservation.longs(counts, groups);
        }
    }

    @Override
    public void add(Column[] columns, int[] groups, int count) {
        if (isSingle) {
            countRows(columns, groups, count);
        }
        int[] first = new int[count];
        int firstCount = 0;
        for (int row = 0; row < count; row++) {
            if (places[groups[row]] == 0 && !columns[0].isNull(row)) {
                first[firstCount++] = row;
                places[groups[row]] = values.size() + firstCount;
            }
        }
        if (firstCount > 0) {
            values.append(columns[0], first, firstCount);
        }
    }

    private void countRows(Column[] columns, int[] groups, int count) {
        for (int row = 0; row < count; row++) {
            counts[groups[row]] += fromStates ? ((LongColumn) columns[1]).values()[row] : 1;
            if (counts[groups[row]] > 1) {
                throw new NarwhalException(ErrorCode.CARDINALITY_VIOLATION,
                        "A subquery used as a value gave more than one row; add LIMIT 1 or an aggregate to it");
            }
        }
    }

    @Override
    public Column[] output(int from, int count) {
        int[] indices = new int[count];
        for (int row = 0; row < count; row++) {
            indices[row] = places[from + row] - 1;
        }
        Column column = values.gatherPadded(indices, count, type);
        return isSingle && toStates
                ? new Column[] {column, new LongColumn(Arrays.copyOfRange(counts, from, from + count), null)}
                : new Column[] {column};
    }
}
