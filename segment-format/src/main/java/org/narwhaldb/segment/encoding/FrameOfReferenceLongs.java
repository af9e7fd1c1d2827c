package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// FRAME_OF_REFERENCE of integers: unsigned residuals of 1, 2 or 4 bytes over the smallest value.
public record FrameOfReferenceLongs(MemorySegment data, BlockLayout layout) implements LongBlock {

    static BlockLayout encode(long[] values, int count, long base, int width, BlockBytes out) {
        var layout = new BlockLayout(Encoding.FRAME_OF_REFERENCE, width, 0, base, out.offset());
        Residuals.write(values, count, base, width, out);
        return layout;
    }

    static FrameOfReferenceLongs open(BlockLayout layout, int rows, MemorySegment data) {
        layout.requireWidth(Byte.BYTES, Short.BYTES, Integer.BYTES);
        layout.requireBytes(data, BlockLayout.padded((long) rows * layout.width()));
        return new FrameOfReferenceLongs(data, layout);
    }

    @Override
    public void read(int row, int count, long[] target, int offset) {
        Residuals.read(data, layout, row, count, target, offset);
    }
}
