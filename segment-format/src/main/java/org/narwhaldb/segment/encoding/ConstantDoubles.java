package org.narwhaldb.segment.encoding;

import java.util.Arrays;

/// CONSTANT of doubles: the base holds the bits of the value.
public record ConstantDoubles(double value) implements DoubleBlock {

    static BlockLayout encode(double value) {
        return BlockLayout.constant(Double.doubleToRawLongBits(value));
    }

    static ConstantDoubles open(BlockLayout layout) {
        return new ConstantDoubles(Double.longBitsToDouble(layout.base()));
    }

    @Override
    public void read(int row, int count, double[] target, int offset) {
        Arrays.fill(target, offset, offset + count, value);
    }
}
