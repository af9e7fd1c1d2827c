package org.narwhaldb.calcite;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeFactoryImpl;
import org.apache.calcite.sql.type.SqlTypeName;

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

    @Override
    public Charset getDefaultCharset() {
        return StandardCharsets.UTF_8;
    }
}
