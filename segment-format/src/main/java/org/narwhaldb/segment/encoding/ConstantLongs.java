package org.narwhaldb.segment.encoding;

import java.util.Arrays;

/// CONSTANT of integers: the value is the base.
public record ConstantLongs(long value) implements LongBlock {

    static BlockLayout encode(long value) {
        return BlockLayout.constant(value);
    }

    @Override
    public void read(int row, int count, long[] target, int offset) {
        Arrays.fill(target, offset, offset + count, value);
    }
}
