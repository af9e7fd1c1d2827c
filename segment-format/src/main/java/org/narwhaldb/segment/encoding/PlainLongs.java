package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// PLAIN of integers: i64 a row.
public record PlainLongs(MemorySegment data, long offset) implements LongBlock {

    static BlockLayout encode(long[] values, int count, BlockBytes out) {
        var layout = new BlockLayout(Encoding.PLAIN, Long.BYTES, 0, 0, out.offset());
        Residuals.write(values, count, 0, Long.BYTES, out);
        return layout;
    }

    static PlainLongs open(BlockLayout layout, int rows, MemorySegment data) {
        layout.requireWidth(Long.BYTES);
        layout.requireBytes(data, BlockLayout.padded((long) rows * Long.BYTES));
        return new PlainLongs(data, layout.offset());
    }

    @Override
    public void read(int row, int count, long[] target, int at) {
        MemorySegment.copy(data, LittleEndian.I64, offset + (long) row * Long.BYTES, target, at, count);
    }
}
