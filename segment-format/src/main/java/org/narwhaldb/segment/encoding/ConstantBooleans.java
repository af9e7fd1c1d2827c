package org.narwhaldb.segment.encoding;

import java.util.Arrays;

/// CONSTANT of booleans: the base is 0 or 1.
public record ConstantBooleans(boolean value) implements BooleanBlock {

    static BlockLayout encode(boolean value) {
        return BlockLayout.constant(value ? 1 : 0);
    }

    static ConstantBooleans open(BlockLayout layout) {
        if ((layout.base() & ~1) != 0) {
            throw new IllegalArgumentException("boolean [%d]".formatted(layout.base()));
        }
        return new ConstantBooleans(layout.base() == 1);
    }

    @Override
    public void read(int row, int count, boolean[] target, int offset) {
        Arrays.fill(target, offset, offset + count, value);
    }
}
