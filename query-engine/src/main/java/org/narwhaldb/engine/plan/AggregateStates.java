package org.narwhaldb.engine.plan;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The columns an aggregate's partial state is sent in.
///
/// | function | state |
/// |---|---|
/// | COUNT_STAR, COUNT | `count` LONG |
/// | SUM, SUM_OR_ZERO of integers | `sum` DECIMAL(38, 0), NULL without input: only the final value can overflow |
/// | SUM, SUM_OR_ZERO of DECIMAL(p, s) | `sum` DECIMAL(38, s), NULL without input |
/// | SUM, SUM_OR_ZERO of FLOAT, DOUBLE | `sum` DOUBLE, NULL without input |
/// | AVG | `sum` as SUM's, `count` LONG |
/// | STDDEV_*, VAR_* | `count` LONG, `mean` DOUBLE, `m2` DOUBLE: the sum of squared distances from the mean |
/// | MIN, MAX, BOOL_AND, BOOL_OR, ANY_VALUE | `value` of the argument's type |
/// | APPROX_COUNT_DISTINCT | `sketch` BINARY: an Apache DataSketches HLL, compact, version as in its preamble |
/// | APPROX_QUANTILE | `sketch` BINARY: a `LogHistogram`; `fraction` DOUBLE, NULL without input |
/// | SINGLE_VALUE | `value` of the argument's type, `count` LONG of rows, NULL ones too |
///
/// A partial sum of more than 38 digits is NUMERIC_OUT_OF_RANGE. Counts, means and squares combine by Chan, Golub and
/// LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances" (1979).
public final class AggregateStates {
    private AggregateStates() {}

    /// The output of a PARTIAL aggregate: the key fields, then each call's state fields.
    public static List<Field> partialOutput(List<Field> input, List<Integer> keys, List<AggregateCall> calls) {
        List<Field> output = new ArrayList<>();
        for (int key : keys) {
            Field field = input.get(key);
            output.add(new Field(output.size(), field.name(), field.type(), field.nullable()));
        }
        for (AggregateCall call : calls) {
            List<ColumnType> arguments = call.arguments().stream().map(column -> input.get(column).type()).toList();
            for (State state : states(call.function(), arguments)) {
                output.add(new Field(output.size(), call.name() + "$" + state.name(), state.type(), state.nullable()));
            }
        }
        return List.copyOf(output);
    }

    /// How many columns the state of the function has.
    public static int width(AggregateFunction function) {
        return switch (function) {
            case COUNT_STAR, COUNT, SUM, SUM_OR_ZERO, MIN, MAX, BOOL_AND, BOOL_OR, ANY_VALUE, APPROX_COUNT_DISTINCT -> 1;
            case AVG, SINGLE_VALUE, APPROX_QUANTILE -> 2;
            case STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP -> 3;
        };
    }

    /// The state's columns.
    static List<State> states(AggregateFunction function, List<ColumnType> arguments) {
        State count = new State("count", ColumnType.LONG, false);
        return switch (function) {
            case COUNT_STAR, COUNT -> List.of(count);
            case SUM, SUM_OR_ZERO -> List.of(new State("sum", sumType(function, arguments), true));
            case AVG -> List.of(new State("sum", sumType(function, arguments), true), count);
            case STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP -> List.of(
                    count, new State("mean", ColumnType.DOUBLE, false), new State("m2", ColumnType.DOUBLE, false));
            case MIN, MAX, BOOL_AND, BOOL_OR, ANY_VALUE -> List.of(new State("value", only(function, arguments), true));
            case APPROX_COUNT_DISTINCT -> List.of(new State("sketch", ColumnType.BINARY, false));
            case APPROX_QUANTILE -> List.of(
                    new State("sketch", ColumnType.BINARY, false), new State("fraction", ColumnType.DOUBLE, true));
            case SINGLE_VALUE -> List.of(new State("value", only(function, arguments), true), count);
        };
    }

    private static ColumnType sumType(AggregateFunction function, List<ColumnType> arguments) {
        ColumnType argument = only(function, arguments);
        return switch (argument.kind()) {
            case INT, LONG -> ColumnType.decimal(ColumnType.DECIMAL_PRECISION_MAX, 0);
            case DECIMAL -> ColumnType.decimal(ColumnType.DECIMAL_PRECISION_MAX, argument.scale());
            case FLOAT, DOUBLE -> ColumnType.DOUBLE;
            case BOOLEAN, DATE, TIME, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_NS, TIMESTAMP_TZ_NS, STRING, BINARY, FIXED,
                    UUID, STRUCT,
                    LIST, MAP -> throw NarwhalException.of(ErrorCode.TYPE_MISMATCH,
                    "Function [%s] needs a number, its argument is [%s]; cast it first", function, argument);
        };
    }

    private static ColumnType only(AggregateFunction function, List<ColumnType> arguments) {
        if (arguments.size() != 1) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST,
                    "Function [%s] takes one argument, the plan gives it [%d]", function, arguments.size());
        }
        return arguments.getFirst();
    }

    /// One column of a state.
    record State(String name, ColumnType type, boolean nullable) {}
}
