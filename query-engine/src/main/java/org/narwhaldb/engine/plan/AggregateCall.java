package org.narwhaldb.engine.plan;

import java.util.List;
import org.narwhaldb.segment.ColumnType;

/// One aggregate of an [PlanNode.Aggregate].
///
/// @param arguments input columns; empty for COUNT_STAR, else one (COUNT may have several: counts rows where none is null)
/// @param distinct over distinct argument values; only in mode SINGLE
/// @param filter a BOOLEAN input column that must be true for a row to count, or -1
/// @param name of the output column
/// @param type of the final value
public record AggregateCall(
        AggregateFunction function, List<Integer> arguments, boolean distinct, int filter, String name, ColumnType type) {
    public AggregateCall {
        arguments = List.copyOf(arguments);
    }
}
