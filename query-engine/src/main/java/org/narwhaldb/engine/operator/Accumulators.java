package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Chooses the accumulator of an aggregate call.
final class Accumulators {
    private Accumulators() {}

    /// @param inputs the types of the arguments, in mode FINAL of the state's columns
    /// @param outputs the types of what comes out: of the state's columns in mode PARTIAL, else one
    /// @param mayLag see [SeenGroups]
    static Accumulator of(
            AggregateCall call, AggregateMode mode, List<ColumnType> inputs, List<ColumnType> outputs, boolean mayLag,
                    Reservation reservation) {
        boolean fromStates = mode == AggregateMode.FINAL;
        boolean toStates = mode == AggregateMode.PARTIAL;
        AggregateFunction function = call.function();
        if (function != AggregateFunction.COUNT_STAR && inputs.isEmpty()) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "The aggregate [%s] of [%s] has no argument",
                    function, call.name());
        }
        return switch (function) {
            case COUNT_STAR, COUNT -> fromStates ? new CountAccumulator.Merged(reservation)
                    : new CountAccumulator(reservation);
            case SUM, SUM_OR_ZERO -> {
                // A partial without input says so; only the final value may be a zero.
                boolean zeroIfEmpty = function == AggregateFunction.SUM_OR_ZERO && !toStates;
                ColumnType output = outputs.getFirst();
                yield isDouble(call, inputs.getFirst())
                        ? new SumAccumulators.Doubles(output, zeroIfEmpty, mayLag, reservation)
                        : new SumAccumulators.Exact(sumOutput(call, inputs, output), zeroIfEmpty, mayLag,
                                reservation);
            }
            case AVG -> new SumAccumulators.Average(isDouble(call, inputs.getFirst()), fromStates, toStates,
                    sumOutput(call, inputs, outputs.getFirst()), mayLag, reservation);
            case STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP -> {
                isDouble(call, inputs.getFirst());
                yield new VarianceAccumulator(function, fromStates, toStates, inputs.getFirst().scale(), reservation);
            }
            case MIN, BOOL_AND -> ExtremeAccumulators.of(inputs.getFirst(), false, mayLag, reservation);
            case MAX, BOOL_OR -> ExtremeAccumulators.of(inputs.getFirst(), true, mayLag, reservation);
            case APPROX_COUNT_DISTINCT -> {
                if (inputs.getFirst().physical() == ColumnType.Physical.NESTED) {
                    throw NarwhalException.of(ErrorCode.NOT_SUPPORTED,
                            "The aggregate [%s] of [%s] takes no nested values; take a field of it", function, call.name());
                }
                yield new DistinctSketchAccumulator(fromStates, toStates, reservation);
            }
            case APPROX_QUANTILE -> {
                if (!fromStates) {
                    inputs.forEach(input -> isDouble(call, input));
                }
                yield new QuantileSketchAccumulator(inputs, fromStates, toStates, reservation);
            }
            case ANY_VALUE, SINGLE_VALUE ->
                    new FirstValueAccumulator(function, inputs.getFirst(), fromStates, toStates, reservation);
        };
    }

    private static SumOutput sumOutput(AggregateCall call, List<ColumnType> inputs, ColumnType output) {
        return new SumOutput(call.name(), output, inputs.getFirst().scale());
    }

    /// Else an exact number.
    private static boolean isDouble(AggregateCall call, ColumnType type) {
        return switch (type.kind()) {
            case FLOAT, DOUBLE -> true;
            case INT, LONG, DECIMAL -> false;
            case BOOLEAN, DATE, TIME, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS, TIMESTAMP_TZ_NS, STRING, BINARY, FIXED,
                    UUID, STRUCT,
                    LIST, MAP -> throw NarwhalException.of(ErrorCode.TYPE_MISMATCH,
                    "The aggregate [%s] of [%s] needs a number, its argument is [%s]; cast it first",
                    call.function(), call.name(), type);
        };
    }
}
