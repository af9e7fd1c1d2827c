package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;
import org.narwhaldb.segment.encoding.LittleEndian;

/// Values of single rows out of a block's buffer, in place. `at` is where the block's first value stands. There are no
/// twins: a vector's gather is no faster than as many loads.
public final class Gathers {
    private static final int BYTE_MASK = 0xFF;
    private static final int SHORT_MASK = 0xFFFF;
    private static final long INT_MASK = 0xFFFF_FFFFL;

    private Gathers() {}

    /// Unsigned residuals of `width` bytes over a base.
    public static void residuals(MemorySegment data, long at, int width, long base, int[] rows, int count,
            long[] target) {
        switch (width) {
            case Byte.BYTES -> u8(data, at, base, rows, count, target);
            case Short.BYTES -> u16(data, at, base, rows, count, target);
            case Integer.BYTES -> u32(data, at, base, rows, count, target);
            default -> i64(data, at, base, rows, count, target);
        }
    }

    /// Unsigned codes of `width` bytes.
    public static void codes(MemorySegment data, long at, int width, int[] rows, int count, int[] target) {
        switch (width) {
            case Byte.BYTES -> codesU8(data, at, rows, count, target);
            case Short.BYTES -> codesU16(data, at, rows, count, target);
            default -> codesU32(data, at, rows, count, target);
        }
    }

    public static void doubles(MemorySegment data, long at, int[] rows, int count, double[] target) {
        for (int index = 0; index < count; index++) {
            target[index] = data.get(LittleEndian.F64, at + ((long) rows[index] << 3));
        }
    }

    /// Integers over a power of ten.
    public static void decimals(long[] integers, double divisor, int count, double[] target) {
        for (int index = 0; index < count; index++) {
            target[index] = integers[index] / divisor;
        }
    }

    /// Bits of a bitmap, lowest first; returns whether any is set.
    public static boolean bits(MemorySegment data, long at, int[] rows, int count, boolean[] target) {
        boolean any = false;
        for (int index = 0; index < count; index++) {
            int row = rows[index];
            boolean bit = (data.get(LittleEndian.I8, at + (row >> 3)) >>> (row & 7) & 1) != 0;
            target[index] = bit;
            any |= bit;
        }
        return any;
    }

    private static void u8(MemorySegment data, long at, long base, int[] rows, int count, long[] target) {
        for (int index = 0; index < count; index++) {
            target[index] = base + (data.get(LittleEndian.I8, at + rows[index]) & BYTE_MASK);
        }
    }

    private static void u16(MemorySegment data, long at, long base, int[] rows, int count, long[] target) {
        for (int index = 0; index < count; index++) {
            target[index] = base + (data.get(LittleEndian.I16, at + ((long) rows[index] << 1)) & SHORT_MASK);
        }
    }

    private static void u32(MemorySegment data, long at, long base, int[] rows, int count, long[] target) {
        for (int index = 0; index < count; index++) {
            target[index] = base + (data.get(LittleEndian.I32, at + ((long) rows[index] << 2)) & INT_MASK);
        }
    }

    private static void i64(MemorySegment data, long at, long base, int[] rows, int count, long[] target) {
        for (int index = 0; index < count; index++) {
            target[index] = base + data.get(LittleEndian.I64, at + ((long) rows[index] << 3));
        }
    }

    private static void codesU8(MemorySegment data, long at, int[] rows, int count, int[] target) {
        for (int index = 0; index < count; index++) {
            target[index] = data.get(LittleEndian.I8, at + rows[index]) & BYTE_MASK;
        }
    }

    private static void codesU16(MemorySegment data, long at, int[] rows, int count, int[] target) {
        for (int index = 0; index < count; index++) {
            target[index] = data.get(LittleEndian.I16, at + ((long) rows[index] << 1)) & SHORT_MASK;
        }
    }

    private static void codesU32(MemorySegment data, long at, int[] rows, int count, int[] target) {
        for (int index = 0; index < count; index++) {
            target[index] = data.get(LittleEndian.I32, at + ((long) rows[index] << 2));
        }
    }
}
