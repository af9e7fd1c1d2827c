package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// PACKED of integers: value = base of its group + residual * scale, modulo 2^64.
///
/// @param scale at least 1
public record BitPackedLongs(PackedGroups groups, int scale) implements LongBlock {

    static BlockLayout encode(long[] values, int count, IntegerShape shape, BlockBytes out) {
        var layout = new BlockLayout(Encoding.PACKED, shape.widest(), shape.scale(), 0, out.offset());
        PackedGroups.write(values, count, shape, out);
        return layout;
    }

    static BitPackedLongs open(BlockLayout layout, int rows, MemorySegment data) {
        if (layout.count() < 1) {
            throw new IllegalArgumentException("residuals times [%d]".formatted(layout.count()));
        }
        return new BitPackedLongs(PackedGroups.open(layout, rows, data), layout.count());
    }

    @Override
    public void read(int row, int count, long[] target, int offset) {
        groups.read(row, count, scale, target, offset);
    }
}
