package org.narwhaldb.engine.expression;

import java.util.List;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.ColumnBuilder;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Chooses the loops of comparisons. Every type has a total order ([ValueOrder]), so that two loops, "equal" and
/// "less", serve all six by swapping operands and negating.
final class Comparisons {
    private Comparisons() {}

    static CompiledExpression compile(ScalarFunction function, List<CompiledExpression> arguments) {
        List<CompiledExpression> operands = unify(arguments);
        ColumnType type = operands.getFirst().type();
        boolean equality = function == ScalarFunction.EQUAL || function == ScalarFunction.NOT_EQUAL;
        boolean swap = function == ScalarFunction.GREATER || function == ScalarFunction.LESS_OR_EQUAL;
        boolean negate = function == ScalarFunction.NOT_EQUAL || function == ScalarFunction.LESS_OR_EQUAL
                || function == ScalarFunction.GREATER_OR_EQUAL;
        boolean mixedScale = type.scale() != operands.getLast().type().scale();
        ColumnType right = operands.getLast().type();
        return new StrictCall(ColumnType.BOOLEAN, operands, (columns, rowCount, nulls) -> {
            Column a = columns[swap ? 1 : 0];
            Column b = columns[swap ? 0 : 1];
            boolean[] result = new boolean[rowCount];
            if (mixedScale || type.isNested()) {
                compareValues(a, swap ? right : type, b, swap ? type : right, nulls, equality, result);
            } else if (equality) {
                ComparisonLoops.equal(a, b, nulls, result);
            } else {
                ComparisonLoops.less(a, b, nulls, result);
            }
            if (negate) {
                for (int row = 0; row < rowCount; row++) {
                    result[row] = !result[row];
                }
            }
            return new BooleanColumn(result, nulls);
        });
    }

    private static void compareValues(Column a, ColumnType aType, Column b, ColumnType bType, boolean[] nulls,
            boolean equality, boolean[] result) {
        for (int row = 0; row < result.length; row++) {
            if (!Nulls.isNull(nulls, row)) {
                int order = ValueOrder.compare(
                        Columns.valueAt(a, row, aType), aType, Columns.valueAt(b, row, bType), bType);
                result[row] = equality ? order == 0 : order < 0;
            }
        }
    }

    /// Operands brought to one type that holds the values of both; decimals that have none keep their scales.
    static List<CompiledExpression> unify(List<CompiledExpression> arguments) {
        ColumnType left = arguments.getFirst().type();
        ColumnType right = arguments.getLast().type();
        if (left.physical() == right.physical() && left.scale() == right.scale() && sameFamily(left, right)) {
            return arguments;
        }
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            if (Numbers.isReal(left) || Numbers.isReal(right)) {
                return Casts.coerceAll(arguments, ColumnType.DOUBLE);
            }
            int scale = Math.max(left.scale(), right.scale());
            int precision = scale + Math.max(
                    Numbers.digits(left) - left.scale(), Numbers.digits(right) - right.scale());
            return precision > ColumnType.DECIMAL_PRECISION_MAX ? arguments
                    : Casts.coerceAll(arguments, ColumnType.decimal(precision, scale));
        }
        ColumnType wider = widerTime(left, right);
        if (wider == null) {
            throw NarwhalException.of(ErrorCode.TYPE_MISMATCH, "Cannot compare %s with %s; cast one of them", left,
                    right);
        }
        return Casts.coerceAll(arguments, wider);
    }

    private static boolean sameFamily(ColumnType left, ColumnType right) {
        return left.physical() != Physical.LONG || left.kind() == right.kind()
                || (Numbers.isNumber(left) && Numbers.isNumber(right));
    }

    private static ColumnType widerTime(ColumnType left, ColumnType right) {
        int rank = Math.max(timeRank(left.kind()), timeRank(right.kind()));
        if (timeRank(left.kind()) < 0 || timeRank(right.kind()) < 0) {
            return null;
        }
        return timeRank(left.kind()) == rank ? left : right;
    }

    private static int timeRank(Kind kind) {
        return switch (kind) {
            case DATE -> 0;
            case TIMESTAMP -> 1;
            case TIMESTAMP_TZ -> 2;
            case TIMESTAMP_NS -> 3;
            case TIMESTAMP_TZ_NS -> 4;
            default -> -1;
        };
    }

    /// GREATEST, LEAST.
    static CompiledExpression extreme(Call call, List<CompiledExpression> arguments) {
        List<CompiledExpression> operands = Casts.coerceAll(arguments, call.type());
        boolean greatest = call.function() == ScalarFunction.GREATEST;
        return new StrictCall(call.type(), operands, (columns, rowCount, nulls) -> {
            Column best = columns[0];
            for (int i = 1; i < columns.length; i++) {
                boolean[] better = new boolean[rowCount];
                if (call.type().isNested()) {
                    compareValues(greatest ? best : columns[i], call.type(), greatest ? columns[i] : best, call.type(),
                            nulls, false, better);
                } else {
                    ComparisonLoops.less(greatest ? best : columns[i], greatest ? columns[i] : best, nulls, better);
                }
                best = pick(best, columns[i], better, nulls, call.type());
            }
            return Columns.withNulls(best, nulls);
        });
    }

    private static Column pick(Column a, Column b, boolean[] takeB, boolean[] nulls, ColumnType type) {
        ColumnBuilder result = ColumnBuilder.of(type);
        for (int row = 0; row < takeB.length; row++) {
            if (Nulls.isNull(nulls, row)) {
                result.appendNull();
            } else {
                result.appendFrom(takeB[row] ? b : a, row);
            }
        }
        return result.build();
    }
}
