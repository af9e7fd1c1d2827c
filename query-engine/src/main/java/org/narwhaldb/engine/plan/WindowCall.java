package org.narwhaldb.engine.plan;

import java.util.List;
import java.util.Objects;
import org.narwhaldb.segment.ColumnType;

/// One function of a [PlanNode.Window].
///
/// @param arguments references to input columns; those that say how far or which (NTILE's, LAG's offset and default, NTH_VALUE's
///     number) may be literals
/// @param ignoreNulls LAG, LEAD and the values of a frame count rows only where the first argument is not null
/// @param name of the output column
/// @param type of the value
public record WindowCall(
        WindowFunction function, List<Expression> arguments, boolean ignoreNulls, WindowFrame frame, String name, ColumnType type) {
    public WindowCall {
        Objects.requireNonNull(function, "function");
        Objects.requireNonNull(frame, "frame");
        arguments = List.copyOf(arguments);
    }
}
