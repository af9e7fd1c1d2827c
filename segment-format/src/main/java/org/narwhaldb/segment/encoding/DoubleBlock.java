package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// A block of IEEE 754 doubles; every encoding keeps every bit, that of -0.0 and of a NaN too.
public sealed interface DoubleBlock extends ValueBlock permits ConstantDoubles, DecimalDoubles, BitPackedDecimals, PlainDoubles {

    void read(int row, int count, double[] target, int offset);

    /// Writes the values in the form that takes the least bytes.
    static BlockLayout encode(double[] values, int count, BlockBytes out) {
        long first = Double.doubleToRawLongBits(values[0]);
        int same = 1;
        while (same < count && Double.doubleToRawLongBits(values[same]) == first) {
            same++;
        }
        if (same == count) {
            return ConstantDoubles.encode(values[0]);
        }
        BlockLayout decimal = DecimalDoubles.encode(values, count, out);
        return decimal != null ? decimal : PlainDoubles.encode(values, count, out);
    }

    /// @throws IllegalArgumentException if the layout makes no sense for the part
    static DoubleBlock open(BlockLayout layout, int rows, MemorySegment data) {
        return switch (layout.encoding()) {
            case CONSTANT -> ConstantDoubles.open(layout);
            case PLAIN -> PlainDoubles.open(layout, rows, data);
            case PACKED -> BitPackedDecimals.open(layout, rows, data);
            case DECIMAL -> DecimalDoubles.open(layout, rows, data);
            default -> throw layout.unexpected("doubles");
        };
    }
}
