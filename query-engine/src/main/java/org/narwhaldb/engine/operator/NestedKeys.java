package org.narwhaldb.engine.operator;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/// Nested values as byte strings that are equal exactly when the values of one type are: -0.0 as 0.0, NaN as NaN, NULL
/// as itself, maps by their entries in order.
final class NestedKeys {
    private static final int OBJECT_BYTES = 16;

    private NestedKeys() {}

    static byte[] bytes(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(value, out);
        return out.toByteArray();
    }

    private static void write(Object value, ByteArrayOutputStream out) {
        switch (value) {
            case null -> out.write(0);
            case Boolean flag -> out.write(flag ? 2 : 1);
            case Long number -> number(number, out);
            case Double number -> number(number == 0 ? 0 : Double.doubleToLongBits(number), out);
            case BigInteger number -> text(number.toByteArray(), out);
            case byte[] bytes -> text(bytes, out);
            case Object[] parts -> {
                number(parts.length, out);
                for (Object part : parts) {
                    write(part, out);
                }
            }
            default -> throw new IllegalArgumentException("No nested value: " + value.getClass());
        }
    }

    private static void text(byte[] bytes, ByteArrayOutputStream out) {
        number(bytes.length, out);
        out.writeBytes(bytes);
    }

    private static void number(long number, ByteArrayOutputStream out) {
        out.write(3);
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            out.write((int) (number >>> shift));
        }
    }

    /// About what the value takes on the heap.
    static long heapBytes(Object value) {
        return switch (value) {
            case null -> 0;
            case byte[] bytes -> OBJECT_BYTES + bytes.length;
            case Object[] parts -> {
                long sum = OBJECT_BYTES + 4L * parts.length;
                for (Object part : parts) {
                    sum += heapBytes(part);
                }
                yield sum;
            }
            default -> OBJECT_BYTES;
        };
    }
}
