package org.narwhaldb.store.iceberg;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/// A row in the shapes of `NestedValues` as Iceberg's transforms want to see it, to compute its partition. Only columns
/// that a partition can be derived from, which are primitive, are ever asked for.
final class RowStruct implements StructLike {
    private final Type[] types;
    private Object[] row;

    RowStruct(Types.StructType struct) {
        this.types = struct.fields().stream().map(Types.NestedField::type).toArray(Type[]::new);
    }

    RowStruct wrap(Object[] newRow) {
        row = newRow;
        return this;
    }

    @Override
    public int size() {
        return types.length;
    }

    @Override
    public <T> T get(int column, Class<T> javaClass) {
        return javaClass.cast(row[column] == null ? null : value(types[column], row[column]));
    }

    private static Object value(Type type, Object shape) {
        return switch (type.typeId()) {
            case INTEGER, DATE -> Math.toIntExact((Long) shape);
            case FLOAT -> ((Double) shape).floatValue();
            case DECIMAL -> new BigDecimal(shape instanceof Long number ? BigInteger.valueOf(number)
                    : (BigInteger) shape,
                    ((Types.DecimalType) type).scale());
            case STRING -> new String((byte[]) shape, StandardCharsets.UTF_8);
            case FIXED, BINARY -> ByteBuffer.wrap((byte[]) shape);
            case UUID -> {
                ByteBuffer bytes = ByteBuffer.wrap((byte[]) shape);
                yield new UUID(bytes.getLong(), bytes.getLong());
            }
            default -> shape;
        };
    }

    @Override
    public <T> void set(int column, T value) {
        throw new UnsupportedOperationException("A row to write is read only");
    }
}
