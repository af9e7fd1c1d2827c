package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// PLAIN of 128-bit integers: a buffer of the high i64 of every row, then one of the low i64.
public record PlainInt128(MemorySegment data, long highOffset, long lowOffset) implements Int128Block {
    static final int WIDTH = 2 * Long.BYTES;

    static BlockLayout encode(long[] high, long[] low, int count, BlockBytes out) {
        var layout = new BlockLayout(Encoding.PLAIN, WIDTH, 0, 0, out.offset());
        Residuals.write(high, count, 0, Long.BYTES, out);
        Residuals.write(low, count, 0, Long.BYTES, out);
        return layout;
    }

    static PlainInt128 open(BlockLayout layout, int rows, MemorySegment data) {
        layout.requireWidth(WIDTH);
        long half = BlockLayout.padded((long) rows * Long.BYTES);
        layout.requireBytes(data, 2 * half);
        return new PlainInt128(data, layout.offset(), layout.offset() + half);
    }

    @Override
    public void read(int row, int count, long[] high, long[] low, int offset) {
        long at = (long) row * Long.BYTES;
        MemorySegment.copy(data, LittleEndian.I64, highOffset + at, high, offset, count);
        MemorySegment.copy(data, LittleEndian.I64, lowOffset + at, low, offset, count);
    }
}
