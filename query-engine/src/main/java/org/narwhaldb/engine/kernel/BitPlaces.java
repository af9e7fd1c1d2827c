package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;
import org.narwhaldb.segment.encoding.LittleEndian;

/// Which rows of a window a mapped bitmap has, by their place in the window. Bits stand lowest first.
public final class BitPlaces {
    private BitPlaces() {}

    /// Of rows picked by words `[from, to)` of a bitmap; returns how many.
    public static int of(MemorySegment data, long offset, long[] picked, int from, int to, int[] target) {
        int found = 0;
        int done = 0;
        for (int word = from; word < to; word++) {
            long rows = picked[word];
            long both = rows & data.get(LittleEndian.I64, offset + ((long) word << 3));
            if (both != 0) {
                for (long bits = Long.compress(both, rows); bits != 0; bits &= bits - 1) {
                    target[found++] = done + Long.numberOfTrailingZeros(bits);
                }
            }
            done += Long.bitCount(rows);
        }
        return found;
    }

    /// Of picked rows; returns how many.
    public static int of(MemorySegment data, long offset, int[] rows, int count, int[] target) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            target[found] = i;
            found += (data.get(LittleEndian.I8, offset + (row >> 3)) >>> (row & 7)) & 1;
        }
        return found;
    }

    /// Of the rows `[first, first + count)`.
    public static int of(MemorySegment data, long offset, int first, int count, int[] target) {
        int found = 0;
        int done = 0;
        while (done < count) {
            int row = first + done;
            int shift = row % Long.SIZE;
            int rows = Math.min(Long.SIZE - shift, count - done);
            long word = data.get(LittleEndian.I64, offset + ((long) (row / Long.SIZE) << 3)) >>> shift;
            if (rows < Long.SIZE) {
                word &= (1L << rows) - 1;
            }
            while (word != 0) {
                target[found++] = done + Long.numberOfTrailingZeros(word);
                word &= word - 1;
            }
            done += rows;
        }
        return found;
    }
}
