package org.narwhaldb.engine.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Narwhal's types as Arrow's (https://arrow.apache.org/docs/format/Columnar.html), both ways. A UUID travels as 16
/// plain bytes; the field's metadata says that it is one, which foreign clients may ignore.
final class ArrowTypes {
    private static final String UTC = "UTC";
    private static final String KIND_KEY = "narwhal.kind";
    private static final int UUID_BYTES = 16;

    private ArrowTypes() {}

    static org.apache.arrow.vector.types.pojo.Field toArrow(Field field) {
        return arrowField(field.name(), field.type(), field.nullable());
    }

    private static org.apache.arrow.vector.types.pojo.Field arrowField(String name, ColumnType type, boolean nullable) {
        Map<String, String> metadata = type.kind() == ColumnType.Kind.UUID
                ? Map.of(KIND_KEY, ColumnType.Kind.UUID.name()) : null;
        return new org.apache.arrow.vector.types.pojo.Field(
                name, new FieldType(nullable, arrowType(type), null, metadata), children(type));
    }

    private static List<org.apache.arrow.vector.types.pojo.Field> children(ColumnType type) {
        if (type.kind() != ColumnType.Kind.MAP) {
            return type.fields().stream().map(ArrowTypes::toArrow).toList();
        }
        Field value = type.fields().get(1);
        return List.of(new org.apache.arrow.vector.types.pojo.Field(
                MapVector.DATA_VECTOR_NAME, FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(
                        arrowField(MapVector.KEY_NAME, type.fields().get(0).type(), false),
                        arrowField(MapVector.VALUE_NAME, value.type(), value.nullable()))));
    }

    private static ArrowType arrowType(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> ArrowType.Bool.INSTANCE;
            case INT -> new ArrowType.Int(32, true);
            case LONG -> new ArrowType.Int(64, true);
            case FLOAT -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case DECIMAL -> new ArrowType.Decimal(type.precision(), type.scale(), 128);
            case DATE -> new ArrowType.Date(DateUnit.DAY);
            case TIME -> new ArrowType.Time(TimeUnit.MICROSECOND, 64);
            case TIMESTAMP -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
            case TIMESTAMP_TZ -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, UTC);
            case TIMESTAMP_NS -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, null);
            case TIMESTAMP_TZ_NS -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, UTC);
            case STRING -> ArrowType.Utf8.INSTANCE;
            case BINARY -> ArrowType.Binary.INSTANCE;
            case FIXED -> new ArrowType.FixedSizeBinary(type.precision());
            case UUID -> new ArrowType.FixedSizeBinary(UUID_BYTES);
            case STRUCT -> ArrowType.Struct.INSTANCE;
            case LIST -> ArrowType.List.INSTANCE;
            case MAP -> new ArrowType.Map(false);
        };
    }

    /// Numbers fields by position among their siblings.
    static List<Field> fromArrow(List<org.apache.arrow.vector.types.pojo.Field> arrowFields) {
        List<Field> fields = new ArrayList<>();
        for (org.apache.arrow.vector.types.pojo.Field field : arrowFields) {
            fields.add(new Field(fields.size(), field.getName(), columnType(field), field.isNullable()));
        }
        return fields;
    }

    private static ColumnType columnType(org.apache.arrow.vector.types.pojo.Field field) {
        return switch (field.getType()) {
            case ArrowType.Bool _ -> ColumnType.BOOLEAN;
            case ArrowType.Int type when type.getIsSigned() && type.getBitWidth() <= 32 -> ColumnType.INT;
            case ArrowType.Int type when type.getIsSigned() -> ColumnType.LONG;
            case ArrowType.FloatingPoint type when type.getPrecision() == FloatingPointPrecision.SINGLE ->
                    ColumnType.FLOAT;
            case ArrowType.FloatingPoint type when type.getPrecision() == FloatingPointPrecision.DOUBLE ->
                    ColumnType.DOUBLE;
            case ArrowType.Decimal type when type.getBitWidth() == 128 ->
                    ColumnType.decimal(type.getPrecision(), type.getScale());
            case ArrowType.Date type when type.getUnit() == DateUnit.DAY -> ColumnType.DATE;
            case ArrowType.Time type when type.getUnit() == TimeUnit.MICROSECOND -> ColumnType.TIME;
            case ArrowType.Timestamp type when type.getUnit() == TimeUnit.MICROSECOND ->
                    type.getTimezone() == null ? ColumnType.TIMESTAMP : ColumnType.TIMESTAMP_TZ;
            case ArrowType.Timestamp type when type.getUnit() == TimeUnit.NANOSECOND ->
                    type.getTimezone() == null ? ColumnType.TIMESTAMP_NS : ColumnType.TIMESTAMP_TZ_NS;
            case ArrowType.Utf8 _ -> ColumnType.STRING;
            case ArrowType.Binary _ -> ColumnType.BINARY;
            case ArrowType.FixedSizeBinary _ when isUuid(field) -> ColumnType.UUID;
            case ArrowType.FixedSizeBinary type -> ColumnType.fixed(type.getByteWidth());
            case ArrowType.Struct _ -> ColumnType.struct(fromArrow(field.getChildren()));
            case ArrowType.List _ -> ColumnType.list(fromArrow(field.getChildren()).getFirst());
            case ArrowType.Map _ -> {
                List<Field> entry = fromArrow(field.getChildren().getFirst().getChildren());
                yield ColumnType.map(entry.get(0), entry.get(1));
            }
            default -> throw NarwhalException.of(ErrorCode.NOT_SUPPORTED,
                    "Column [%s] has the Arrow type [%s], which no Narwhal type stands for", field.getName(),
                            field.getType());
        };
    }

    private static boolean isUuid(org.apache.arrow.vector.types.pojo.Field field) {
        return ColumnType.Kind.UUID.name().equals(field.getMetadata().get(KIND_KEY));
    }
}
