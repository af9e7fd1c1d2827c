package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.narwhaldb.segment.encoding.BitPackedCodes;
import org.narwhaldb.segment.encoding.DeltaLongs;
import org.narwhaldb.segment.encoding.Lanes;
import org.narwhaldb.segment.encoding.LittleEndian;
import org.narwhaldb.segment.encoding.PackedGroups;
import org.narwhaldb.segment.encoding.RunLongs;

/// Values of single rows out of a block's buffer, in place. `at` is where the block's first value stands. There are no
/// twins: a vector's gather is no faster than as many loads.
public final class Gathers {
    /// From so many rows of a group on, all of it is unpacked.
    private static final int UNPACK_MIN = 48;
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

    /// Packed integers: bases plus residuals times `scale`. A group of which many rows are wanted is unpacked whole.
    ///
    /// @param rows ascending
    /// @param scratch of a group
    public static void packed(PackedGroups groups, long scale, int[] rows, int count, int[] scratch, long[] target) {
        for (int from = 0; from < count;) {
            int group = rows[from] >>> Lanes.GROUP_SHIFT;
            int to = endOfGroup(rows, from, count, group);
            packed(groups, group, scale, rows, from, to, scratch, target);
            from = to;
        }
    }

    private static void packed(PackedGroups groups, int group, long scale, int[] rows, int from, int to, int[] scratch, long[] target) {
        long base = groups.base(group);
        int width = groups.width(group);
        int start = group << Lanes.GROUP_SHIFT;
        if (width == 0) {
            Arrays.fill(target, from, to, base);
        } else if (to - from >= UNPACK_MIN) {
            PackedFilters.unpackAll(groups.data(), groups.offset(group), width, scratch);
            for (int index = from; index < to; index++) {
                target[index] = base + (scratch[rows[index] - start] & INT_MASK) * scale;
            }
        } else {
            long at = groups.offset(group);
            for (int index = from; index < to; index++) {
                target[index] = base + Lanes.get(groups.data(), at, width, rows[index] - start) * scale;
            }
        }
    }

    /// Integers packed as differences: each group with a wanted row is decoded as far as needed.
    ///
    /// @param rows ascending
    public static void delta(DeltaLongs block, int[] rows, int count, long[] target) {
        int[] numbers = new int[Lanes.GROUP];
        long[] values = new long[Lanes.GROUP];
        for (int from = 0; from < count;) {
            int group = rows[from] >>> Lanes.GROUP_SHIFT;
            int to = endOfGroup(rows, from, count, group);
            int first = rows[from] & Lanes.GROUP - 1;
            Decode.delta(block, group, first, rows[to - 1] - rows[from] + 1, numbers, values, 0);
            int start = rows[from];
            for (; from < to; from++) {
                target[from] = values[rows[from] - start];
            }
        }
    }

    /// Packed codes; as [#packed].
    public static void packedCodes(BitPackedCodes block, int[] rows, int count, int[] scratch, int[] target) {
        for (int from = 0; from < count;) {
            int group = rows[from] >>> Lanes.GROUP_SHIFT;
            int to = endOfGroup(rows, from, count, group);
            int start = group << Lanes.GROUP_SHIFT;
            long at = block.offset(group);
            if (to - from >= UNPACK_MIN) {
                PackedFilters.unpackAll(block.data(), at, block.width(), scratch);
                for (; from < to; from++) {
                    target[from] = scratch[rows[from] - start];
                }
            }
            for (; from < to; from++) {
                target[from] = (int) Lanes.get(block.data(), at, block.width(), rows[from] - start);
            }
        }
    }

    private static int endOfGroup(int[] rows, int from, int count, int group) {
        int limit = group + 1 << Lanes.GROUP_SHIFT;
        int to = from + 1;
        while (to < count && rows[to] < limit) {
            to++;
        }
        return to;
    }

    /// The value of each row's run.
    ///
    /// @param rows ascending
    public static void runs(RunLongs block, int[] rows, int count, long[] target) {
        int run = block.ends().find(rows[0]);
        int end = block.ends().end(run);
        long value = block.value(run);
        for (int index = 0; index < count; index++) {
            if (rows[index] >= end) {
                run = block.ends().find(rows[index], run + 1);
                end = block.ends().end(run);
                value = block.value(run);
            }
            target[index] = value;
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
