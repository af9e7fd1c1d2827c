package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.segment.ColumnType;

/// The final values of groups that have one state each, where these are the states themselves, or the same numbers in fewer bits.
final class PassedStates {
    private PassedStates() {}

    /// Null where values must be made from states.
    ///
    /// @param state the first column of the call's states
    /// @param output the type of its values
    static Column of(AggregateCall call, Column state, ColumnType type, ColumnType output, int count) {
        return switch (call.function()) {
            case COUNT_STAR, COUNT -> state.nulls() == null ? state : null;
            case MIN, MAX, BOOL_AND, BOOL_OR -> type.equals(output) ? state : null;
            case SUM -> state instanceof Int128Column wide ? sum(wide, type, output, count) : null;
            default -> null;
        };
    }

    private static Column sum(Int128Column wide, ColumnType type, ColumnType output, int count) {
        boolean isLong = output.kind() == ColumnType.Kind.LONG && type.scale() == 0;
        if (!isLong && !type.equals(output)) {
            return null;
        }
        for (int row = 0; row < count; row++) {
            if (wide.high()[row] != wide.low()[row] >> 63) {
                return null;
            }
        }
        return isLong ? new LongColumn(wide.low(), wide.nulls()) : wide;
    }
}
