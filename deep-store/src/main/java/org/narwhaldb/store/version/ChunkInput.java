package org.narwhaldb.store.version;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Reads the primitives of the chunk format. Damage shows as an unchecked exception, which the caller names.
final class ChunkInput {
    private final byte[] bytes;
    private int position;

    ChunkInput(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean atEnd() {
        return position == bytes.length;
    }

    long number() {
        long rest = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int each = bytes[position++];
            rest |= (long) (each & 0x7f) << shift;
            if (each >= 0) {
                return rest >>> 1 ^ -(rest & 1);
            }
        }
        throw new IllegalArgumentException("a number of more than 64 bits at " + position);
    }

    int count() {
        int count = Math.toIntExact(number());
        if (count < 0) {
            throw new IllegalArgumentException("a negative count at " + position);
        }
        return count;
    }

    byte[] bytes() {
        int length = length();
        byte[] value = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return value;
    }

    String string() {
        int length = length();
        String value = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return value;
    }

    private int length() {
        int length = count();
        if (length > bytes.length - position) {
            throw new IllegalArgumentException("a length of " + length + " beyond the end at " + position);
        }
        return length;
    }

    List<String> strings() {
        return EntryCodec.list(count(), this::string);
    }

    Object value() {
        int tag = bytes[position++];
        return switch (tag) {
            case ChunkOutput.NULL -> null;
            case ChunkOutput.FALSE -> Boolean.FALSE;
            case ChunkOutput.TRUE -> Boolean.TRUE;
            case ChunkOutput.LONG -> number();
            case ChunkOutput.DOUBLE -> Double.longBitsToDouble(number());
            case ChunkOutput.BIG_INTEGER -> new BigInteger(bytes());
            case ChunkOutput.BYTES -> bytes();
            case ChunkOutput.ARRAY -> array(new Object[count()]);
            case ChunkOutput.PAIRS -> array(new Object[count()][]);
            default -> throw new IllegalArgumentException("an unknown tag " + tag + " at " + position);
        };
    }

    private Object[] array(Object[] elements) {
        for (int index = 0; index < elements.length; index++) {
            elements[index] = value();
        }
        return elements;
    }
}
