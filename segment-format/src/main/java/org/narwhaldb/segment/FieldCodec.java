package org.narwhaldb.segment;

import java.util.ArrayList;
import java.util.List;

/// Fields and their types in the footer. The codes of kinds are part of the format.
final class FieldCodec {
    private static final int DEPTH_MAX = 100;
    /// id, name length, nullable, kind, precision, scale, number of fields
    private static final int FIELD_BYTES_MIN = 22;

    private FieldCodec() {}

    static void write(FooterBytes out, Field field) {
        out.putInt(field.id());
        out.putText(field.name());
        out.putByte(field.nullable() ? 1 : 0);
        ColumnType type = field.type();
        out.putByte(code(type.kind()));
        out.putInt(type.precision());
        out.putInt(type.scale());
        out.putInt(type.fields().size());
        for (Field child : type.fields()) {
            write(out, child);
        }
    }

    /// @throws IllegalArgumentException if the bytes are no field
    static Field read(FooterBytes in) {
        return read(in, 0);
    }

    private static Field read(FooterBytes in, int depth) {
        if (depth > DEPTH_MAX) {
            throw new IllegalArgumentException("type nested deeper than %d".formatted(DEPTH_MAX));
        }
        int id = in.takeInt();
        String name = in.takeText();
        boolean nullable = in.takeByte() != 0;
        ColumnType.Kind kind = kind(in.takeByte());
        int precision = in.takeInt();
        int scale = in.takeInt();
        int count = in.takeCount(FIELD_BYTES_MIN);
        List<Field> children = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            children.add(read(in, depth + 1));
        }
        boolean fits = switch (kind) {
            case LIST -> count == 1;
            case MAP -> count == 2;
            case STRUCT -> true;
            default -> count == 0;
        };
        if (!fits) {
            throw new IllegalArgumentException("%s of %d fields".formatted(kind, count));
        }
        return new Field(id, name, new ColumnType(kind, precision, scale, children), nullable);
    }

    private static ColumnType.Kind kind(int code) {
        for (ColumnType.Kind kind : ColumnType.Kind.values()) {
            if (code(kind) == code) {
                return kind;
            }
        }
        throw new IllegalArgumentException("unknown type [%d]".formatted(code));
    }

    private static int code(ColumnType.Kind kind) {
        return switch (kind) {
            case BOOLEAN -> 1;
            case INT -> 2;
            case LONG -> 3;
            case FLOAT -> 4;
            case DOUBLE -> 5;
            case DECIMAL -> 6;
            case DATE -> 7;
            case TIME -> 8;
            case TIMESTAMP -> 9;
            case TIMESTAMP_TZ -> 10;
            case TIMESTAMP_NS -> 11;
            case TIMESTAMP_TZ_NS -> 12;
            case STRING -> 13;
            case BINARY -> 14;
            case FIXED -> 15;
            case UUID -> 16;
            case STRUCT -> 17;
            case LIST -> 18;
            case MAP -> 19;
        };
    }
}
