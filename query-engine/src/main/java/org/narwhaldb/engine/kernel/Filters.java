package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;

/// Filters on the encoded values of a block: each takes the rows whose value fails out of a bitmap. The buffers are those of
/// `org.narwhaldb.segment.encoding`, `at` is where the block's first value stands.
///
/// A range is given in the domain of what is stored, as the lowest value and the unsigned distance of the highest from it;
/// `negate` takes out the values inside it.
public final class Filters {
    static final Kernel RANGE_U8 = new Kernel("range of u8");
    static final Kernel RANGE_U16 = new Kernel("range of u16");
    static final Kernel RANGE_U32 = new Kernel("range of u32");
    static final Kernel RANGE_I64 = new Kernel("range of i64");
    static final Kernel RANGE_F64 = new Kernel("range of f64");
    static final Kernel SET_U8 = new Kernel("set of u8");
    static final Kernel ANY_U16 = new Kernel("any of four u16");
    static final Kernel ANY_U32 = new Kernel("any of four u32");

    /// Values that the `any` filters take; one that is given fewer repeats one.
    public static final int ANY = 4;
    /// Words of the bit set that [#setU16] takes.
    public static final int SET_U16_WORDS = 1 << 10;

    private Filters() {}

    /// Whether they run on vectors by now; until they are warm their scalar twins serve.
    public static boolean isVector() {
        return RANGE_U8.isVector();
    }

    public static void rangeU8(MemorySegment data, long at, int rows, int low, int span, boolean negate,
            long[] bitmap) {
        long flip = negate ? -1 : 0;
        int words = 0;
        if (RANGE_U8.isVector()) {
            words = rows >> 6;
            if (span == 0) {
                VectorFilters.equalU8(data, at, words, (byte) low, flip, bitmap);
            } else {
                VectorFilters.rangeU8(data, at, words, (byte) low, (byte) span, flip, bitmap);
            }
        }
        ScalarFilters.rangeU8(data, at, words << 6, rows, low, span, flip, bitmap);
    }

    public static void rangeU16(MemorySegment data, long at, int rows, int low, int span, boolean negate,
            long[] bitmap) {
        long flip = negate ? -1 : 0;
        int words = 0;
        if (RANGE_U16.isVector()) {
            words = rows >> 6;
            VectorFilters.rangeU16(data, at, words, (short) low, (short) span, flip, bitmap);
        }
        ScalarFilters.rangeU16(data, at, words << 6, rows, low, span, flip, bitmap);
    }

    public static void rangeU32(MemorySegment data, long at, int rows, int low, int span, boolean negate,
            long[] bitmap) {
        long flip = negate ? -1 : 0;
        int words = 0;
        if (RANGE_U32.isVector()) {
            words = rows >> 6;
            VectorFilters.rangeU32(data, at, words, low, span, flip, bitmap);
        }
        ScalarFilters.rangeU32(data, at, words << 6, rows, low, span, flip, bitmap);
    }

    public static void rangeI64(MemorySegment data, long at, int rows, long low, long span, boolean negate,
            long[] bitmap) {
        long flip = negate ? -1 : 0;
        int words = 0;
        if (RANGE_I64.isVector()) {
            words = rows >> 6;
            VectorFilters.rangeI64(data, at, words, low, span, flip, bitmap);
        }
        ScalarFilters.rangeI64(data, at, words << 6, rows, low, span, flip, bitmap);
    }

    /// @param low,span of keys as [DoubleKeys] makes them
    public static void rangeF64(MemorySegment data, long at, int rows, long low, long span, boolean negate,
            long[] bitmap) {
        long flip = negate ? -1 : 0;
        int words = 0;
        if (RANGE_F64.isVector()) {
            words = rows >> 6;
            VectorFilters.rangeF64(data, at, words, low, span, flip, bitmap);
        }
        ScalarFilters.rangeF64(data, at, words << 6, rows, low, span, flip, bitmap);
    }

    /// @param table of 256: -1 for a value in the set, 0 for one that is not
    public static void setU8(MemorySegment data, long at, int rows, byte[] table, long[] bitmap) {
        int words = 0;
        if (SET_U8.isVector() && VectorFilters.canLookUp()) {
            words = rows >> 6;
            VectorFilters.setU8(data, at, words, table, bitmap);
        }
        ScalarFilters.setU8(data, at, words << 6, rows, table, bitmap);
    }

    /// @param values [#ANY] of them
    public static void anyU16(MemorySegment data, long at, int rows, int[] values, long[] bitmap) {
        int words = 0;
        if (ANY_U16.isVector()) {
            words = rows >> 6;
            VectorFilters.anyU16(data, at, words, values, bitmap);
        }
        ScalarFilters.anyU16(data, at, words << 6, rows, values, bitmap);
    }

    /// @param values [#ANY] of them
    public static void anyU32(MemorySegment data, long at, int rows, int[] values, long[] bitmap) {
        int words = 0;
        if (ANY_U32.isVector()) {
            words = rows >> 6;
            VectorFilters.anyU32(data, at, words, values, bitmap);
        }
        ScalarFilters.anyU32(data, at, words << 6, rows, values, bitmap);
    }

    /// @param set one bit a value, [#SET_U16_WORDS]
    public static void setU16(MemorySegment data, long at, int rows, long[] set, long[] bitmap) {
        ScalarFilters.setU16(data, at, rows, set, bitmap);
    }

    /// @param set one bit a value; what stands behind its end passes or not
    public static void setU32(MemorySegment data, long at, int rows, long[] set, long[] bitmap) {
        ScalarFilters.setU32(data, at, rows, set, bitmap);
    }

    /// Of values already decoded.
    ///
    /// @param word of the bitmap at which the `count` values begin
    public static void rangeLongs(long[] values, int count, long low, long span, boolean negate, int word,
            long[] bitmap) {
        ScalarFilters.rangeLongs(values, count, low, span, negate ? -1 : 0, word, bitmap);
    }

    /// Of values already decoded; the range is one of keys.
    public static void rangeDoubles(double[] values, int count, long low, long span, boolean negate, int word,
            long[] bitmap) {
        ScalarFilters.rangeDoubles(values, count, low, span, negate ? -1 : 0, word, bitmap);
    }

    /// As [#setU32], of codes in an array, whose length is a multiple of 64.
    ///
    /// @param word of the bitmap at which the `count` codes begin
    public static void setCodes(int[] codes, int count, long[] set, int word, long[] bitmap) {
        for (int from = 0; from < count; from += Long.SIZE) {
            bitmap[word + (from >> 6)] &= ScalarFilters.members(codes, from, set);
        }
    }
}
