package org.narwhaldb.store.iceberg;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Iceberg's types as ours and back (https://iceberg.apache.org/spec/#schemas-and-data-types).
final class IcebergTypes {
    private static final int FORMAT_VERSION_WITH_NANOS = 3;
    private static final int FORMAT_VERSION = 2;

    private IcebergTypes() {}

    /// @throws NarwhalException NOT_SUPPORTED naming the column and its type
    static List<Field> fields(List<Types.NestedField> columns) {
        List<Field> fields = new ArrayList<>(columns.size());
        for (Types.NestedField column : columns) {
            fields.add(field(column, ""));
        }
        return List.copyOf(fields);
    }

    static Field field(Types.NestedField column, String parent) {
        String path = parent + column.name();
        return new Field(column.fieldId(), column.name(), type(column.type(), path), column.isOptional());
    }

    private static ColumnType type(Type type, String path) {
        return switch (type.typeId()) {
            case BOOLEAN -> ColumnType.BOOLEAN;
            case INTEGER -> ColumnType.INT;
            case LONG -> ColumnType.LONG;
            case FLOAT -> ColumnType.FLOAT;
            case DOUBLE -> ColumnType.DOUBLE;
            case DATE -> ColumnType.DATE;
            case TIME -> ColumnType.TIME;
            case TIMESTAMP -> ((Types.TimestampType) type).shouldAdjustToUTC()
                    ? ColumnType.TIMESTAMP_TZ : ColumnType.TIMESTAMP;
            case TIMESTAMP_NANO -> ((Types.TimestampNanoType) type).shouldAdjustToUTC()
                    ? ColumnType.TIMESTAMP_TZ_NS : ColumnType.TIMESTAMP_NS;
            case STRING -> ColumnType.STRING;
            case UUID -> ColumnType.UUID;
            case FIXED -> ColumnType.fixed(((Types.FixedType) type).length());
            case BINARY -> ColumnType.BINARY;
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) type;
                yield ColumnType.decimal(decimal.precision(), decimal.scale());
            }
            case STRUCT -> ColumnType.struct(type.asStructType().fields().stream()
                    .map(child -> field(child, path + ".")).toList());
            case LIST -> ColumnType.list(field(type.asListType().fields().getFirst(), path + "."));
            case MAP -> ColumnType.map(field(type.asMapType().fields().get(0), path + "."),
                    field(type.asMapType().fields().get(1), path + "."));
            case UNKNOWN, VARIANT, GEOMETRY, GEOGRAPHY -> throw NarwhalException.of(ErrorCode.NOT_SUPPORTED,
                    "Column [%s] has Iceberg type [%s], which is not supported yet", path, type);
        };
    }

    /// A schema with ids assigned as a new table's are.
    static Schema newSchema(List<Field> columns) {
        AtomicInteger unique = new AtomicInteger();
        List<Types.NestedField> fields = columns.stream().map(column -> newField(column, unique)).toList();
        return TypeUtil.assignFreshIds(new Schema(fields), new AtomicInteger()::incrementAndGet);
    }

    /// A type with ids of no meaning, for an update that assigns them.
    static Type newType(ColumnType type) {
        return newType(type, new AtomicInteger());
    }

    /// The lowest table format version that has all the types.
    static int formatVersion(List<Field> columns) {
        boolean nanos = columns.stream().anyMatch(column -> hasNanos(column.type()));
        return nanos ? FORMAT_VERSION_WITH_NANOS : FORMAT_VERSION;
    }

    private static boolean hasNanos(ColumnType type) {
        return type.kind() == ColumnType.Kind.TIMESTAMP_NS || type.kind() == ColumnType.Kind.TIMESTAMP_TZ_NS
                || type.fields().stream().anyMatch(field -> hasNanos(field.type()));
    }

    private static Types.NestedField newField(Field field, AtomicInteger ids) {
        int id = ids.incrementAndGet();
        return Types.NestedField.of(id, field.nullable(), field.name(), newType(field.type(), ids));
    }

    private static Type newType(ColumnType type, AtomicInteger ids) {
        return switch (type.kind()) {
            case BOOLEAN -> Types.BooleanType.get();
            case INT -> Types.IntegerType.get();
            case LONG -> Types.LongType.get();
            case FLOAT -> Types.FloatType.get();
            case DOUBLE -> Types.DoubleType.get();
            case DECIMAL -> Types.DecimalType.of(type.precision(), type.scale());
            case DATE -> Types.DateType.get();
            case TIME -> Types.TimeType.get();
            case TIMESTAMP -> Types.TimestampType.withoutZone();
            case TIMESTAMP_TZ -> Types.TimestampType.withZone();
            case TIMESTAMP_NS -> Types.TimestampNanoType.withoutZone();
            case TIMESTAMP_TZ_NS -> Types.TimestampNanoType.withZone();
            case STRING -> Types.StringType.get();
            case BINARY -> Types.BinaryType.get();
            case FIXED -> Types.FixedType.ofLength(type.precision());
            case UUID -> Types.UUIDType.get();
            case STRUCT -> Types.StructType.of(type.fields().stream().map(field -> newField(field, ids)).toList());
            case LIST -> newList(type.fields().getFirst(), ids);
            case MAP -> newMap(type.fields().get(0), type.fields().get(1), ids);
        };
    }

    private static Type newList(Field element, AtomicInteger ids) {
        int id = ids.incrementAndGet();
        Type type = newType(element.type(), ids);
        return element.nullable() ? Types.ListType.ofOptional(id, type) : Types.ListType.ofRequired(id, type);
    }

    private static Type newMap(Field key, Field value, AtomicInteger ids) {
        int keyId = ids.incrementAndGet();
        int valueId = ids.incrementAndGet();
        Type keyType = newType(key.type(), ids);
        Type valueType = newType(value.type(), ids);
        return value.nullable() ? Types.MapType.ofOptional(keyId, valueId, keyType, valueType)
                : Types.MapType.ofRequired(keyId, valueId, keyType, valueType);
    }
}
