package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// Unsigned numbers of 1, 2, 4 or 8 bytes over a base: the byte-aligned form of a narrow range of integers.
final class Residuals {
    private static final int BYTE_MASK = 0xFF;
    private static final int SHORT_MASK = 0xFFFF;
    private static final long INT_MASK = 0xFFFF_FFFFL;

    private Residuals() {}

    /// Bytes for residuals up to `range`, which counts as unsigned.
    static int width(long range) {
        if ((range & ~INT_MASK) != 0) {
            return Long.BYTES;
        }
        return range <= BYTE_MASK ? Byte.BYTES : range <= SHORT_MASK ? Short.BYTES : Integer.BYTES;
    }

    static void write(long[] values, int count, long base, int width, BlockBytes out) {
        int at = out.reserve(Math.multiplyExact(count, width));
        byte[] bytes = out.array();
        switch (width) {
            case Byte.BYTES -> {
                for (int i = 0; i < count; i++) {
                    bytes[at + i] = (byte) (values[i] - base);
                }
            }
            case Short.BYTES -> {
                for (int i = 0; i < count; i++) {
                    LittleEndian.SHORTS.set(bytes, at + i * Short.BYTES, (short) (values[i] - base));
                }
            }
            case Integer.BYTES -> {
                for (int i = 0; i < count; i++) {
                    LittleEndian.INTS.set(bytes, at + i * Integer.BYTES, (int) (values[i] - base));
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    LittleEndian.LONGS.set(bytes, at + i * Long.BYTES, values[i] - base);
                }
            }
        }
        out.endBuffer();
    }

    /// One of them.
    static long get(MemorySegment data, long at, int width) {
        return switch (width) {
            case Byte.BYTES -> data.get(LittleEndian.I8, at) & BYTE_MASK;
            case Short.BYTES -> data.get(LittleEndian.I16, at) & SHORT_MASK;
            case Integer.BYTES -> data.get(LittleEndian.I32, at) & INT_MASK;
            default -> data.get(LittleEndian.I64, at);
        };
    }

    static void read(MemorySegment data, BlockLayout layout, int row, int count, long[] target, int offset) {
        long base = layout.base();
        long at = layout.offset() + (long) row * layout.width();
        switch (layout.width()) {
            case Byte.BYTES -> readU8(data, at, base, count, target, offset);
            case Short.BYTES -> readU16(data, at, base, count, target, offset);
            case Integer.BYTES -> readU32(data, at, base, count, target, offset);
            default -> readI64(data, at, base, count, target, offset);
        }
    }

    // A method for each loop: in one method they are too much for the compiler, which then runs them 50 times slower.
    private static void readU8(MemorySegment data, long at, long base, int count, long[] target, int offset) {
        for (int i = 0; i < count; i++) {
            target[offset + i] = base + (data.get(LittleEndian.I8, at + i) & BYTE_MASK);
        }
    }

    private static void readU16(MemorySegment data, long at, long base, int count, long[] target, int offset) {
        for (int i = 0; i < count; i++) {
            target[offset + i] = base + (data.get(LittleEndian.I16, at + ((long) i << 1)) & SHORT_MASK);
        }
    }

    private static void readU32(MemorySegment data, long at, long base, int count, long[] target, int offset) {
        for (int i = 0; i < count; i++) {
            target[offset + i] = base + (data.get(LittleEndian.I32, at + ((long) i << 2)) & INT_MASK);
        }
    }

    private static void readI64(MemorySegment data, long at, long base, int count, long[] target, int offset) {
        for (int i = 0; i < count; i++) {
            target[offset + i] = base + data.get(LittleEndian.I64, at + ((long) i << 3));
        }
    }
}
