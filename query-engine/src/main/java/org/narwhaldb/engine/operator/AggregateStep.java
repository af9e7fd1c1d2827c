package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.SpillSpace;
import org.narwhaldb.engine.expression.Selection;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// One call of an aggregation: picks the rows that its FILTER and DISTINCT let through and feeds its accumulator.
/// DISTINCT knows each (group, arguments) once ([DistinctRows]); a row counts when it is new.
final class AggregateStep implements AutoCloseable {
    private final Accumulator accumulator;
    private final int[] arguments;
    private final int filter;
    /// null unless distinct
    private final DistinctRows distinct;
    private final Reservation reservation;
    private final boolean isGrouped;
    private final boolean picks;
    private int[] rows;
    private int[] rowGroups;
    private int[] numbers;

    /// @param arguments input columns
    /// @param types of all input columns
    /// @param outputs of the accumulator's output columns
    /// @param isGrouped whether there are keys; without them all rows are in group 0
    AggregateStep(
            AggregateCall call, AggregateMode mode, int[] arguments, List<ColumnType> types, List<ColumnType> outputs,
            boolean isGrouped, Reservation reservation) {
        this.arguments = arguments;
        if (call.distinct() && mode != AggregateMode.SINGLE) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST,
                    "The plan splits the distinct aggregate [%s] into mode [%s]", call.name(), mode);
        }
        filter = mode == AggregateMode.FINAL ? -1 : call.filter();
        List<ColumnType> argumentTypes = Arrays.stream(arguments).mapToObj(types::get).toList();
        List<ColumnType> distinctTypes = new ArrayList<>(argumentTypes);
        if (isGrouped) {
            distinctTypes.addFirst(ColumnType.LONG);
        }
        this.isGrouped = isGrouped;
        distinct = call.distinct() && arguments.length > 0 ? new DistinctRows(distinctTypes, reservation.another()) : null;
        picks = distinct != null || filter >= 0;
        accumulator = Accumulators.of(call, mode, argumentTypes, outputs, picks, reservation);
        this.reservation = reservation;
    }

    Accumulator accumulator() {
        return accumulator;
    }

    /// Whether it takes memory that [#spill] would limit.
    boolean maySpill() {
        return distinct != null && distinct.maySpill();
    }

    long distinctBytes() {
        return distinct == null ? 0 : distinct.heldBytes();
    }

    /// To be called when memory is short.
    void spill(SpillSpace space) {
        if (maySpill()) {
            distinct.spill(space);
        }
    }

    /// To be called after the last row.
    void finish(QueryContext context) {
        if (distinct != null) {
            distinct.finish(context, this::addDistinct);
        }
    }

    private void addDistinct(Batch batch) {
        int first = isGrouped ? 1 : 0;
        int[] groups = Accumulator.ONE_GROUP;
        if (isGrouped) {
            groups = rowGroups;
            long[] numbered = ((LongColumn) batch.column(0)).values();
            for (int row = 0; row < batch.rowCount(); row++) {
                groups[row] = (int) numbered[row];
            }
        }
        accumulator.add(batch.columns().subList(first, batch.columns().size()).toArray(Column[]::new), groups, batch.rowCount());
    }

    @Override
    public void close() {
        if (distinct != null) {
            distinct.close();
        }
    }

    void reserve(int groups) {
        accumulator.reserve(groups);
    }

    void add(Batch batch, int[] groups) {
        Column[] columns = new Column[arguments.length];
        for (int index = 0; index < columns.length; index++) {
            columns[index] = batch.column(arguments[index]);
        }
        if (!picks) {
            accumulator.add(columns, groups, batch.rowCount());
            return;
        }
        if (rows == null) {
            reservation.grow(3L * Batch.ROWS_MAX * Integer.BYTES + BatchBytes.fixed(arguments.length + 1));
            rows = new int[Batch.ROWS_MAX];
            rowGroups = new int[Batch.ROWS_MAX];
            numbers = new int[Batch.ROWS_MAX];
        }
        int count = filtered(batch);
        if (distinct != null) {
            count = dropNulls(columns, count);
            count = dropKnown(columns, groups, count);
        }
        if (count > 0) {
            pick(columns, groups, count);
            accumulator.add(columns, rowGroups, count);
        }
    }

    private int filtered(Batch batch) {
        if (filter >= 0) {
            return Selection.select(batch.column(filter), batch.rowCount(), rows);
        }
        for (int row = 0; row < batch.rowCount(); row++) {
            rows[row] = row;
        }
        return batch.rowCount();
    }

    private int dropNulls(Column[] columns, int count) {
        int kept = count;
        for (Column column : columns) {
            if (column.nulls() != null) {
                int next = 0;
                for (int index = 0; index < kept; index++) {
                    if (!column.nulls()[rows[index]]) {
                        rows[next++] = rows[index];
                    }
                }
                kept = next;
            }
        }
        return kept;
    }

    private int dropKnown(Column[] columns, int[] groups, int count) {
        Column[] key = new Column[columns.length + (isGrouped ? 1 : 0)];
        for (int index = 0; index < columns.length; index++) {
            key[index + key.length - columns.length] = Columns.gather(columns[index], rows, count);
        }
        if (isGrouped) {
            long[] rowGroup = new long[count];
            for (int index = 0; index < count; index++) {
                rowGroup[index] = groups[rows[index]];
            }
            key[0] = new LongColumn(rowGroup, null);
        }
        return distinct.keepNew(key, count, rows, numbers);
    }

    private void pick(Column[] columns, int[] groups, int count) {
        for (int index = 0; index < count; index++) {
            rowGroups[index] = groups[rows[index]];
        }
        for (int index = 0; index < columns.length; index++) {
            columns[index] = Columns.gather(columns[index], rows, count);
        }
    }
}
