package org.narwhaldb.engine.expression;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// CAST and TRY_CAST. Casts that change no value hand the column on, the usual ones between numbers are loops, all
/// others go row by row through a [Conversion].
final class Casts {
    private Casts() {}

    /// The expression in another type; itself if it has that type.
    static CompiledExpression coerce(CompiledExpression source, ColumnType target) {
        return compile(source, target, ScalarFunction.CAST);
    }

    static List<CompiledExpression> coerceAll(List<CompiledExpression> sources, ColumnType target) {
        return sources.stream().map(source -> coerce(source, target)).toList();
    }

    static CompiledExpression compile(CompiledExpression source, ColumnType target, ScalarFunction function) {
        ColumnType from = source.type();
        if (from.equals(target)) {
            return source;
        }
        if (source instanceof ConstantExpression constant && constant.isNull()) {
            return new ConstantExpression(null, target);
        }
        Kernel kernel = quick(from, target);
        if (kernel == null) {
            Conversion conversion = Conversions.of(from, target);
            if (conversion == null) {
                throw NarwhalException.of(ErrorCode.TYPE_MISMATCH, "%s: there is no cast from %s to %s",
                        function, from, target);
            }
            kernel = new RowByRow(conversion, from, target, function == ScalarFunction.TRY_CAST);
        }
        StrictCall cast = new StrictCall(target, List.of(source), kernel);
        return source instanceof ConstantExpression ? folded(cast) : cast;
    }

    /// The cast literal; the cast itself if it fails, to fail only where its value is needed.
    private static CompiledExpression folded(StrictCall cast) {
        try {
            Column value = cast.evaluate(new Batch(1, List.of()));
            return new ConstantExpression(Columns.valueAt(value, 0, cast.type()), cast.type());
        } catch (NarwhalException _) {
            return cast;
        }
    }

    static boolean cannotFail(ColumnType from, ColumnType to) {
        return from.equals(to) || quick(from, to) != null;
    }

    /// A loop for pairs of types whose casts cannot fail; null if there is none.
    private static Kernel quick(ColumnType from, ColumnType to) {
        if (keepsValues(from, to)) {
            return (columns, _, _) -> columns[0];
        }
        boolean exactLong = from.physical() == Physical.LONG && Numbers.isNumber(from);
        if (exactLong && to.kind() == Kind.DOUBLE) {
            return longsToDoubles(from.scale());
        }
        boolean widens = exactLong && to.kind() == Kind.DECIMAL && to.physical() == Physical.LONG
                && to.scale() >= from.scale()
                && Numbers.digits(from) - from.scale() <= to.precision() - to.scale();
        if (widens) {
            long factor = PowersOfTen.ofLong(to.scale() - from.scale());
            return (columns, rowCount, nulls) -> {
                long[] values = ((LongColumn) columns[0]).values();
                long[] result = new long[rowCount];
                for (int row = 0; row < rowCount; row++) {
                    result[row] = values[row] * factor;
                }
                return new LongColumn(result, nulls);
            };
        }
        return null;
    }

    private static boolean keepsValues(ColumnType from, ColumnType to) {
        if (from.physical() != to.physical() || from.scale() != to.scale()) {
            return false;
        }
        return switch (to.kind()) {
            case LONG -> from.kind() == Kind.INT;
            case DECIMAL -> Numbers.isNumber(from) && to.precision() >= Numbers.digits(from);
            case DOUBLE -> true;
            case TIMESTAMP, TIMESTAMP_TZ -> from.kind() == Kind.TIMESTAMP || from.kind() == Kind.TIMESTAMP_TZ;
            case TIMESTAMP_NS, TIMESTAMP_TZ_NS ->
                    from.kind() == Kind.TIMESTAMP_NS || from.kind() == Kind.TIMESTAMP_TZ_NS;
            case BINARY -> true;
            default -> false;
        };
    }

    private static Kernel longsToDoubles(int scale) {
        double divisor = PowersOfTen.ofLong(scale);
        return (columns, rowCount, nulls) -> {
            long[] values = ((LongColumn) columns[0]).values();
            double[] result = new double[rowCount];
            for (int row = 0; row < rowCount; row++) {
                // one rounding only: both operands are exact up to 2^53
                long value = values[row];
                result[row] = scale == 0 || Math.abs(value) <= 1L << 53
                        ? value / divisor : Conversions.decimalToDouble(value, scale);
            }
            return new DoubleColumn(result, nulls);
        };
    }

    private record RowByRow(Conversion conversion, ColumnType from, ColumnType to, boolean nullOnFailure)
            implements Kernel {
        @Override
        public Column apply(Column[] columns, int rowCount, boolean[] nulls) {
            CastTarget target = new CastTarget(to, rowCount);
            boolean[] resultNulls = nulls;
            for (int row = 0; row < rowCount; row++) {
                if (!Nulls.isNull(nulls, row)) {
                    ErrorCode failure = conversion.convert(columns[0], row, target);
                    if (failure != null) {
                        if (!nullOnFailure) {
                            throw failed(columns[0], row, failure);
                        }
                        resultNulls = resultNulls == nulls ? Nulls.copy(nulls, rowCount) : resultNulls;
                        resultNulls[row] = true;
                    }
                }
                target.endRow();
            }
            return target.build(resultNulls);
        }

        private NarwhalException failed(Column column, int row, ErrorCode code) {
            String text;
            if (from.physical() == Physical.BYTES && from.kind() != Kind.STRING) {
                text = "%d bytes".formatted(((BytesColumn) column).value(row).length);
            } else {
                Conversion toText = from.kind() == Kind.STRING
                        ? Conversions.of(from, ColumnType.BINARY) : Conversions.of(from, ColumnType.STRING);
                CastTarget target = new CastTarget(ColumnType.STRING, 1);
                toText.convert(column, row, target);
                target.endRow();
                text = new String(((BytesColumn) target.build(null)).value(0), StandardCharsets.UTF_8);
            }
            return NarwhalException.of(code, "CAST: [%s] of type %s %s %s; TRY_CAST gives NULL for it", text, from,
                    code == ErrorCode.INVALID_CAST ? "is no" : "does not fit", to);
        }
    }
}
