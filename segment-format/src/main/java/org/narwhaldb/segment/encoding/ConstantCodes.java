package org.narwhaldb.segment.encoding;

import java.util.Arrays;

/// CONSTANT of dictionary codes: the code is the base.
public record ConstantCodes(int code) implements CodeBlock {

    static BlockLayout encode(int code) {
        return BlockLayout.constant(code);
    }

    static ConstantCodes open(BlockLayout layout) {
        if (layout.base() < 0 || layout.base() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("dictionary code [%d]".formatted(layout.base()));
        }
        return new ConstantCodes((int) layout.base());
    }

    @Override
    public void read(int row, int count, int[] target, int offset) {
        Arrays.fill(target, offset, offset + count, code);
    }
}
