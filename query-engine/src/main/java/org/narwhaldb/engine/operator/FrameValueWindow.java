package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.plan.WindowCall;
import org.narwhaldb.engine.plan.WindowFunction;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// FIRST_VALUE, LAST_VALUE and NTH_VALUE of the frame; NULL where the frame has no such row.
final class FrameValueWindow implements WindowEvaluator {
    private final WindowCall call;
    private final WindowRows rows;
    private final WindowFrames frames;
    private final ColumnStore values;
    private final PresentRows counted;

    FrameValueWindow(WindowCall call, WindowRows rows) {
        this.call = call;
        this.rows = rows;
        frames = new WindowFrames(call.frame(), rows);
        values = rows.column(WindowFrames.column(call.arguments().getFirst()));
        counted = PresentRows.of(call.ignoreNulls() ? call.arguments().subList(0, 1) : List.of(), rows);
    }

    @Override
    public Column evaluate(WindowBounds bounds) {
        int count = bounds.count();
        int[] from = new int[count];
        int[] to = new int[count];
        frames.find(bounds, from, to);
        LongColumn numbers = call.function() == WindowFunction.NTH_VALUE
                ? (LongColumn) WindowFrames.values(call.arguments().get(1), rows, bounds) : null;
        int[] places = new int[count];
        for (int index = 0; index < count; index++) {
            long number = switch (call.function()) {
                case LAST_VALUE -> counted.count(from[index], to[index]) - 1L;
                case NTH_VALUE -> numbers.isNull(index) ? -1 : number(numbers.values()[index]);
                default -> 0;
            };
            places[index] = counted.place(from[index], to[index], number);
        }
        return values.gatherPadded(places, count, call.type());
    }

    private static long number(long ordinal) {
        if (ordinal <= 0) {
            throw NarwhalException.of(ErrorCode.INVALID_QUERY, "NTH_VALUE needs a number from 1, not [%d]", ordinal);
        }
        return ordinal - 1;
    }
}
