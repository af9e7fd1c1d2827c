package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;
import org.narwhaldb.segment.encoding.LittleEndian;

/// Consecutive values from mapped bytes into arrays: row `i` from `offset` on to `target[i]`.
public final class Decode {
    static final Kernel DECODE = new Kernel("decoding");

    private static final int BYTE_MASK = 0xFF;
    private static final int SHORT_MASK = 0xFFFF;
    private static final long INT_MASK = 0xFFFF_FFFFL;

    private Decode() {}

    /// Unsigned numbers of 1, 2 or 4 bytes.
    public static void ints(MemorySegment data, long offset, int width, int count, int[] target) {
        switch (width) {
            case Byte.BYTES -> intsU8(data, offset, count, target);
            case Short.BYTES -> intsU16(data, offset, count, target);
            default -> MemorySegment.copy(data, LittleEndian.I32, offset, target, 0, count);
        }
    }

    private static void intsU8(MemorySegment data, long offset, int count, int[] target) {
        int done = DECODE.isVector() ? VectorDecode.intsU8(data, offset, count, target) : 0;
        for (int i = done; i < count; i++) {
            target[i] = data.get(LittleEndian.I8, offset + i) & BYTE_MASK;
        }
    }

    private static void intsU16(MemorySegment data, long offset, int count, int[] target) {
        int done = DECODE.isVector() ? VectorDecode.intsU16(data, offset, count, target) : 0;
        for (int i = done; i < count; i++) {
            target[i] = data.get(LittleEndian.I16, offset + ((long) i << 1)) & SHORT_MASK;
        }
    }

    /// `base` plus unsigned numbers of 1, 2, 4 or 8 bytes.
    public static void longs(MemorySegment data, long offset, int width, long base, int count, long[] target) {
        switch (width) {
            case Byte.BYTES -> longsU8(data, offset, base, count, target);
            case Short.BYTES -> longsU16(data, offset, base, count, target);
            case Integer.BYTES -> longsU32(data, offset, base, count, target);
            default -> longsI64(data, offset, base, count, target);
        }
    }

    private static void longsU8(MemorySegment data, long offset, long base, int count, long[] target) {
        int done = DECODE.isVector() ? VectorDecode.longsU8(data, offset, base, count, target) : 0;
        for (int i = done; i < count; i++) {
            target[i] = base + (data.get(LittleEndian.I8, offset + i) & BYTE_MASK);
        }
    }

    private static void longsU16(MemorySegment data, long offset, long base, int count, long[] target) {
        int done = DECODE.isVector() ? VectorDecode.longsU16(data, offset, base, count, target) : 0;
        for (int i = done; i < count; i++) {
            target[i] = base + (data.get(LittleEndian.I16, offset + ((long) i << 1)) & SHORT_MASK);
        }
    }

    private static void longsU32(MemorySegment data, long offset, long base, int count, long[] target) {
        int done = DECODE.isVector() ? VectorDecode.longsU32(data, offset, base, count, target) : 0;
        for (int i = done; i < count; i++) {
            target[i] = base + (data.get(LittleEndian.I32, offset + ((long) i << 2)) & INT_MASK);
        }
    }

    private static void longsI64(MemorySegment data, long offset, long base, int count, long[] target) {
        MemorySegment.copy(data, LittleEndian.I64, offset, target, 0, count);
        if (base != 0) {
            for (int i = 0; i < count; i++) {
                target[i] += base;
            }
        }
    }

    /// `target[offset + i] = base + scale * numbers[from + i]`, the numbers unsigned.
    public static void widen(int[] numbers, int from, int count, long base, long scale, long[] target, int offset) {
        int done = DECODE.isVector() ? VectorDecode.widen(numbers, from, count, base, scale, target, offset) : 0;
        for (int i = done; i < count; i++) {
            target[offset + i] = base + (numbers[from + i] & INT_MASK) * scale;
        }
    }
}
