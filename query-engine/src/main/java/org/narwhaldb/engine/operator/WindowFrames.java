package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.WindowFrame;
import org.narwhaldb.engine.plan.WindowFrame.Bound;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Where the frames of rows begin and end, as row numbers. Bounds of RANGE with an offset are found by binary search among the
/// partition's rows whose order key is not NULL; a row whose own key is NULL has its peers for such a bound.
final class WindowFrames {
    private final WindowFrame frame;
    private final WindowRows rows;
    private final ColumnStore key;

    WindowFrames(WindowFrame frame, WindowRows rows) {
        this.frame = frame;
        this.rows = rows;
        key = frame.key() == null ? null : rows.column(column(frame.key()));
    }

    static int column(Expression reference) {
        if (reference instanceof Expression.InputReference(int index, _)) {
            return index;
        }
        throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "A window reads [%s] where it needs a column", reference);
    }

    /// The argument's value for each row.
    static Column values(Expression argument, WindowRows rows, WindowBounds bounds) {
        return argument instanceof Expression.Literal literal
                ? Columns.constant(literal.value(), literal.type(), bounds.count())
                : rows.range(column(argument), bounds.first(), bounds.count());
    }

    boolean beginsWithPartition() {
        return frame.lower().kind() == WindowFrame.BoundKind.UNBOUNDED_PRECEDING;
    }

    /// @param from first row of each frame
    /// @param to behind its last row, at least `from`
    void find(WindowBounds bounds, int[] from, int[] to) {
        if (frame.byRows()) {
            byRows(frame.lower(), bounds, 0, from);
            byRows(frame.upper(), bounds, 1, to);
        } else {
            byRange(frame.lower(), bounds, true, from);
            byRange(frame.upper(), bounds, false, to);
        }
        for (int index = 0; index < bounds.count(); index++) {
            to[index] = Math.max(to[index], from[index]);
        }
    }

    /// @param extra 1 for the end, which is behind its row
    private void byRows(Bound bound, WindowBounds bounds, int extra, int[] target) {
        long[] offsets = bound.offset() == null ? null : offsets(bound, bounds);
        for (int index = 0; index < bounds.count(); index++) {
            long row = bounds.first() + index;
            long place = switch (bound.kind()) {
                case UNBOUNDED_PRECEDING -> bounds.partitionFrom()[index];
                case PRECEDING -> row - offsets[index] + extra;
                case CURRENT_ROW -> row + extra;
                case FOLLOWING -> row + offsets[index] + extra;
                case UNBOUNDED_FOLLOWING -> bounds.partitionTo()[index];
            };
            target[index] = (int) Math.clamp(place, (long) bounds.partitionFrom()[index], bounds.partitionTo()[index]);
        }
    }

    private long[] offsets(Bound bound, WindowBounds bounds) {
        LongColumn column = (LongColumn) values(bound.offset(), rows, bounds);
        long[] offsets = new long[bounds.count()];
        for (int index = 0; index < offsets.length; index++) {
            if (column.isNull(index) || column.values()[index] < 0) {
                throw NarwhalException.of(ErrorCode.INVALID_QUERY, "A frame of ROWS needs a number of rows from 0, not [%s]",
                        column.isNull(index) ? "NULL" : column.values()[index]);
            }
            offsets[index] = Math.min(column.values()[index], Integer.MAX_VALUE);
        }
        return offsets;
    }

    private void byRange(Bound bound, WindowBounds bounds, boolean isLower, int[] target) {
        switch (bound.kind()) {
            case UNBOUNDED_PRECEDING -> System.arraycopy(bounds.partitionFrom(), 0, target, 0, bounds.count());
            case UNBOUNDED_FOLLOWING -> System.arraycopy(bounds.partitionTo(), 0, target, 0, bounds.count());
            case CURRENT_ROW -> System.arraycopy(isLower ? bounds.peerFrom() : bounds.peerTo(), 0, target, 0, bounds.count());
            case PRECEDING, FOLLOWING -> search(values(bound.offset(), rows, bounds), bounds, isLower, target);
        }
    }

    private void search(Column limits, WindowBounds bounds, boolean isLower, int[] target) {
        boolean isDescending = rows.isDescending();
        int partition = -1;
        int from = 0;
        int to = 0;
        for (int index = 0; index < bounds.count(); index++) {
            if (limits.isNull(index)) {
                target[index] = isLower ? bounds.peerFrom()[index] : bounds.peerTo()[index];
                continue;
            }
            if (bounds.partitionFrom()[index] != partition) {
                partition = bounds.partitionFrom()[index];
                to = bounds.partitionTo()[index];
                boolean nullsFirst = key.nulls().isNull(partition);
                from = nullsFirst ? boundary(partition, to, true) : partition;
                to = nullsFirst ? to : boundary(partition, to, false);
            }
            int low = from;
            int high = to;
            while (low < high) {
                int middle = (low + high) >>> 1;
                int order = isDescending ? -key.compare(middle, limits, index) : key.compare(middle, limits, index);
                if (order < 0 || !isLower && order == 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            target[index] = low;
        }
    }

    /// The first row of `[from, to)` whose key is NULL as that of the rows before is not, or the other way round.
    private int boundary(int from, int to, boolean nullsFirst) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (key.nulls().isNull(middle) == nullsFirst) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
