package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.narwhaldb.segment.encoding.Lanes;

/// Filters that unpack groups of 1,024 packed numbers (see [Lanes]) in registers, without a trip through memory. Each takes
/// the rows whose number fails out of 16 words of a bitmap. There are no twins: who finds [#isVector] false unpacks by
/// the blocks' own scalar loops and asks the numbers.
///
/// Bitmaps are of full blocks: a group's words are written though the block may end inside.
public final class PackedFilters {
    static final Kernel PACKED = new Kernel("packed numbers");

    /// Words of a group's rows in a bitmap.
    public static final int GROUP_WORDS = Lanes.GROUP / Long.SIZE;
    /// More values than this are faster looked up one by one.
    public static final int ANY_MAX = 32;

    private PackedFilters() {}

    public static boolean isVector() {
        return PACKED.isVector();
    }

    /// Numbers from `low` to `low + span`, or those outside.
    ///
    /// @param at where the group's registers stand
    /// @param width bits of a number, 1 to 32
    /// @param word of the bitmap that the group's rows begin with
    public static void range(MemorySegment data, long at, int width, int low, int span, boolean negate, long[] bitmap,
            int word) {
        long flip = negate ? -1 : 0;
        switch (Lanes.laneBits(width)) {
            case Byte.SIZE -> VectorLanes.range8(data, at, width, (byte) low, (byte) span, flip, bitmap, word);
            case Short.SIZE -> VectorLanes.range16(data, at, width, (short) low, (short) span, flip, bitmap, word);
            default -> VectorLanes.range32(data, at, width, low, span, flip, bitmap, word);
        }
    }

    /// Numbers that are one of the values.
    ///
    /// @param width 9 to 32
    /// @param values a multiple of [Filters#ANY] of them
    /// @param found scratch, of [#GROUP_WORDS]
    public static void any(MemorySegment data, long at, int width, int[] values, long[] found, long[] bitmap, int word) {
        Arrays.fill(found, 0);
        for (int first = 0; first < values.length; first += Filters.ANY) {
            if (Lanes.laneBits(width) == Short.SIZE) {
                VectorLanes.any16(data, at, width, values, first, found);
            } else {
                VectorLanes.any32(data, at, width, values, first, found);
            }
        }
        for (int index = 0; index < GROUP_WORDS; index++) {
            bitmap[word + index] &= found[index];
        }
    }

    /// Numbers with an entry of -1 in the table.
    ///
    /// @param width 1 to 8
    public static void set(MemorySegment data, long at, int width, byte[] table, long[] bitmap, int word) {
        VectorLanes.set8(data, at, width, table, bitmap, word);
    }

    /// Whether [#set] can be asked.
    public static boolean canLookUp() {
        return PACKED.isVector() && VectorFilters.canLookUp();
    }

    /// All numbers of a group, unsigned; by whichever twin serves.
    ///
    /// @param target of a group
    public static void unpackAll(MemorySegment data, long at, int width, int[] target) {
        if (PACKED.isVector()) {
            unpack(data, at, width, target, 0);
        } else {
            Lanes.unpack(data, at, width, target);
        }
    }

    /// All numbers of a group, unsigned.
    public static void unpack(MemorySegment data, long at, int width, int[] target, int offset) {
        switch (Lanes.laneBits(width)) {
            case Byte.SIZE -> VectorLanes.unpack8(data, at, width, target, offset);
            case Short.SIZE -> VectorLanes.unpack16(data, at, width, target, offset);
            default -> VectorLanes.unpack32(data, at, width, target, offset);
        }
    }
}
