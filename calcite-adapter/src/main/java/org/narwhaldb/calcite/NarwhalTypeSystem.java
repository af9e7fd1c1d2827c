package org.narwhaldb.calcite;

import java.math.RoundingMode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/// What results are typed as: 38 decimal digits, timestamps to the nanosecond, sums that do not overflow early.
///
/// | expression | type |
/// |---|---|
/// | SUM(integer) | BIGINT |
/// | SUM(DECIMAL(p, s)) | DECIMAL(38, s) |
/// | AVG(integer), AVG(REAL or DOUBLE) | DOUBLE |
/// | AVG(DECIMAL(p, s)) | DECIMAL(38, max(s, 6)) |
/// | DECIMAL(p1, s1) + DECIMAL(p2, s2) | s = max(s1, s2), p = digits before the point + s + 1 |
/// | DECIMAL(p1, s1) * DECIMAL(p2, s2) | DECIMAL(p1 + p2, s1 + s2) |
/// | DECIMAL(p1, s1) / DECIMAL(p2, s2) | s = max(6, s1 + p2 + 1), p = p1 - s1 + s2 + s; over 38 digits s shrinks, to 6 at least |
///
/// All precisions are capped at 38.
final class NarwhalTypeSystem extends RelDataTypeSystemImpl {
    static final int DECIMAL_DIGITS_MAX = 38;
    private static final int QUOTIENT_SCALE_MIN = 6;
    private static final int TIME_PRECISION_DEFAULT = 6;
    private static final int TIME_PRECISION_MAX = 9;

    @Override
    public int getMaxPrecision(SqlTypeName typeName) {
        return switch (typeName) {
            case DECIMAL -> DECIMAL_DIGITS_MAX;
            case VARCHAR, CHAR, VARBINARY, BINARY -> Integer.MAX_VALUE;
            case TIME, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> TIME_PRECISION_MAX;
            default -> super.getMaxPrecision(typeName);
        };
    }

    @Override
    public int getMaxScale(SqlTypeName typeName) {
        return typeName == SqlTypeName.DECIMAL ? DECIMAL_DIGITS_MAX : super.getMaxScale(typeName);
    }

    @Override
    public int getDefaultPrecision(SqlTypeName typeName) {
        return switch (typeName) {
            case DECIMAL -> DECIMAL_DIGITS_MAX;
            case TIME, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> TIME_PRECISION_DEFAULT;
            default -> super.getDefaultPrecision(typeName);
        };
    }

    @Override
    public RoundingMode roundingMode() {
        return RoundingMode.HALF_UP;
    }

    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
        return true;
    }

    @Override
    public RelDataType deriveSumType(RelDataTypeFactory types, RelDataType argument) {
        RelDataType type = switch (argument.getSqlTypeName()) {
            case TINYINT, SMALLINT, INTEGER, BIGINT -> types.createSqlType(SqlTypeName.BIGINT);
            case DECIMAL -> types.createSqlType(SqlTypeName.DECIMAL, DECIMAL_DIGITS_MAX, argument.getScale());
            case REAL, FLOAT, DOUBLE -> types.createSqlType(SqlTypeName.DOUBLE);
            default -> argument;
        };
        return types.createTypeWithNullability(type, argument.isNullable());
    }

    @Override
    public RelDataType deriveAvgAggType(RelDataTypeFactory types, RelDataType argument) {
        RelDataType type = argument.getSqlTypeName() == SqlTypeName.DECIMAL
                ? types.createSqlType(SqlTypeName.DECIMAL, DECIMAL_DIGITS_MAX, Math.max(argument.getScale(), QUOTIENT_SCALE_MIN))
                : types.createSqlType(SqlTypeName.DOUBLE);
        return types.createTypeWithNullability(type, argument.isNullable());
    }

    @Override
    public RelDataType deriveDecimalMultiplyType(RelDataTypeFactory types, RelDataType left, RelDataType right) {
        if (!isExactPair(left, right)) {
            return null;
        }
        RelDataType a = asDecimal(types, left);
        RelDataType b = asDecimal(types, right);
        int scale = Math.min(a.getScale() + b.getScale(), DECIMAL_DIGITS_MAX);
        int precision = Math.min(a.getPrecision() + b.getPrecision(), DECIMAL_DIGITS_MAX);
        return types.createSqlType(SqlTypeName.DECIMAL, precision, scale);
    }

    @Override
    public RelDataType deriveDecimalDivideType(RelDataTypeFactory types, RelDataType left, RelDataType right) {
        if (!isExactPair(left, right)) {
            return null;
        }
        RelDataType a = asDecimal(types, left);
        RelDataType b = asDecimal(types, right);
        int integerDigits = a.getPrecision() - a.getScale() + b.getScale();
        int wanted = Math.max(QUOTIENT_SCALE_MIN, a.getScale() + b.getPrecision() + 1);
        int scale = Math.max(QUOTIENT_SCALE_MIN, Math.min(wanted, DECIMAL_DIGITS_MAX - integerDigits));
        return types.createSqlType(SqlTypeName.DECIMAL, Math.min(integerDigits + scale, DECIMAL_DIGITS_MAX), scale);
    }

    /// Two exact numbers of which one has a point; two integers follow integer arithmetic.
    private static boolean isExactPair(RelDataType left, RelDataType right) {
        return SqlTypeUtil.isExactNumeric(left) && SqlTypeUtil.isExactNumeric(right)
                && (SqlTypeUtil.isDecimal(left) || SqlTypeUtil.isDecimal(right));
    }

    private static RelDataType asDecimal(RelDataTypeFactory types, RelDataType type) {
        return SqlTypeUtil.isDecimal(type) ? type : types.decimalOf(type);
    }
}
