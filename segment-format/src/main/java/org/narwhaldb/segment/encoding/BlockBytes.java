package org.narwhaldb.segment.encoding;

import java.util.Arrays;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The bytes of a part while it is written: encodings append buffers, the owner drains them to the file after each
/// block. Offsets count from the start of the part, over everything drained.
///
/// Every buffer starts at a multiple of [#ALIGNMENT] and is followed by at least as many zero bytes, so that a full
/// vector load at its last value stays inside the part.
public final class BlockBytes {
    public static final int ALIGNMENT = 64;
    private static final int INITIAL_BYTES = 1 << 16;
    private static final int BLOCK_BYTES_MAX = 1 << 30;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int size;
    private long drained;

    /// Where the next byte will stand in the part.
    public long offset() {
        return drained + size;
    }

    public void putByte(int value) {
        int at = reserve(Byte.BYTES);
        bytes[at] = (byte) value;
    }

    void putShort(int value) {
        int at = reserve(Short.BYTES);
        LittleEndian.SHORTS.set(bytes, at, (short) value);
    }

    public void putInt(int value) {
        int at = reserve(Integer.BYTES);
        LittleEndian.INTS.set(bytes, at, value);
    }

    public void putLong(long value) {
        int at = reserve(Long.BYTES);
        LittleEndian.LONGS.set(bytes, at, value);
    }

    public void putBytes(byte[] source, int offset, int length) {
        int at = reserve(length);
        System.arraycopy(source, offset, bytes, at, length);
    }

    /// Pads the buffer that ends here.
    public void endBuffer() {
        int misaligned = (int) (offset() & ALIGNMENT - 1);
        reserve(misaligned == 0 ? ALIGNMENT : 2 * ALIGNMENT - misaligned);
    }

    /// Hands over what was appended since the last call.
    public void drainTo(Sink sink) {
        sink.accept(bytes, 0, size);
        drained += size;
        Arrays.fill(bytes, 0, size, (byte) 0);
        size = 0;
    }

    /// Makes room for zero bytes that the caller fills in [#array], from the returned index on.
    int reserve(int count) {
        if (count > BLOCK_BYTES_MAX - size) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "A block of 65,536 values takes more than [%d] bytes in one column; shorten the values",
                    BLOCK_BYTES_MAX);
        }
        int start = size;
        size += count;
        if (size > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.clamp(2L * bytes.length, size, BLOCK_BYTES_MAX));
        }
        return start;
    }

    /// Changes with the next [#reserve].
    byte[] array() {
        return bytes;
    }

    @FunctionalInterface
    public interface Sink {
        void accept(byte[] bytes, int offset, int length);
    }
}
