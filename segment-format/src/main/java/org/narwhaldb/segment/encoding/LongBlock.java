package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// A block of 64-bit integers.
public sealed interface LongBlock extends ValueBlock
        permits ConstantLongs, PlainLongs, FrameOfReferenceLongs, RunLongs, BitPackedLongs {

    void read(int row, int count, long[] target, int offset);

    /// Writes the values in the form that takes the least bytes.
    static BlockLayout encode(long[] values, int count, BlockBytes out) {
        var shape = IntegerShape.of(values, count, true);
        if (shape.runs() == 1) {
            return ConstantLongs.encode(shape.min());
        }
        int width = Residuals.width(shape.max() - shape.min());
        long aligned = BlockLayout.padded((long) count * width);
        long packed = shape.packedBytes();
        boolean packs = Packing.pays(packed, aligned);
        if (Packing.runsPay(RunLongs.bytes(shape.runs(), width), shape.runs(), count, packs ? packed : aligned)) {
            return RunLongs.encode(values, count, shape, out);
        }
        if (packs) {
            return BitPackedLongs.encode(values, count, shape, out);
        }
        return width < Long.BYTES ? FrameOfReferenceLongs.encode(values, count, shape.min(), width, out)
                : PlainLongs.encode(values, count, out);
    }

    /// @throws IllegalArgumentException if the layout makes no sense for the part
    static LongBlock open(BlockLayout layout, int rows, MemorySegment data) {
        return switch (layout.encoding()) {
            case CONSTANT -> new ConstantLongs(layout.base());
            case PLAIN -> PlainLongs.open(layout, rows, data);
            case FRAME_OF_REFERENCE -> FrameOfReferenceLongs.open(layout, rows, data);
            case PACKED -> BitPackedLongs.open(layout, rows, data);
            case RUNS -> RunLongs.open(layout, rows, data);
            default -> throw layout.unexpected("integers");
        };
    }
}
