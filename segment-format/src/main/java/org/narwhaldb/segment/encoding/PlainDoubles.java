package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// PLAIN of doubles: f64 a row.
public record PlainDoubles(MemorySegment data, long offset) implements DoubleBlock {

    static BlockLayout encode(double[] values, int count, BlockBytes out) {
        var layout = new BlockLayout(Encoding.PLAIN, Double.BYTES, 0, 0, out.offset());
        int at = out.reserve(count * Double.BYTES);
        byte[] bytes = out.array();
        for (int i = 0; i < count; i++) {
            LittleEndian.LONGS.set(bytes, at + i * Double.BYTES, Double.doubleToRawLongBits(values[i]));
        }
        out.endBuffer();
        return layout;
    }

    static PlainDoubles open(BlockLayout layout, int rows, MemorySegment data) {
        layout.requireWidth(Double.BYTES);
        layout.requireBytes(data, BlockLayout.padded((long) rows * Double.BYTES));
        return new PlainDoubles(data, layout.offset());
    }

    @Override
    public void read(int row, int count, double[] target, int at) {
        MemorySegment.copy(data, LittleEndian.F64, offset + (long) row * Double.BYTES, target, at, count);
    }
}
