package org.narwhaldb.engine.scan;

import java.lang.foreign.MemorySegment;
import org.narwhaldb.engine.kernel.Filters;
import org.narwhaldb.segment.encoding.BlockLayout;
import org.narwhaldb.segment.encoding.LittleEndian;

/// A range of integers asked of unsigned residuals over a base, without adding the base to any.
final class Residuals {
    private static final long BYTE_MAX = 0xFF;
    private static final long SHORT_MAX = 0xFFFF;
    private static final long INT_MAX = 0xFFFF_FFFFL;

    private Residuals() {}

    static long max(int width) {
        return switch (width) {
            case Byte.BYTES -> BYTE_MAX;
            case Short.BYTES -> SHORT_MAX;
            case Integer.BYTES -> INT_MAX;
            default -> -1;
        };
    }

    /// Keeps values in `[low, high]`, or those outside.
    static void keepValues(MemorySegment data, BlockLayout layout, long low, long high, boolean negate,
            BlockRows rows) {
        long base = layout.base();
        long max = max(layout.width());
        long first = low <= base ? 0 : low - base;
        if (high < base || high < low || Long.compareUnsigned(first, max) > 0) {
            keepAllIf(negate, rows);
        } else {
            long last = high - base;
            keep(data, layout, first, Long.compareUnsigned(last, max) > 0 ? max : last, negate, rows);
        }
    }

    /// Keeps all rows or none.
    static void keepAllIf(boolean condition, BlockRows rows) {
        if (!condition) {
            rows.clear();
        }
    }

    /// Keeps residuals in `[first, last]`, which are unsigned, or those outside.
    static void keep(MemorySegment data, BlockLayout layout, long first, long last, boolean negate, BlockRows rows) {
        if (first == 0 && last == max(layout.width())) {
            keepAllIf(!negate, rows);
            return;
        }
        long span = last - first;
        long at = layout.offset();
        int count = rows.rowCount();
        long[] bitmap = rows.bitmap();
        if (rows.isSparse()) {
            keepSparse(data, layout, first, span, negate, rows);
            return;
        }
        switch (layout.width()) {
            case Byte.BYTES -> Filters.rangeU8(data, at, count, (int) first, (int) span, negate, bitmap);
            case Short.BYTES -> Filters.rangeU16(data, at, count, (int) first, (int) span, negate, bitmap);
            case Integer.BYTES -> Filters.rangeU32(data, at, count, (int) first, (int) span, negate, bitmap);
            default -> Filters.rangeI64(data, at, count, first, span, negate, bitmap);
        }
    }

    private static void keepSparse(MemorySegment data, BlockLayout layout, long first, long span, boolean negate,
            BlockRows rows) {
        long[] bitmap = rows.bitmap();
        for (int word = 0; word < rows.words(); word++) {
            for (long bits = bitmap[word]; bits != 0; bits &= bits - 1) {
                int row = (word << 6) + Long.numberOfTrailingZeros(bits);
                long residual = residual(data, layout.offset(), layout.width(), row);
                if (Long.compareUnsigned(residual - first, span) <= 0 == negate) {
                    bitmap[word] &= ~(1L << row);
                }
            }
        }
    }

    static long residual(MemorySegment data, long at, int width, int row) {
        return switch (width) {
            case Byte.BYTES -> data.get(LittleEndian.I8, at + row) & BYTE_MAX;
            case Short.BYTES -> data.get(LittleEndian.I16, at + ((long) row << 1)) & SHORT_MAX;
            case Integer.BYTES -> data.get(LittleEndian.I32, at + ((long) row << 2)) & INT_MAX;
            default -> data.get(LittleEndian.I64, at + ((long) row << 3));
        };
    }
}
