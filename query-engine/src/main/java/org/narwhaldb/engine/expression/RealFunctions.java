package org.narwhaldb.engine.expression;

import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Arithmetic of doubles and the functions that give them. A FLOAT result is rounded to a float. Outside their domain
/// SQRT, LN, LOG10 and POWER raise NUMERIC_OUT_OF_RANGE; NaN gives NaN.
final class RealFunctions {
    private RealFunctions() {}

    static CompiledExpression compile(Call call, List<CompiledExpression> arguments) {
        List<CompiledExpression> reals = Casts.coerceAll(arguments, ColumnType.DOUBLE);
        ColumnType type = Numbers.isReal(call.type()) ? call.type() : ColumnType.DOUBLE;
        ScalarFunction function = call.function();
        Kernel kernel = (columns, rowCount, nulls) -> {
            double[] a = ((DoubleColumn) columns[0]).values();
            double[] b = columns.length > 1 ? ((DoubleColumn) columns[1]).values() : a;
            double[] result = new double[rowCount];
            for (int row = 0; row < rowCount; row++) {
                if (!Nulls.isNull(nulls, row)) {
                    result[row] = apply(function, a[row], b[row]);
                }
            }
            return rounded(result, type, nulls);
        };
        return Casts.coerce(new StrictCall(type, reals, kernel), call.type());
    }

    private static double apply(ScalarFunction function, double a, double b) {
        return switch (function) {
            case SQRT -> Math.sqrt(inDomain(function, a, !(a < 0)));
            case EXP -> StrictMath.exp(a);
            case LN -> StrictMath.log(inDomain(function, a, !(a <= 0)));
            case LOG10 -> StrictMath.log10(inDomain(function, a, !(a <= 0)));
            case POWER -> power(a, b);
            default -> throw new IllegalStateException(function + " is no real function");
        };
    }

    private static double power(double a, double b) {
        inDomain(ScalarFunction.POWER, a, !(a == 0 && b < 0) && !(a < 0 && b != Math.rint(b)));
        return StrictMath.pow(a, b);
    }

    private static double inDomain(ScalarFunction function, double argument, boolean holds) {
        if (!holds) {
            throw NarwhalException.of(ErrorCode.NUMERIC_OUT_OF_RANGE,
                    "%s is not defined for [%s]; filter such values out", function, argument);
        }
        return argument;
    }

    /// +, -, *, /, MOD of two DOUBLE columns.
    static Kernel arithmetic(ScalarFunction function, ColumnType type) {
        return (columns, rowCount, nulls) -> {
            double[] a = ((DoubleColumn) columns[0]).values();
            double[] b = ((DoubleColumn) columns[1]).values();
            double[] result = new double[rowCount];
            switch (function) {
                case PLUS -> {
                    for (int row = 0; row < rowCount; row++) {
                        result[row] = a[row] + b[row];
                    }
                }
                case MINUS -> {
                    for (int row = 0; row < rowCount; row++) {
                        result[row] = a[row] - b[row];
                    }
                }
                case TIMES -> {
                    for (int row = 0; row < rowCount; row++) {
                        result[row] = a[row] * b[row];
                    }
                }
                default -> divide(function, columns, result, nulls);
            }
            return rounded(result, type, nulls);
        };
    }

    private static void divide(ScalarFunction function, Column[] columns, double[] result, boolean[] nulls) {
        double[] a = ((DoubleColumn) columns[0]).values();
        double[] b = ((DoubleColumn) columns[1]).values();
        for (int row = 0; row < result.length; row++) {
            if (Nulls.isNull(nulls, row)) {
                continue;
            }
            if (b[row] == 0) {
                throw Numbers.divisionByZero(function, a[row]);
            }
            result[row] = function == ScalarFunction.DIVIDE ? a[row] / b[row] : a[row] % b[row];
        }
    }

    private static Column rounded(double[] values, ColumnType type, boolean[] nulls) {
        if (type.kind() == Kind.FLOAT) {
            for (int row = 0; row < values.length; row++) {
                values[row] = (float) values[row];
            }
        }
        return new DoubleColumn(values, nulls);
    }
}
