package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The loops of [Decode] on the Vector API. Each does whole steps of [#LONG_STEP] or [#INT_STEP] values and returns how
/// many it has done.
final class VectorDecode {
    /// Values a step; species of a fixed size, so that every machine converts whole vectors of them.
    static final int LONG_STEP = 8;
    static final int INT_STEP = 16;

    private static final VectorSpecies<Byte> EIGHT_BYTES = ByteVector.SPECIES_64;
    private static final VectorSpecies<Byte> SIXTEEN_BYTES = ByteVector.SPECIES_128;
    private static final VectorSpecies<Short> EIGHT_SHORTS = ShortVector.SPECIES_128;
    private static final VectorSpecies<Short> SIXTEEN_SHORTS = ShortVector.SPECIES_256;
    private static final VectorSpecies<Integer> EIGHT_INTS = IntVector.SPECIES_256;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private VectorDecode() {}

    static int intsU8(MemorySegment data, long offset, int count, int[] target) {
        int whole = count & -INT_STEP;
        for (int i = 0; i < whole; i += INT_STEP) {
            ByteVector stored = ByteVector.fromMemorySegment(SIXTEEN_BYTES, data, offset + i, ORDER);
            for (int part = 0; part < INT_STEP / INTS.length(); part++) {
                ((IntVector) stored.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, part))
                        .intoArray(target, i + part * INTS.length());
            }
        }
        return whole;
    }

    static int intsU16(MemorySegment data, long offset, int count, int[] target) {
        int whole = count & -INT_STEP;
        for (int i = 0; i < whole; i += INT_STEP) {
            ShortVector stored = ShortVector.fromMemorySegment(SIXTEEN_SHORTS, data, offset + ((long) i << 1), ORDER);
            for (int part = 0; part < INT_STEP / INTS.length(); part++) {
                ((IntVector) stored.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, part))
                        .intoArray(target, i + part * INTS.length());
            }
        }
        return whole;
    }

    static int longsU8(MemorySegment data, long offset, long base, int count, long[] target) {
        int whole = count & -LONG_STEP;
        for (int i = 0; i < whole; i += LONG_STEP) {
            ByteVector stored = ByteVector.fromMemorySegment(EIGHT_BYTES, data, offset + i, ORDER);
            for (int part = 0; part < LONG_STEP / LONGS.length(); part++) {
                ((LongVector) stored.convertShape(VectorOperators.ZERO_EXTEND_B2L, LONGS, part)).add(base)
                        .intoArray(target, i + part * LONGS.length());
            }
        }
        return whole;
    }

    static int longsU16(MemorySegment data, long offset, long base, int count, long[] target) {
        int whole = count & -LONG_STEP;
        for (int i = 0; i < whole; i += LONG_STEP) {
            ShortVector stored = ShortVector.fromMemorySegment(EIGHT_SHORTS, data, offset + ((long) i << 1), ORDER);
            for (int part = 0; part < LONG_STEP / LONGS.length(); part++) {
                ((LongVector) stored.convertShape(VectorOperators.ZERO_EXTEND_S2L, LONGS, part)).add(base)
                        .intoArray(target, i + part * LONGS.length());
            }
        }
        return whole;
    }

    static int longsU32(MemorySegment data, long offset, long base, int count, long[] target) {
        int whole = count & -LONG_STEP;
        for (int i = 0; i < whole; i += LONG_STEP) {
            IntVector stored = IntVector.fromMemorySegment(EIGHT_INTS, data, offset + ((long) i << 2), ORDER);
            for (int part = 0; part < LONG_STEP / LONGS.length(); part++) {
                ((LongVector) stored.convertShape(VectorOperators.ZERO_EXTEND_I2L, LONGS, part)).add(base)
                        .intoArray(target, i + part * LONGS.length());
            }
        }
        return whole;
    }

    static int widen(int[] numbers, int from, int count, long base, long scale, long[] target, int offset) {
        int whole = count & -LONG_STEP;
        for (int i = 0; i < whole; i += LONG_STEP) {
            IntVector stored = IntVector.fromArray(EIGHT_INTS, numbers, from + i);
            for (int part = 0; part < LONG_STEP / LONGS.length(); part++) {
                ((LongVector) stored.convertShape(VectorOperators.ZERO_EXTEND_I2L, LONGS, part)).mul(scale).add(base)
                        .intoArray(target, offset + i + part * LONGS.length());
            }
        }
        return whole;
    }
}
