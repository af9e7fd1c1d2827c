package org.narwhaldb.segment;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/// The canonical bytes of one value in the shape of `NestedValues`: the same value of the same type always has the
/// same bytes, and different values have different ones (all NaNs count as one value; -0.0 and 0.0 as two). The bytes
/// don't name the type; who decodes must know it.
///
/// ```
/// value   := 00 (null) | 01 payload
/// BOOLEAN  00 | 01
/// LONG     varint(zigzag(v)), zigzag(v) = (v << 1) ^ (v >> 63)
/// DOUBLE   8 bytes, IEEE 754 bits, little endian; NaN is 7ff8000000000000
/// INT128   varint(n), n bytes: shortest two's complement, big endian, n <= 16
/// BYTES    varint(n), n bytes
/// STRUCT   value of each field in the type's order
/// LIST     varint(n), n values
/// MAP      varint(n), n times (key value, value value), in the source's order
/// varint   LEB128: 7 bits a byte, least significant first, high bit = more follow; shortest form only
/// ```
///
/// Nesting is bounded by the type, and no length is believed beyond the bytes that are there.
public final class NestedCodec {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int INT128_BYTES = 16;

    private NestedCodec() {}

    /// @throws IllegalArgumentException if the value hasn't the shape of the type
    public static byte[] encode(Object value, ColumnType type) {
        var out = new ByteArrayOutputStream();
        try {
            write(out, value, type);
        } catch (ClassCastException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("Value does not have the shape of type %s".formatted(type), e);
        }
        return out.toByteArray();
    }

    /// @throws IllegalArgumentException if the bytes are not exactly one canonical value of the type; the caller knows
    ///     where they came from and says so in an error of its own
    public static Object decode(byte[] bytes, ColumnType type) {
        return decode(bytes, 0, bytes.length, type);
    }

    /// As [#decode(byte[], ColumnType)], of a part of an array.
    public static Object decode(byte[] bytes, int offset, int length, ColumnType type) {
        var in = new Input(bytes, offset, offset + length);
        Object value = read(in, type);
        if (in.position != in.end) {
            throw new IllegalArgumentException("%d bytes too many after a value of type %s"
                    .formatted(in.end - in.position, type));
        }
        return value;
    }

    private static void write(ByteArrayOutputStream out, Object value, ColumnType type) {
        if (value == null) {
            out.write(0);
            return;
        }
        out.write(1);
        switch (type.physical()) {
            case BOOLEAN -> out.write((Boolean) value ? 1 : 0);
            case LONG -> {
                long v = (Long) value;
                writeVarint(out, (v << 1) ^ (v >> 63));
            }
            case DOUBLE -> {
                byte[] bits = new byte[Long.BYTES];
                LONG.set(bits, 0, Double.doubleToLongBits((Double) value));
                out.writeBytes(bits);
            }
            case INT128 -> {
                byte[] bytes = ((BigInteger) value).toByteArray();
                if (bytes.length > INT128_BYTES) {
                    throw new IllegalArgumentException("Decimal of more than 128 bits [%s]".formatted(value));
                }
                writeBytes(out, bytes);
            }
            case BYTES -> writeBytes(out, (byte[]) value);
            case NESTED -> writeNested(out, (Object[]) value, type);
        }
    }

    private static void writeNested(ByteArrayOutputStream out, Object[] value, ColumnType type) {
        List<Field> fields = type.fields();
        switch (type.kind()) {
            case STRUCT -> {
                if (value.length != fields.size()) {
                    throw new IllegalArgumentException("%d values for the %d fields of type %s"
                            .formatted(value.length, fields.size(), type));
                }
                for (int i = 0; i < value.length; i++) {
                    write(out, value[i], fields.get(i).type());
                }
            }
            case LIST -> {
                writeVarint(out, value.length);
                for (Object element : value) {
                    write(out, element, fields.getFirst().type());
                }
            }
            case MAP -> {
                writeVarint(out, value.length);
                for (Object entry : value) {
                    if (!(entry instanceof Object[] pair) || pair.length != 2) {
                        throw new IllegalArgumentException("Map entry is no {key, value} of type %s".formatted(type));
                    }
                    write(out, pair[0], fields.get(0).type());
                    write(out, pair[1], fields.get(1).type());
                }
            }
            default -> throw new IllegalArgumentException("Not a nested type: %s".formatted(type));
        }
    }

    private static void writeBytes(ByteArrayOutputStream out, byte[] bytes) {
        writeVarint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void writeVarint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static Object read(Input in, ColumnType type) {
        if (!in.flag("null marker")) {
            return null;
        }
        return switch (type.physical()) {
            case BOOLEAN -> in.flag("boolean");
            case LONG -> {
                long zigzag = in.varint();
                yield (zigzag >>> 1) ^ -(zigzag & 1);
            }
            case DOUBLE -> readDouble(in);
            case INT128 -> readInt128(in);
            case BYTES -> in.bytes(in.count());
            case NESTED -> readNested(in, type);
        };
    }

    private static Double readDouble(Input in) {
        long bits = (long) LONG.get(in.bytes(Long.BYTES), 0);
        double value = Double.longBitsToDouble(bits);
        if (bits != Double.doubleToLongBits(value)) {
            throw new IllegalArgumentException("NaN that is not canonical");
        }
        return value;
    }

    private static BigInteger readInt128(Input in) {
        byte[] bytes = in.bytes(in.count());
        if (bytes.length == 0 || bytes.length > INT128_BYTES) {
            throw new IllegalArgumentException("128-bit number of %d bytes".formatted(bytes.length));
        }
        BigInteger value = new BigInteger(bytes);
        if (bytes.length > 1 && value.bitLength() < (bytes.length - 1) * Byte.SIZE) {
            throw new IllegalArgumentException("128-bit number that is not in its shortest form");
        }
        return value;
    }

    private static Object readNested(Input in, ColumnType type) {
        List<Field> fields = type.fields();
        return switch (type.kind()) {
            case STRUCT -> {
                Object[] values = new Object[fields.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = read(in, fields.get(i).type());
                }
                yield values;
            }
            case LIST -> {
                Object[] values = new Object[in.count()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = read(in, fields.getFirst().type());
                }
                yield values;
            }
            case MAP -> {
                Object[][] entries = new Object[in.count()][];
                for (int i = 0; i < entries.length; i++) {
                    Object key = read(in, fields.get(0).type());
                    entries[i] = new Object[] {key, read(in, fields.get(1).type())};
                }
                yield entries;
            }
            default -> throw new IllegalArgumentException("Not a nested type: %s".formatted(type));
        };
    }

    private static final class Input {
        private static final int VARINT_SHIFT_MAX = 63;
        private final byte[] bytes;
        private final int end;
        private int position;

        Input(byte[] bytes, int position, int end) {
            this.bytes = bytes;
            this.position = position;
            this.end = end;
        }

        boolean flag(String what) {
            int value = next();
            if (value > 1) {
                throw new IllegalArgumentException("Byte [%d] as a %s".formatted(value, what));
            }
            return value == 1;
        }

        byte[] bytes(int count) {
            if (count > end - position) {
                throw new IllegalArgumentException("Value ends after %d of %d bytes".formatted(end - position, count));
            }
            position += count;
            return Arrays.copyOfRange(bytes, position - count, position);
        }

        /// A number of bytes or of values that take at least one byte each.
        int count() {
            long count = varint();
            if (count < 0 || count > end - position) {
                throw new IllegalArgumentException("Length [%d] with %d bytes left".formatted(count, end - position));
            }
            return (int) count;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; shift <= VARINT_SHIFT_MAX; shift += 7) {
                int next = next();
                value |= (long) (next & 0x7F) << shift;
                if (next < 0x80) {
                    if (shift > 0 && next == 0 || shift == VARINT_SHIFT_MAX && next > 1) {
                        throw new IllegalArgumentException("Variable-length number that is not in its shortest form");
                    }
                    return value;
                }
            }
            throw new IllegalArgumentException("Variable-length number of more than 64 bits");
        }

        private int next() {
            if (position >= end) {
                throw new IllegalArgumentException("Value ends too early");
            }
            return bytes[position++] & 0xFF;
        }
    }
}
