package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// A block of 128-bit two's complement integers as (high, low) longs.
public sealed interface Int128Block extends ValueBlock permits NarrowInt128, PlainInt128 {

    void read(int row, int count, long[] high, long[] low, int offset);

    /// Writes the values in the form that takes the least bytes.
    static BlockLayout encode(long[] high, long[] low, int count, BlockBytes out) {
        for (int i = 0; i < count; i++) {
            if (high[i] != low[i] >> Long.SIZE - 1) {
                return PlainInt128.encode(high, low, count, out);
            }
        }
        return LongBlock.encode(low, count, out);
    }

    /// @throws IllegalArgumentException if the layout makes no sense for the part
    static Int128Block open(BlockLayout layout, int rows, MemorySegment data) {
        boolean wide = layout.encoding() == Encoding.PLAIN && layout.width() == PlainInt128.WIDTH;
        return wide ? PlainInt128.open(layout, rows, data) : new NarrowInt128(LongBlock.open(layout, rows, data));
    }
}
