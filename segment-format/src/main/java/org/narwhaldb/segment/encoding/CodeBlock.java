package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// A block of dictionary codes.
public sealed interface CodeBlock extends ValueBlock permits ConstantCodes, PackedCodes, RunCodes {

    void read(int row, int count, int[] target, int offset);

    /// @param dictionarySize decides the width of packed codes, so that all blocks of a column have the same
    static BlockLayout encode(int[] codes, int count, int dictionarySize, BlockBytes out) {
        int runs = 1;
        for (int i = 1; i < count; i++) {
            runs += codes[i] == codes[i - 1] ? 0 : 1;
        }
        if (runs == 1) {
            return ConstantCodes.encode(codes[0]);
        }
        return (long) runs * LongBlock.RUN_ROWS_MIN < count ? RunCodes.encode(codes, count, out)
                : PackedCodes.encode(codes, count, dictionarySize, out);
    }

    /// @throws IllegalArgumentException if the layout makes no sense for the part
    static CodeBlock open(BlockLayout layout, int rows, MemorySegment data) {
        return switch (layout.encoding()) {
            case CONSTANT -> ConstantCodes.open(layout);
            case DICTIONARY -> PackedCodes.open(layout, rows, data);
            case RUNS -> RunCodes.open(layout, rows, data);
            case PLAIN, FRAME_OF_REFERENCE, BITMAP, DECIMAL, PAGES -> throw layout.unexpected("dictionary codes");
        };
    }
}
