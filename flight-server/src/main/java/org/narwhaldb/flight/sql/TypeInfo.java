package org.narwhaldb.flight.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Types;
import java.util.List;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.narwhaldb.segment.ColumnType;

/// SQL type names, and the table of types that ODBC clients ask for (CommandGetXdbcTypeInfo).
final class TypeInfo {
    private static final int NULLABLE = 1;
    private static final int SEARCHABLE = 3;

    /// @param size digits of a number, characters of a text, the printed length of a time
    private record Type(String name, int code, int size, String quote, boolean numeric, int scaleMax, int datetimeCode) {}

    /// In the order JDBC wants: by type code.
    private static final List<Type> TYPES = List.of(
            new Type("BOOLEAN", Types.BIT, 1, null, false, 0, 0),
            new Type("BIGINT", Types.BIGINT, 19, null, true, 0, 0),
            new Type("VARBINARY", Types.VARBINARY, Integer.MAX_VALUE, "'", false, 0, 0),
            new Type("DECIMAL", Types.DECIMAL, 38, null, true, 38, 0),
            new Type("INTEGER", Types.INTEGER, 10, null, true, 0, 0),
            new Type("REAL", Types.REAL, 7, null, true, 0, 0),
            new Type("DOUBLE", Types.DOUBLE, 15, null, true, 0, 0),
            new Type("VARCHAR", Types.VARCHAR, Integer.MAX_VALUE, "'", false, 0, 0),
            new Type("DATE", 91, 10, "'", false, 0, 1),
            new Type("TIME", 92, 15, "'", false, 6, 2),
            new Type("TIMESTAMP", 93, 29, "'", false, 9, 3));

    private TypeInfo() {}

    static String name(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "BOOLEAN";
            case INT -> "INTEGER";
            case LONG -> "BIGINT";
            case FLOAT -> "REAL";
            case DOUBLE -> "DOUBLE";
            case DECIMAL -> "DECIMAL";
            case DATE -> "DATE";
            case TIME -> "TIME";
            case TIMESTAMP, TIMESTAMP_NS -> "TIMESTAMP";
            case TIMESTAMP_TZ, TIMESTAMP_TZ_NS -> "TIMESTAMP WITH LOCAL TIME ZONE";
            case STRING -> "VARCHAR";
            case BINARY, FIXED -> "VARBINARY";
            case UUID -> "UUID";
            case STRUCT -> "ROW";
            case LIST -> "ARRAY";
            case MAP -> "MAP";
        };
    }

    /// @param wanted a type code, or null for all
    static void send(Integer wanted, BufferAllocator allocator, ServerStreamListener listener) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Schemas.GET_TYPE_INFO_SCHEMA, allocator)) {
            root.allocateNew();
            int row = 0;
            for (Type type : TYPES) {
                if (wanted == null || wanted == type.code()) {
                    fill(root, row++, type);
                }
            }
            MetadataService.send(root, row, listener);
        }
    }

    private static void fill(VectorSchemaRoot root, int row, Type type) {
        ((VarCharVector) root.getVector("type_name")).setSafe(row, type.name().getBytes(UTF_8));
        number(root, "data_type", row, type.code());
        number(root, "column_size", row, type.size());
        if (type.quote() != null) {
            ((VarCharVector) root.getVector("literal_prefix")).setSafe(row, type.quote().getBytes(UTF_8));
            ((VarCharVector) root.getVector("literal_suffix")).setSafe(row, type.quote().getBytes(UTF_8));
        }
        number(root, "nullable", row, NULLABLE);
        flag(root, "case_sensitive", row, type.code() == Types.VARCHAR);
        number(root, "searchable", row, SEARCHABLE);
        if (type.numeric()) {
            flag(root, "unsigned_attribute", row, false);
            number(root, "num_prec_radix", row, 10);
        }
        flag(root, "fixed_prec_scale", row, false);
        flag(root, "auto_increment", row, false);
        number(root, "minimum_scale", row, 0);
        number(root, "maximum_scale", row, type.scaleMax());
        number(root, "sql_data_type", row, type.datetimeCode() == 0 ? type.code() : 9);
        if (type.datetimeCode() != 0) {
            number(root, "datetime_subcode", row, type.datetimeCode());
        }
    }

    private static void number(VectorSchemaRoot root, String column, int row, int value) {
        ((IntVector) root.getVector(column)).setSafe(row, value);
    }

    private static void flag(VectorSchemaRoot root, String column, int row, boolean value) {
        ((BitVector) root.getVector(column)).setSafe(row, value ? 1 : 0);
    }
}
