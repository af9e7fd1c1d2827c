package org.narwhaldb.engine.expression;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Int128;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// What the numeric kernels share: digits of types, exact numbers of columns, errors.
final class Numbers {
    private Numbers() {}

    static boolean isReal(ColumnType type) {
        return type.physical() == Physical.DOUBLE;
    }

    static boolean isInteger(ColumnType type) {
        return type.kind() == Kind.INT || type.kind() == Kind.LONG;
    }

    static boolean isNumber(ColumnType type) {
        return isReal(type) || isInteger(type) || type.kind() == Kind.DECIMAL;
    }

    /// Digits that a value of an exact type may have.
    static int digits(ColumnType type) {
        return switch (type.kind()) {
            case DECIMAL -> type.precision();
            case INT -> 10;
            default -> 19;
        };
    }

    /// The number at a row that is not NULL, of a column of an exact type, without its scale.
    static void load(Column column, int row, Int128 target) {
        if (column instanceof LongColumn(long[] values, _)) {
            target.set(values[row]);
        } else {
            Int128Column wide = (Int128Column) column;
            target.set(wide.high()[row], wide.low()[row]);
        }
    }

    static BigInteger unscaled(Column column, int row) {
        if (column instanceof LongColumn(long[] values, _)) {
            return BigInteger.valueOf(values[row]);
        }
        Int128Column wide = (Int128Column) column;
        return Int128.toBigInteger(wide.high()[row], wide.low()[row]);
    }

    /// `value`, which has `scale` digits after the point, with `newScale` of them, rounded half away from zero.
    static BigInteger rescale(BigInteger value, int scale, int newScale) {
        if (newScale >= scale) {
            return newScale == scale ? value : value.multiply(PowersOfTen.big(newScale - scale));
        }
        return new BigDecimal(value, scale).setScale(newScale, RoundingMode.HALF_UP).unscaledValue();
    }

    static NarwhalException outOfRange(ScalarFunction function, Object value, ColumnType type) {
        return NarwhalException.of(ErrorCode.NUMERIC_OUT_OF_RANGE,
                "%s: the result [%s] does not fit %s; cast the operands to a wider type", function, value, type);
    }

    static NarwhalException divisionByZero(ScalarFunction function, Object dividend) {
        return NarwhalException.of(ErrorCode.DIVISION_BY_ZERO,
                "%s: [%s] divided by zero; use NULLIF(divisor, 0) to get NULL", function, dividend);
    }

    static NarwhalException unsupported(ScalarFunction function, ColumnType type) {
        return NarwhalException.of(ErrorCode.TYPE_MISMATCH,
                "%s is not defined for %s; cast the argument", function, type);
    }
}
