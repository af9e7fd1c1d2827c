package org.narwhaldb.store.version;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes the primitives of the chunk format.
final class ChunkOutput {
    static final int NULL = 0;
    static final int FALSE = 1;
    static final int TRUE = 2;
    static final int LONG = 3;
    static final int DOUBLE = 4;
    static final int BIG_INTEGER = 5;
    static final int BYTES = 6;
    static final int ARRAY = 7;
    static final int PAIRS = 8;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    byte[] toByteArray() {
        return bytes.toByteArray();
    }

    void number(long value) {
        long rest = value << 1 ^ value >> 63;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    void bytes(byte[] value) {
        number(value.length);
        bytes.write(value, 0, value.length);
    }

    void string(String value) {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    void strings(List<String> values) {
        number(values.size());
        values.forEach(this::string);
    }

    /// A value in the shape of `NestedValues`.
    void value(Object value) {
        switch (value) {
            case null -> bytes.write(NULL);
            case Boolean flag -> bytes.write(flag ? TRUE : FALSE);
            case Long number -> {
                bytes.write(LONG);
                number(number);
            }
            case Double number -> {
                bytes.write(DOUBLE);
                number(Double.doubleToRawLongBits(number));
            }
            case BigInteger number -> {
                bytes.write(BIG_INTEGER);
                bytes(number.toByteArray());
            }
            case byte[] content -> {
                bytes.write(BYTES);
                bytes(content);
            }
            case Object[][] pairs -> array(PAIRS, pairs);
            case Object[] elements -> array(ARRAY, elements);
            default -> throw new IllegalArgumentException("Not a value in the shape of NestedValues: "
                    + value.getClass());
        }
    }

    private void array(int tag, Object[] elements) {
        bytes.write(tag);
        number(elements.length);
        for (Object element : elements) {
            value(element);
        }
    }
}
