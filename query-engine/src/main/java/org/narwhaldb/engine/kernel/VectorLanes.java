package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.narwhaldb.segment.encoding.Lanes;

/// Packed numbers on the Vector API. Neighbours stand in neighbouring lanes at the same bits, so that a vector of them comes
/// out of one register, or two that follow each other, by shifts and masks that are the same for all lanes.
///
/// Lanes of 8 bits are shifted as those of 16, for which there are instructions; what crosses from one byte into the
/// next is masked out.
final class VectorLanes {
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int VECTOR_BYTES = BYTES.vectorByteSize();
    private static final int BOTH_BYTES = 0x0101;
    private static final int TABLE_PART = 64;

    private VectorLanes() {}

    /// Numbers at position `bit` of the lanes of 8 bits, from byte `from` of the registers on.
    private static ByteVector bytes(MemorySegment data, long at, int width, int bit, int from) {
        int shift = bit & 7;
        long register = at + ((long) (bit >>> 3) << 7) + from;
        ShortVector low = ShortVector.fromMemorySegment(SHORTS, data, register, ORDER)
                .lanewise(VectorOperators.LSHR, shift);
        int mask = (1 << width) - 1;
        if (shift + width <= Byte.SIZE) {
            return low.and((short) (mask * BOTH_BYTES)).reinterpretAsBytes();
        }
        int here = (1 << Byte.SIZE - shift) - 1;
        ShortVector high = ShortVector.fromMemorySegment(SHORTS, data, register + Lanes.REGISTER_BYTES, ORDER)
                .lanewise(VectorOperators.LSHL, Byte.SIZE - shift);
        return low.and((short) (here * BOTH_BYTES)).or(high.and((short) ((mask & ~here) * BOTH_BYTES)))
                .reinterpretAsBytes();
    }

    private static ShortVector shorts(MemorySegment data, long at, int width, int bit, int from) {
        int shift = bit & 15;
        long register = at + ((long) (bit >>> 4) << 7) + from;
        ShortVector low = ShortVector.fromMemorySegment(SHORTS, data, register, ORDER)
                .lanewise(VectorOperators.LSHR, shift);
        if (shift + width > Short.SIZE) {
            low = low.or(ShortVector.fromMemorySegment(SHORTS, data, register + Lanes.REGISTER_BYTES, ORDER)
                    .lanewise(VectorOperators.LSHL, Short.SIZE - shift));
        }
        return low.and((short) ((1 << width) - 1));
    }

    private static IntVector ints(MemorySegment data, long at, int width, int bit, int from) {
        int shift = bit & 31;
        long register = at + ((long) (bit >>> 5) << 7) + from;
        IntVector low = IntVector.fromMemorySegment(INTS, data, register, ORDER)
                .lanewise(VectorOperators.LSHR, shift);
        if (shift + width > Integer.SIZE) {
            low = low.or(IntVector.fromMemorySegment(INTS, data, register + Lanes.REGISTER_BYTES, ORDER)
                    .lanewise(VectorOperators.LSHL, Integer.SIZE - shift));
        }
        return low.and((int) ((1L << width) - 1));
    }

    static void range8(MemorySegment data, long at, int width, byte low, byte span, long flip, long[] bitmap,
            int word) {
        for (int index = 0; index < 16; index++) {
            int bit = (index >> 1) * width;
            int first = (index & 1) << 6;
            long bits = 0;
            for (int lane = 0; lane < Long.SIZE; lane += BYTES.length()) {
                bits |= bytes(data, at, width, bit, first + lane).sub(low).compare(VectorOperators.ULE, span).toLong()
                        << lane;
            }
            bitmap[word + index] &= bits ^ flip;
        }
    }

    static void range16(MemorySegment data, long at, int width, short low, short span, long flip, long[] bitmap,
            int word) {
        for (int index = 0; index < 16; index++) {
            int bit = index * width;
            long bits = 0;
            for (int lane = 0; lane < Long.SIZE; lane += SHORTS.length()) {
                bits |= shorts(data, at, width, bit, lane << 1).sub(low).compare(VectorOperators.ULE, span).toLong()
                        << lane;
            }
            bitmap[word + index] &= bits ^ flip;
        }
    }

    static void range32(MemorySegment data, long at, int width, int low, int span, long flip, long[] bitmap,
            int word) {
        for (int index = 0; index < 16; index++) {
            int bit = index * 2 * width;
            long bits = 0;
            for (int lane = 0; lane < Integer.SIZE; lane += INTS.length()) {
                bits |= ints(data, at, width, bit, lane << 2).sub(low).compare(VectorOperators.ULE, span).toLong()
                        << lane;
                bits |= ints(data, at, width, bit + width, lane << 2).sub(low).compare(VectorOperators.ULE, span)
                        .toLong() << lane + Integer.SIZE;
            }
            bitmap[word + index] &= bits ^ flip;
        }
    }

    static void set8(MemorySegment data, long at, int width, byte[] table, long[] bitmap, int word) {
        ByteVector first = ByteVector.fromArray(BYTES, table, 0);
        ByteVector second = ByteVector.fromArray(BYTES, table, TABLE_PART);
        ByteVector third = ByteVector.fromArray(BYTES, table, 2 * TABLE_PART);
        ByteVector fourth = ByteVector.fromArray(BYTES, table, 3 * TABLE_PART);
        for (int index = 0; index < 16; index++) {
            ByteVector values = bytes(data, at, width, (index >> 1) * width, (index & 1) << 6);
            long low = values.selectFrom(first, second).compare(VectorOperators.LT, (byte) 0).toLong();
            long high = values.selectFrom(third, fourth).compare(VectorOperators.LT, (byte) 0).toLong();
            long upper = values.compare(VectorOperators.LT, (byte) 0).toLong();
            bitmap[word + index] &= low & ~upper | high & upper;
        }
    }

    /// Adds those that are one of four values, from `first` on, to what is found.
    static void any16(MemorySegment data, long at, int width, int[] values, int first, long[] found) {
        short a = (short) values[first];
        short b = (short) values[first + 1];
        short c = (short) values[first + 2];
        short d = (short) values[first + 3];
        for (int index = 0; index < 16; index++) {
            int bit = index * width;
            long bits = 0;
            for (int lane = 0; lane < Long.SIZE; lane += SHORTS.length()) {
                ShortVector numbers = shorts(data, at, width, bit, lane << 1);
                bits |= numbers.compare(VectorOperators.EQ, a).or(numbers.compare(VectorOperators.EQ, b))
                        .or(numbers.compare(VectorOperators.EQ, c)).or(numbers.compare(VectorOperators.EQ, d))
                        .toLong() << lane;
            }
            found[index] |= bits;
        }
    }

    static void any32(MemorySegment data, long at, int width, int[] values, int first, long[] found) {
        int a = values[first];
        int b = values[first + 1];
        int c = values[first + 2];
        int d = values[first + 3];
        for (int index = 0; index < 32; index++) {
            int bit = index * width;
            long bits = 0;
            for (int lane = 0; lane < Integer.SIZE; lane += INTS.length()) {
                IntVector numbers = ints(data, at, width, bit, lane << 2);
                VectorMask<Integer> any = numbers.compare(VectorOperators.EQ, a)
                        .or(numbers.compare(VectorOperators.EQ, b)).or(numbers.compare(VectorOperators.EQ, c))
                        .or(numbers.compare(VectorOperators.EQ, d));
                bits |= any.toLong() << lane;
            }
            found[index >> 1] |= bits << ((index & 1) << 5);
        }
    }

    static void unpack8(MemorySegment data, long at, int width, int[] target, int offset) {
        for (int position = 0; position < 8; position++) {
            for (int from = 0; from < Lanes.REGISTER_BYTES; from += VECTOR_BYTES) {
                ByteVector numbers = bytes(data, at, width, position * width, from);
                int place = offset + (position << 7) + from;
                for (int part = 0; part < Integer.BYTES; part++) {
                    ((IntVector) numbers.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, part))
                            .intoArray(target, place + part * INTS.length());
                }
            }
        }
    }

    static void unpack16(MemorySegment data, long at, int width, int[] target, int offset) {
        for (int position = 0; position < 16; position++) {
            for (int from = 0; from < Lanes.REGISTER_BYTES; from += VECTOR_BYTES) {
                ShortVector numbers = shorts(data, at, width, position * width, from);
                int place = offset + (position << 6) + (from >> 1);
                ((IntVector) numbers.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)).intoArray(target, place);
                ((IntVector) numbers.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 1))
                        .intoArray(target, place + INTS.length());
            }
        }
    }

    static void unpack32(MemorySegment data, long at, int width, int[] target, int offset) {
        for (int position = 0; position < 32; position++) {
            for (int from = 0; from < Lanes.REGISTER_BYTES; from += VECTOR_BYTES) {
                ints(data, at, width, position * width, from)
                        .intoArray(target, offset + (position << 5) + (from >> 2));
            }
        }
    }
}
