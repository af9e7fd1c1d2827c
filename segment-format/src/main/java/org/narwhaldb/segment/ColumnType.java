package org.narwhaldb.segment;

import java.util.List;
import java.util.Objects;

/// The type of a column at rest and of a value in a plan: every Iceberg type has one
/// (https://iceberg.apache.org/spec/#primitive-types), and nothing else has.
///
/// @param kind the family
/// @param precision total digits of a DECIMAL (1..38), bytes of a FIXED; 0 otherwise
/// @param scale digits after the point of a DECIMAL; 0 otherwise
/// @param fields STRUCT: its fields; LIST: one, `element`; MAP: two, `key` and `value`; empty otherwise
public record ColumnType(Kind kind, int precision, int scale, List<Field> fields) {

    /// How a value looks in memory and in an encoded block.
    public enum Physical {
        /// one byte, 0 or 1
        BOOLEAN,
        /// int64: integers, dates (days since 1970-01-01), times (µs of the day), timestamps (µs or ns since
        /// 1970-01-01T00:00), decimals of at most 18 digits (unscaled)
        LONG,
        /// IEEE 754 double; a FLOAT is widened exactly
        DOUBLE,
        /// 128-bit two's complement as (high, low) longs: decimals of 19 to 38 digits (unscaled)
        INT128,
        /// bytes: UTF-8 text, binary, fixed, uuid (16 bytes, big-endian)
        BYTES,
        /// list, struct, map: a Java object tree, see `NestedValues`
        NESTED
    }

    public enum Kind {
        BOOLEAN(Physical.BOOLEAN),
        INT(Physical.LONG),
        LONG(Physical.LONG),
        FLOAT(Physical.DOUBLE),
        DOUBLE(Physical.DOUBLE),
        DECIMAL(null),
        DATE(Physical.LONG),
        TIME(Physical.LONG),
        TIMESTAMP(Physical.LONG),
        TIMESTAMP_TZ(Physical.LONG),
        TIMESTAMP_NS(Physical.LONG),
        TIMESTAMP_TZ_NS(Physical.LONG),
        STRING(Physical.BYTES),
        BINARY(Physical.BYTES),
        FIXED(Physical.BYTES),
        UUID(Physical.BYTES),
        STRUCT(Physical.NESTED),
        LIST(Physical.NESTED),
        MAP(Physical.NESTED);

        private final Physical physical;

        Kind(Physical physical) {
            this.physical = physical;
        }
    }

    public static final ColumnType BOOLEAN = new ColumnType(Kind.BOOLEAN);
    public static final ColumnType INT = new ColumnType(Kind.INT);
    public static final ColumnType LONG = new ColumnType(Kind.LONG);
    public static final ColumnType FLOAT = new ColumnType(Kind.FLOAT);
    public static final ColumnType DOUBLE = new ColumnType(Kind.DOUBLE);
    public static final ColumnType DATE = new ColumnType(Kind.DATE);
    public static final ColumnType TIME = new ColumnType(Kind.TIME);
    public static final ColumnType TIMESTAMP = new ColumnType(Kind.TIMESTAMP);
    public static final ColumnType TIMESTAMP_TZ = new ColumnType(Kind.TIMESTAMP_TZ);
    public static final ColumnType TIMESTAMP_NS = new ColumnType(Kind.TIMESTAMP_NS);
    public static final ColumnType TIMESTAMP_TZ_NS = new ColumnType(Kind.TIMESTAMP_TZ_NS);
    public static final ColumnType STRING = new ColumnType(Kind.STRING);
    public static final ColumnType BINARY = new ColumnType(Kind.BINARY);
    public static final ColumnType UUID = new ColumnType(Kind.UUID);

    /// Decimals of at most this many digits are held as one long.
    public static final int LONG_DECIMAL_PRECISION_MAX = 18;
    public static final int DECIMAL_PRECISION_MAX = 38;

    public ColumnType {
        Objects.requireNonNull(kind, "kind");
        fields = List.copyOf(fields);
        if (kind == Kind.DECIMAL
                && (precision < 1 || precision > DECIMAL_PRECISION_MAX || scale < 0 || scale > precision)) {
            throw new IllegalArgumentException("Decimal of %d digits, %d after the point".formatted(precision, scale));
        }
    }

    private ColumnType(Kind kind) {
        this(kind, 0, 0, List.of());
    }

    public static ColumnType decimal(int precision, int scale) {
        return new ColumnType(Kind.DECIMAL, precision, scale, List.of());
    }

    public static ColumnType fixed(int lengthBytes) {
        return new ColumnType(Kind.FIXED, lengthBytes, 0, List.of());
    }

    public static ColumnType struct(List<Field> fields) {
        return new ColumnType(Kind.STRUCT, 0, 0, fields);
    }

    public static ColumnType list(Field element) {
        return new ColumnType(Kind.LIST, 0, 0, List.of(element));
    }

    public static ColumnType map(Field key, Field value) {
        return new ColumnType(Kind.MAP, 0, 0, List.of(key, value));
    }

    public Physical physical() {
        if (kind == Kind.DECIMAL) {
            return precision <= LONG_DECIMAL_PRECISION_MAX ? Physical.LONG : Physical.INT128;
        }
        return kind.physical;
    }

    public boolean isNested() {
        return physical() == Physical.NESTED;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case DECIMAL -> "DECIMAL(%d, %d)".formatted(precision, scale);
            case FIXED -> "FIXED(%d)".formatted(precision);
            case STRUCT, LIST, MAP -> kind + fields.toString();
            default -> kind.toString();
        };
    }
}
