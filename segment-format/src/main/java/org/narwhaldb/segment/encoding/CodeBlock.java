package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// A block of dictionary codes.
public sealed interface CodeBlock extends ValueBlock permits ConstantCodes, PackedCodes, BitPackedCodes, RunCodes {

    void read(int row, int count, int[] target, int offset);

    /// @param dictionarySize decides the bytes of a code, so that all blocks of a column have the same
    static BlockLayout encode(int[] codes, int count, int dictionarySize, BlockBytes out) {
        int max = codes[0];
        int runs = 1;
        for (int i = 1; i < count; i++) {
            max = Math.max(max, codes[i]);
            runs += codes[i] == codes[i - 1] ? 0 : 1;
        }
        if (runs == 1) {
            return ConstantCodes.encode(max);
        }
        int width = Lanes.width(max);
        long aligned = BlockLayout.padded((long) count * Residuals.width(dictionarySize - 1));
        long packed = BitPackedCodes.bytes(count, width);
        boolean packs = Packing.pays(packed, aligned);
        int runWidth = Residuals.width(max);
        if (Packing.runsPay(RunCodes.bytes(runs, runWidth), runs, count, packs ? packed : aligned)) {
            return RunCodes.encode(codes, count, runWidth, out);
        }
        return packs ? BitPackedCodes.encode(codes, count, width, out)
                : PackedCodes.encode(codes, count, dictionarySize, out);
    }

    /// @throws IllegalArgumentException if the layout makes no sense for the part
    static CodeBlock open(BlockLayout layout, int rows, MemorySegment data) {
        return switch (layout.encoding()) {
            case CONSTANT -> ConstantCodes.open(layout);
            case DICTIONARY -> PackedCodes.open(layout, rows, data);
            case PACKED -> BitPackedCodes.open(layout, rows, data);
            case RUNS -> RunCodes.open(layout, rows, data);
            default -> throw layout.unexpected("dictionary codes");
        };
    }
}
