package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.narwhaldb.segment.encoding.BitPackedLongs;
import org.narwhaldb.segment.encoding.DeltaLongs;
import org.narwhaldb.segment.encoding.Lanes;
import org.narwhaldb.segment.encoding.LittleEndian;
import org.narwhaldb.segment.encoding.LongBlock;
import org.narwhaldb.segment.encoding.PackedGroups;

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

    /// Rows `[row, row + count)` of a block of integers.
    public static void rows(LongBlock block, int row, int count, long[] target) {
        if (!(block instanceof BitPackedLongs) && !(block instanceof DeltaLongs)) {
            block.read(row, count, target, 0);
            return;
        }
        int[] numbers = new int[Lanes.GROUP];
        for (int done = 0; done < count;) {
            int group = row + done >>> Lanes.GROUP_SHIFT;
            int from = row + done & Lanes.GROUP - 1;
            int length = Math.min(count - done, Lanes.GROUP - from);
            if (block instanceof DeltaLongs delta) {
                delta(delta, group, from, length, numbers, target, done);
            } else {
                packed((BitPackedLongs) block, group, from, length, numbers, target, done);
            }
            done += length;
        }
    }

    private static void packed(BitPackedLongs block, int group, int from, int count, int[] numbers, long[] target, int offset) {
        PackedGroups groups = block.groups();
        int width = groups.width(group);
        if (width == 0) {
            Arrays.fill(target, offset, offset + count, groups.base(group));
        } else {
            PackedFilters.unpackAll(groups.data(), groups.offset(group), width, numbers);
            widen(numbers, from, count, groups.base(group), block.scale(), target, offset);
        }
    }

    /// Rows `[from, from + count)` of a group of differences.
    ///
    /// @param numbers scratch of a group
    public static void delta(DeltaLongs block, int group, int from, int count, int[] numbers, long[] target, int offset) {
        int width = block.groups().width(group);
        if (width > 0) {
            PackedFilters.unpackAll(block.groups().data(), block.groups().offset(group), width, numbers);
        }
        block.decode(group, from, count, numbers, target, offset);
    }

    /// `target[offset + i] = base + scale * numbers[from + i]`, the numbers unsigned.
    public static void widen(int[] numbers, int from, int count, long base, long scale, long[] target, int offset) {
        int done = DECODE.isVector() ? VectorDecode.widen(numbers, from, count, base, scale, target, offset) : 0;
        for (int i = done; i < count; i++) {
            target[offset + i] = base + (numbers[from + i] & INT_MASK) * scale;
        }
    }
}
