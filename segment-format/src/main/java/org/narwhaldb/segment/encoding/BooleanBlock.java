package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// A block of booleans.
public sealed interface BooleanBlock extends ValueBlock permits ConstantBooleans, BitmapBooleans {

    void read(int row, int count, boolean[] target, int offset);

    static BlockLayout encode(boolean[] values, int count, BlockBytes out) {
        for (int i = 1; i < count; i++) {
            if (values[i] != values[0]) {
                return BitmapBooleans.encode(values, count, out);
            }
        }
        return ConstantBooleans.encode(values[0]);
    }

    /// @throws IllegalArgumentException if the layout makes no sense for the part
    static BooleanBlock open(BlockLayout layout, int rows, MemorySegment data) {
        return switch (layout.encoding()) {
            case CONSTANT -> ConstantBooleans.open(layout);
            case BITMAP -> BitmapBooleans.open(layout, rows, data);
            default -> throw layout.unexpected("booleans");
        };
    }
}
