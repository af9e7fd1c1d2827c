package org.narwhaldb.calcite;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeFactoryImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/// A type factory that knows no fixed-length text: where Calcite asks for CHAR(n) it gets VARCHAR(n), so that no literal
/// is ever padded. BINARY(n) likewise.
final class NarwhalTypeFactory extends SqlTypeFactoryImpl {
    NarwhalTypeFactory() {
        super(new NarwhalTypeSystem());
    }

    @Override
    public RelDataType createSqlType(SqlTypeName typeName) {
        return switch (typeName) {
            case CHAR -> super.createSqlType(SqlTypeName.VARCHAR, 1);
            case BINARY -> super.createSqlType(SqlTypeName.VARBINARY, 1);
            default -> super.createSqlType(typeName);
        };
    }

    @Override
    public RelDataType createSqlType(SqlTypeName typeName, int precision) {
        return switch (typeName) {
            case CHAR -> super.createSqlType(SqlTypeName.VARCHAR, precision);
            case BINARY -> super.createSqlType(SqlTypeName.VARBINARY, precision);
            default -> super.createSqlType(typeName, precision);
        };
    }

    /// Decimals keep the largest scale of all: with 38 digits, Calcite would rather cut off digits behind the point.
    @Override
    public RelDataType leastRestrictive(List<RelDataType> types) {
        if (types.stream().noneMatch(SqlTypeUtil::isDecimal) || !types.stream().allMatch(SqlTypeUtil::isExactNumeric)) {
            return super.leastRestrictive(types);
        }
        int scale = 0;
        int integerDigits = 0;
        boolean nullable = false;
        for (RelDataType type : types) {
            RelDataType decimal = SqlTypeUtil.isDecimal(type) ? type : decimalOf(type);
            scale = Math.max(scale, decimal.getScale());
            integerDigits = Math.max(integerDigits, decimal.getPrecision() - decimal.getScale());
            nullable |= type.isNullable();
        }
        int precision = Math.min(integerDigits + scale, NarwhalTypeSystem.DECIMAL_DIGITS_MAX);
        return createTypeWithNullability(createSqlType(SqlTypeName.DECIMAL, precision, scale), nullable);
    }

    @Override
    public Charset getDefaultCharset() {
        return StandardCharsets.UTF_8;
    }
}
