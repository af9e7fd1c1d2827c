package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rel.type.StructKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Our column types as SQL types, and back.
///
/// | ours | SQL |
/// |---|---|
/// | INT, LONG, FLOAT, DOUBLE | INTEGER, BIGINT, REAL, DOUBLE |
/// | TIME, TIMESTAMP, TIMESTAMP_NS | TIME(6), TIMESTAMP(6), TIMESTAMP(9) |
/// | TIMESTAMP_TZ, TIMESTAMP_TZ_NS | TIMESTAMP(6 or 9) WITH LOCAL TIME ZONE |
/// | STRING | VARCHAR |
/// | BINARY, FIXED(n) | VARBINARY; the way back yields BINARY |
/// | LIST, MAP, STRUCT | ARRAY, MAP, ROW |
///
/// The way back is only for computed values: a column that passes through keeps the type it came with.
final class ColumnTypes {
    private static final int MICROS_PRECISION = 6;
    private static final int NANOS_PRECISION = 9;

    private ColumnTypes() {}

    static RelDataType toSql(RelDataTypeFactory types, ColumnType type, boolean nullable) {
        return types.createTypeWithNullability(toSql(types, type), nullable);
    }

    private static RelDataType toSql(RelDataTypeFactory types, ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> types.createSqlType(SqlTypeName.BOOLEAN);
            case INT -> types.createSqlType(SqlTypeName.INTEGER);
            case LONG -> types.createSqlType(SqlTypeName.BIGINT);
            case FLOAT -> types.createSqlType(SqlTypeName.REAL);
            case DOUBLE -> types.createSqlType(SqlTypeName.DOUBLE);
            case DECIMAL -> types.createSqlType(SqlTypeName.DECIMAL, type.precision(), type.scale());
            case DATE -> types.createSqlType(SqlTypeName.DATE);
            case TIME -> types.createSqlType(SqlTypeName.TIME, MICROS_PRECISION);
            case TIMESTAMP -> types.createSqlType(SqlTypeName.TIMESTAMP, MICROS_PRECISION);
            case TIMESTAMP_NS -> types.createSqlType(SqlTypeName.TIMESTAMP, NANOS_PRECISION);
            case TIMESTAMP_TZ -> types.createSqlType(SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE, MICROS_PRECISION);
            case TIMESTAMP_TZ_NS -> types.createSqlType(SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE, NANOS_PRECISION);
            case STRING -> types.createSqlType(SqlTypeName.VARCHAR);
            case BINARY, FIXED -> types.createSqlType(SqlTypeName.VARBINARY);
            case UUID -> types.createSqlType(SqlTypeName.UUID);
            case LIST -> types.createArrayType(toSql(types, type.fields().getFirst()), -1);
            case MAP -> types.createMapType(toSql(types, type.fields().getFirst()), toSql(types, type.fields().getLast()));
            case STRUCT -> {
                RelDataTypeFactory.Builder row = types.builder().kind(StructKind.FULLY_QUALIFIED);
                type.fields().forEach(field -> row.add(field.name(), toSql(types, field)));
                yield row.build();
            }
        };
    }

    static RelDataType toSql(RelDataTypeFactory types, Field field) {
        return toSql(types, field.type(), field.nullable());
    }

    /// @throws NarwhalException NOT_SUPPORTED if columns cannot hold the type
    static ColumnType toColumn(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> ColumnType.BOOLEAN;
            case TINYINT, SMALLINT, INTEGER -> ColumnType.INT;
            case BIGINT -> ColumnType.LONG;
            case REAL -> ColumnType.FLOAT;
            case FLOAT, DOUBLE -> ColumnType.DOUBLE;
            case DECIMAL -> decimal(type);
            case DATE -> ColumnType.DATE;
            case TIME -> ColumnType.TIME;
            case TIMESTAMP -> type.getPrecision() > MICROS_PRECISION ? ColumnType.TIMESTAMP_NS : ColumnType.TIMESTAMP;
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ ->
                    type.getPrecision() > MICROS_PRECISION ? ColumnType.TIMESTAMP_TZ_NS : ColumnType.TIMESTAMP_TZ;
            case CHAR, VARCHAR, NULL -> ColumnType.STRING;
            case BINARY, VARBINARY -> ColumnType.BINARY;
            case UUID -> ColumnType.UUID;
            case ARRAY -> ColumnType.list(element("element", type.getComponentType(), 0));
            case MAP -> ColumnType.map(element("key", type.getKeyType(), 0), element("value", type.getValueType(), 1));
            case ROW, STRUCTURED -> struct(type);
            default -> throw NarwhalException.of(ErrorCode.NOT_SUPPORTED,
                    "Values of type [%s] cannot stand in a column; use them inside date arithmetic or EXTRACT only", type);
        };
    }

    private static ColumnType decimal(RelDataType type) {
        int scale = Math.max(type.getScale(), 0);
        return ColumnType.decimal(Math.max(type.getPrecision(), Math.max(scale, 1)), scale);
    }

    private static ColumnType struct(RelDataType type) {
        List<Field> fields = new ArrayList<>();
        for (RelDataTypeField field : type.getFieldList()) {
            fields.add(element(field.getName(), field.getType(), fields.size()));
        }
        return ColumnType.struct(fields);
    }

    private static Field element(String name, RelDataType type, int id) {
        return new Field(id, name, toColumn(type), type.isNullable());
    }
}
