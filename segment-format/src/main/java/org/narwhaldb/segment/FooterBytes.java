package org.narwhaldb.segment;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Little-endian numbers and length-prefixed UTF-8, the alphabet of the footer; reading believes no length beyond the
/// bytes that are there.
final class FooterBytes {
    private ByteBuffer buffer;

    private FooterBytes(ByteBuffer buffer) {
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    static FooterBytes empty() {
        return new FooterBytes(ByteBuffer.allocate(1 << 10));
    }

    static FooterBytes of(byte[] bytes) {
        return new FooterBytes(ByteBuffer.wrap(bytes));
    }

    byte[] toByteArray() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    void putByte(int value) {
        room(Byte.BYTES).put((byte) value);
    }

    void putInt(int value) {
        room(Integer.BYTES).putInt(value);
    }

    void putLong(long value) {
        room(Long.BYTES).putLong(value);
    }

    void putText(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        putInt(utf8.length);
        room(utf8.length).put(utf8);
    }

    /// @throws BufferUnderflowException as all reads, when the bytes end
    int takeByte() {
        return Byte.toUnsignedInt(buffer.get());
    }

    int takeInt() {
        return buffer.getInt();
    }

    long takeLong() {
        return buffer.getLong();
    }

    String takeText() {
        byte[] utf8 = new byte[takeCount(1)];
        buffer.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /// A number of things that take at least `bytesEach` bytes.
    int takeCount(int bytesEach) {
        int count = buffer.getInt();
        if (count < 0 || (long) count * bytesEach > buffer.remaining()) {
            throw new IllegalArgumentException("[%d] entries in %d bytes".formatted(count, buffer.remaining()));
        }
        return count;
    }

    void requireEnd() {
        if (buffer.hasRemaining()) {
            throw new IllegalArgumentException("%d bytes too many".formatted(buffer.remaining()));
        }
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int capacity = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
            buffer = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(buffer.flip());
        }
        return buffer;
    }
}
