package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// FRAME_OF_REFERENCE of 128-bit integers that all fit in 64 bits: residuals of 1, 2, 4 or 8 bytes over the smallest
/// value, added modulo 2^64 and then sign-extended. Also CONSTANT, where the base is the value and no buffer exists.
public record FrameOfReferenceInt128(MemorySegment data, BlockLayout layout) implements Int128Block {

    static BlockLayout encode(long[] low, int count, BlockBytes out) {
        long min = low[0];
        long max = low[0];
        for (int i = 1; i < count; i++) {
            min = Math.min(min, low[i]);
            max = Math.max(max, low[i]);
        }
        if (min == max) {
            return BlockLayout.constant(min);
        }
        int width = Residuals.width(max - min);
        var layout = new BlockLayout(Encoding.FRAME_OF_REFERENCE, width, 0, min, out.offset());
        Residuals.write(low, count, min, width, out);
        return layout;
    }

    static FrameOfReferenceInt128 open(BlockLayout layout, int rows, MemorySegment data) {
        if (layout.encoding() != Encoding.CONSTANT) {
            layout.requireWidth(Byte.BYTES, Short.BYTES, Integer.BYTES, Long.BYTES);
            layout.requireBytes(data, BlockLayout.padded((long) rows * layout.width()));
        }
        return new FrameOfReferenceInt128(data, layout);
    }

    @Override
    public void read(int row, int count, long[] high, long[] low, int offset) {
        if (layout.encoding() == Encoding.CONSTANT) {
            Arrays.fill(low, offset, offset + count, layout.base());
        } else {
            Residuals.read(data, layout, row, count, low, offset);
        }
        for (int i = offset; i < offset + count; i++) {
            high[i] = low[i] >> Long.SIZE - 1;
        }
    }
}
