package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// A block of 128-bit two's complement integers as (high, low) longs.
public sealed interface Int128Block extends ValueBlock permits FrameOfReferenceInt128, PlainInt128 {

    void read(int row, int count, long[] high, long[] low, int offset);

    /// Writes the values in the form that takes the least bytes.
    static BlockLayout encode(long[] high, long[] low, int count, BlockBytes out) {
        for (int i = 0; i < count; i++) {
            if (high[i] != low[i] >> Long.SIZE - 1) {
                return PlainInt128.encode(high, low, count, out);
            }
        }
        return FrameOfReferenceInt128.encode(low, count, out);
    }

    /// @throws IllegalArgumentException if the layout makes no sense for the part
    static Int128Block open(BlockLayout layout, int rows, MemorySegment data) {
        return switch (layout.encoding()) {
            case PLAIN -> PlainInt128.open(layout, rows, data);
            case CONSTANT, FRAME_OF_REFERENCE -> FrameOfReferenceInt128.open(layout, rows, data);
            case RUNS, BITMAP, DICTIONARY, DECIMAL, PAGES -> throw layout.unexpected("128-bit integers");
        };
    }
}
