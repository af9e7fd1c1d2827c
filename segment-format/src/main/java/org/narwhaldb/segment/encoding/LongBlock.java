package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// A block of 64-bit integers.
public sealed interface LongBlock extends ValueBlock
        permits ConstantLongs, PlainLongs, FrameOfReferenceLongs, RunLongs {
    /// Runs pay when they are longer than this on average.
    int RUN_ROWS_MIN = 32;

    void read(int row, int count, long[] target, int offset);

    /// Writes the values in the form that takes the least bytes.
    static BlockLayout encode(long[] values, int count, BlockBytes out) {
        long min = values[0];
        long max = values[0];
        int runs = 1;
        for (int i = 1; i < count; i++) {
            min = Math.min(min, values[i]);
            max = Math.max(max, values[i]);
            runs += values[i] == values[i - 1] ? 0 : 1;
        }
        if (runs == 1) {
            return ConstantLongs.encode(min);
        }
        if ((long) runs * RUN_ROWS_MIN < count) {
            return RunLongs.encode(values, count, out);
        }
        int width = Residuals.width(max - min);
        return width < Long.BYTES ? FrameOfReferenceLongs.encode(values, count, min, width, out)
                : PlainLongs.encode(values, count, out);
    }

    /// @throws IllegalArgumentException if the layout makes no sense for the part
    static LongBlock open(BlockLayout layout, int rows, MemorySegment data) {
        return switch (layout.encoding()) {
            case CONSTANT -> new ConstantLongs(layout.base());
            case PLAIN -> PlainLongs.open(layout, rows, data);
            case FRAME_OF_REFERENCE -> FrameOfReferenceLongs.open(layout, rows, data);
            case RUNS -> RunLongs.open(layout, rows, data);
            case BITMAP, DICTIONARY, DECIMAL, PAGES -> throw layout.unexpected("integers");
        };
    }
}
