package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// PACKED of doubles that are decimal numbers of few digits: value = (base of its group + residual) / divisor, divided
/// as IEEE 754 doubles; see [DecimalDoubles].
public record BitPackedDecimals(PackedGroups groups, double divisor) implements DoubleBlock {

    static BlockLayout encode(long[] integers, int count, int exponent, IntegerShape shape, BlockBytes out) {
        var layout = new BlockLayout(Encoding.PACKED, shape.widest(), exponent, 0, out.offset());
        PackedGroups.write(integers, count, shape, out);
        return layout;
    }

    static BitPackedDecimals open(BlockLayout layout, int rows, MemorySegment data) {
        return new BitPackedDecimals(PackedGroups.open(layout, rows, data), DecimalDoubles.divisor(layout));
    }

    @Override
    public void read(int row, int count, double[] target, int offset) {
        long[] integers = new long[Math.min(count, Lanes.GROUP)];
        for (int done = 0; done < count; done += integers.length) {
            int length = Math.min(integers.length, count - done);
            groups.read(row + done, length, 1, integers, 0);
            for (int i = 0; i < length; i++) {
                target[offset + done + i] = integers[i] / divisor;
            }
        }
    }
}
