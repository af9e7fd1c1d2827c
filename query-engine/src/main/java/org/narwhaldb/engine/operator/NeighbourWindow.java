package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.ColumnBuilder;
import org.narwhaldb.engine.plan.WindowCall;
import org.narwhaldb.engine.plan.WindowFunction;

/// LAG and LEAD: the value some rows before or behind, else a default. A negative offset looks the other way.
final class NeighbourWindow implements WindowEvaluator {
    private static final long OFFSET_MAX = Integer.MAX_VALUE;

    private final WindowCall call;
    private final WindowRows rows;
    private final ColumnStore values;
    private final PresentRows counted;
    private final long direction;

    NeighbourWindow(WindowCall call, WindowRows rows) {
        this.call = call;
        this.rows = rows;
        values = rows.column(WindowFrames.column(call.arguments().getFirst()));
        counted = PresentRows.of(call.ignoreNulls() ? call.arguments().subList(0, 1) : List.of(), rows);
        direction = call.function() == WindowFunction.LAG ? -1 : 1;
    }

    @Override
    public Column evaluate(WindowBounds bounds) {
        int count = bounds.count();
        LongColumn offsets = (LongColumn) WindowFrames.values(call.arguments().get(1), rows, bounds);
        int[] places = new int[count];
        boolean isDefaulted = false;
        for (int index = 0; index < count; index++) {
            places[index] = offsets.isNull(index) ? -2
                    : place(bounds, index, direction * Math.clamp(offsets.values()[index], -OFFSET_MAX, OFFSET_MAX));
            isDefaulted |= places[index] == -1;
        }
        Column found = values.gatherPadded(places, count, call.type());
        if (!isDefaulted || call.arguments().size() < 3) {
            return found;
        }
        Column defaults = WindowFrames.values(call.arguments().get(2), rows, bounds);
        ColumnBuilder builder = ColumnBuilder.of(call.type());
        for (int index = 0; index < count; index++) {
            builder.appendFrom(places[index] == -1 ? defaults : found, index);
        }
        return builder.build();
    }

    /// -1 beyond the partition
    private int place(WindowBounds bounds, int index, long offset) {
        int row = bounds.first() + index;
        if (offset == 0) {
            return row;
        }
        if (offset > 0) {
            return counted.place(row + 1, bounds.partitionTo()[index], offset - 1);
        }
        int from = bounds.partitionFrom()[index];
        return counted.place(from, row, counted.count(from, row) + offset);
    }
}
