package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// DECIMAL: doubles that are decimal numbers of few digits, as unsigned residuals of 1, 2 or 4 bytes over a base:
/// value = (base + residual) / 10^exponent, divided as IEEE 754 doubles.
///
/// A block is written so only if that gives every value back bit by bit; the quotient of two exact integers is rounded
/// correctly, hence it is the double nearest to the decimal, hence what a decimal text was parsed to. The idea is that
/// of ALP (Afroozeh, Kuffo, Boncz: "ALP: Adaptive Lossless floating-Point Compression", SIGMOD 2023), without
/// exceptions.
public record DecimalDoubles(MemorySegment data, BlockLayout layout, double divisor) implements DoubleBlock {
    private static final double[] POWERS_OF_TEN = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10};
    /// Integers up to here are exact as doubles.
    private static final double INTEGER_MAX = 1L << 53;

    /// Null, with nothing written, if the block can't be written so.
    static BlockLayout encode(double[] values, int count, BlockBytes out) {
        int exponent = exponent(values, count);
        if (exponent < 0) {
            return null;
        }
        long[] integers = new long[count];
        for (int i = 0; i < count; i++) {
            if (!isExact(values[i], exponent)) {
                return null;
            }
            integers[i] = (long) Math.rint(values[i] * POWERS_OF_TEN[exponent]);
        }
        var shape = IntegerShape.of(integers, count, false);
        int width = Residuals.width(shape.max() - shape.min());
        long packed = shape.packedBytes();
        if (Packing.pays(packed, BlockLayout.padded((long) count * width))) {
            return BitPackedDecimals.encode(integers, count, exponent, shape, out);
        }
        if (width > Integer.BYTES) {
            return null;
        }
        long min = shape.min();
        var layout = new BlockLayout(Encoding.DECIMAL, width, exponent, min, out.offset());
        Residuals.write(integers, count, min, width, out);
        return layout;
    }

    static DecimalDoubles open(BlockLayout layout, int rows, MemorySegment data) {
        layout.requireWidth(Byte.BYTES, Short.BYTES, Integer.BYTES);
        layout.requireBytes(data, BlockLayout.padded((long) rows * layout.width()));
        return new DecimalDoubles(data, layout, divisor(layout));
    }

    static double divisor(BlockLayout layout) {
        if (layout.count() >= POWERS_OF_TEN.length) {
            throw new IllegalArgumentException("decimals over ten to the [%d]".formatted(layout.count()));
        }
        return POWERS_OF_TEN[layout.count()];
    }

    @Override
    public void read(int row, int count, double[] target, int offset) {
        long base = layout.base();
        long at = layout.offset() + (long) row * layout.width();
        switch (layout.width()) {
            case Byte.BYTES -> readU8(at, base, count, target, offset);
            case Short.BYTES -> readU16(at, base, count, target, offset);
            default -> readU32(at, base, count, target, offset);
        }
    }

    private void readU8(long at, long base, int count, double[] target, int offset) {
        for (int i = 0; i < count; i++) {
            target[offset + i] = (base + Byte.toUnsignedInt(data.get(LittleEndian.I8, at + i))) / divisor;
        }
    }

    private void readU16(long at, long base, int count, double[] target, int offset) {
        for (int i = 0; i < count; i++) {
            int residual = Short.toUnsignedInt(data.get(LittleEndian.I16, at + ((long) i << 1)));
            target[offset + i] = (base + residual) / divisor;
        }
    }

    private void readU32(long at, long base, int count, double[] target, int offset) {
        for (int i = 0; i < count; i++) {
            long residual = Integer.toUnsignedLong(data.get(LittleEndian.I32, at + ((long) i << 2)));
            target[offset + i] = (base + residual) / divisor;
        }
    }

    /// The least one that all values are exact with, as a value that is exact with one stays so with a larger one
    /// while its integer does; -1 if there is none.
    private static int exponent(double[] values, int count) {
        int exponent = 0;
        for (int i = 0; i < count; i++) {
            while (!isExact(values[i], exponent)) {
                if (++exponent == POWERS_OF_TEN.length) {
                    return -1;
                }
            }
        }
        return exponent;
    }

    private static boolean isExact(double value, int exponent) {
        double integer = Math.rint(value * POWERS_OF_TEN[exponent]);
        // Through long, so that -0.0 comes back as 0.0 and is refused: as a residual it has no sign.
        return Math.abs(integer) <= INTEGER_MAX
                && Double.doubleToRawLongBits((long) integer / POWERS_OF_TEN[exponent])
                        == Double.doubleToRawLongBits(value);
    }
}
