package org.narwhaldb.engine.expression;

import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Int128;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;

/// Chooses the loops of +, -, *, /, MOD, negation, ABS and SIGN: doubles if an operand or the result is one, decimals
/// if one is, else integers.
final class Arithmetic {
    private Arithmetic() {}

    static CompiledExpression binary(Call call, List<CompiledExpression> arguments) {
        ScalarFunction function = call.function();
        ColumnType type = call.type();
        boolean real = Numbers.isReal(type);
        boolean decimal = type.kind() == Kind.DECIMAL;
        for (CompiledExpression argument : arguments) {
            requireNumeric(function, argument.type());
            real |= Numbers.isReal(argument.type());
            decimal |= argument.type().kind() == Kind.DECIMAL;
        }
        requireNumeric(function, type);
        if (real) {
            List<CompiledExpression> reals = Casts.coerceAll(arguments, ColumnType.DOUBLE);
            ColumnType realType = Numbers.isReal(type) ? type : ColumnType.DOUBLE;
            return Casts.coerce(
                    new StrictCall(realType, reals, RealFunctions.arithmetic(function, realType)), type);
        }
        if (decimal) {
            ColumnType left = arguments.get(0).type();
            ColumnType right = arguments.get(1).type();
            return new StrictCall(type, arguments, DecimalArithmetic.kernel(function, left, right, type));
        }
        return new StrictCall(type, arguments, IntegerArithmetic.kernel(function, type));
    }

    static CompiledExpression unary(Call call, List<CompiledExpression> arguments) {
        ColumnType argument = arguments.getFirst().type();
        ScalarFunction function = call.function();
        requireNumeric(function, argument);
        if (Numbers.isReal(argument)) {
            Kernel kernel = (columns, rowCount, nulls) -> real(function, (DoubleColumn) columns[0], rowCount, nulls);
            ColumnType realType = Numbers.isReal(call.type()) ? call.type() : ColumnType.DOUBLE;
            return Casts.coerce(new StrictCall(realType, arguments, kernel), call.type());
        }
        if (Numbers.isReal(call.type())) {
            return unary(call, List.of(Casts.coerce(arguments.getFirst(), ColumnType.DOUBLE)));
        }
        int scale = argument.kind() == Kind.DECIMAL ? argument.scale() : 0;
        return new StrictCall(call.type(), arguments,
                (columns, rowCount, nulls) -> exact(call, columns[0], scale, rowCount, nulls));
    }

    private static void requireNumeric(ScalarFunction function, ColumnType type) {
        if (type.physical() != Physical.LONG && type.physical() != Physical.INT128 && !Numbers.isReal(type)) {
            throw Numbers.unsupported(function, type);
        }
    }

    private static Column real(ScalarFunction function, DoubleColumn column, int rowCount, boolean[] nulls) {
        double[] values = column.values();
        double[] result = new double[rowCount];
        for (int row = 0; row < rowCount; row++) {
            double value = values[row];
            result[row] = switch (function) {
                case NEGATE -> -value;
                case ABS -> Math.abs(value);
                default -> Math.signum(value);
            };
        }
        return new DoubleColumn(result, nulls);
    }

    private static Column exact(Call call, Column column, int scale, int rowCount, boolean[] nulls) {
        ExactWriter writer = new ExactWriter(call.type(), rowCount);
        Int128 register = new Int128();
        for (int row = 0; row < rowCount; row++) {
            if (Nulls.isNull(nulls, row)) {
                continue;
            }
            Numbers.load(column, row, register);
            int valueScale = scale;
            switch (call.function()) {
                case NEGATE -> register.negate();
                case ABS -> {
                    if (register.high() < 0) {
                        register.negate();
                    }
                }
                default -> {
                    register.set(register.high() < 0 ? -1 : register.high() == 0 && register.low() == 0 ? 0 : 1);
                    valueScale = 0;
                }
            }
            if (!writer.put(row, register, valueScale)) {
                throw Numbers.outOfRange(call.function(), Numbers.unscaled(column, row).negate(), call.type());
            }
        }
        return writer.build(nulls);
    }
}
