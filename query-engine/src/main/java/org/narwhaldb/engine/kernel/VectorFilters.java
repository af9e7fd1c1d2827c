package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Filters on the Vector API: a vector of values becomes a mask, the masks of 64 rows a word of the bitmap. Each asks the
/// first `words * 64` rows of a buffer.
///
/// A range is one subtraction and one unsigned comparison. What keeps the JIT compiler at one instruction an operation: a
/// method for each type, species in `static final` fields, offsets passed in, an int loop variable, no vector that leaves
/// the method.
final class VectorFilters {
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int TABLE_PART = 64;

    private VectorFilters() {}

    /// Whether a byte's 256 possible answers fit in four vectors.
    static boolean canLookUp() {
        return BYTES.length() == TABLE_PART;
    }

    static void equalU8(MemorySegment data, long at, int words, byte value, long flip, long[] bitmap) {
        for (int word = 0; word < words; word++) {
            long from = at + ((long) word << 6);
            long bits = 0;
            for (int lane = 0; lane < Long.SIZE; lane += BYTES.length()) {
                bits |= ByteVector.fromMemorySegment(BYTES, data, from + lane, ORDER)
                        .compare(VectorOperators.EQ, value).toLong() << lane;
            }
            bitmap[word] &= bits ^ flip;
        }
    }

    static void rangeU8(MemorySegment data, long at, int words, byte low, byte span, long flip, long[] bitmap) {
        for (int word = 0; word < words; word++) {
            long from = at + ((long) word << 6);
            long bits = 0;
            for (int lane = 0; lane < Long.SIZE; lane += BYTES.length()) {
                bits |= ByteVector.fromMemorySegment(BYTES, data, from + lane, ORDER).sub(low)
                        .compare(VectorOperators.ULE, span).toLong() << lane;
            }
            bitmap[word] &= bits ^ flip;
        }
    }

    static void rangeU16(MemorySegment data, long at, int words, short low, short span, long flip, long[] bitmap) {
        for (int word = 0; word < words; word++) {
            long from = at + ((long) word << 7);
            long bits = 0;
            for (int lane = 0; lane < Long.SIZE; lane += SHORTS.length()) {
                bits |= ShortVector.fromMemorySegment(SHORTS, data, from + ((long) lane << 1), ORDER).sub(low)
                        .compare(VectorOperators.ULE, span).toLong() << lane;
            }
            bitmap[word] &= bits ^ flip;
        }
    }

    static void rangeU32(MemorySegment data, long at, int words, int low, int span, long flip, long[] bitmap) {
        for (int word = 0; word < words; word++) {
            long from = at + ((long) word << 8);
            long bits = 0;
            for (int lane = 0; lane < Long.SIZE; lane += INTS.length()) {
                bits |= IntVector.fromMemorySegment(INTS, data, from + ((long) lane << 2), ORDER).sub(low)
                        .compare(VectorOperators.ULE, span).toLong() << lane;
            }
            bitmap[word] &= bits ^ flip;
        }
    }

    static void rangeI64(MemorySegment data, long at, int words, long low, long span, long flip, long[] bitmap) {
        for (int word = 0; word < words; word++) {
            long from = at + ((long) word << 9);
            long bits = 0;
            for (int lane = 0; lane < Long.SIZE; lane += LONGS.length()) {
                bits |= LongVector.fromMemorySegment(LONGS, data, from + ((long) lane << 3), ORDER).sub(low)
                        .compare(VectorOperators.ULE, span).toLong() << lane;
            }
            bitmap[word] &= bits ^ flip;
        }
    }

    static void rangeF64(MemorySegment data, long at, int words, long low, long span, long flip, long[] bitmap) {
        for (int word = 0; word < words; word++) {
            long from = at + ((long) word << 9);
            long bits = 0;
            for (int lane = 0; lane < Long.SIZE; lane += LONGS.length()) {
                LongVector stored = LongVector.fromMemorySegment(LONGS, data, from + ((long) lane << 3), ORDER);
                LongVector magnitude = stored.lanewise(VectorOperators.ASHR, 63).lanewise(VectorOperators.LSHR, 1);
                bits |= stored.lanewise(VectorOperators.XOR, magnitude).sub(low)
                        .compare(VectorOperators.ULE, span).toLong() << lane;
            }
            bitmap[word] &= bits ^ flip;
        }
    }

    /// Looks each byte up in a table of 256 answers, -1 or 0, held in four vectors.
    static void setU8(MemorySegment data, long at, int words, byte[] table, long[] bitmap) {
        ByteVector first = ByteVector.fromArray(BYTES, table, 0);
        ByteVector second = ByteVector.fromArray(BYTES, table, TABLE_PART);
        ByteVector third = ByteVector.fromArray(BYTES, table, 2 * TABLE_PART);
        ByteVector fourth = ByteVector.fromArray(BYTES, table, 3 * TABLE_PART);
        for (int word = 0; word < words; word++) {
            ByteVector values = ByteVector.fromMemorySegment(BYTES, data, at + ((long) word << 6), ORDER);
            long low = values.selectFrom(first, second).compare(VectorOperators.LT, (byte) 0).toLong();
            long high = values.selectFrom(third, fourth).compare(VectorOperators.LT, (byte) 0).toLong();
            long upper = values.compare(VectorOperators.LT, (byte) 0).toLong();
            bitmap[word] &= low & ~upper | high & upper;
        }
    }

    static void anyU16(MemorySegment data, long at, int words, int[] values, long[] bitmap) {
        short a = (short) values[0];
        short b = (short) values[1];
        short c = (short) values[2];
        short d = (short) values[3];
        for (int word = 0; word < words; word++) {
            long from = at + ((long) word << 7);
            long bits = 0;
            for (int lane = 0; lane < Long.SIZE; lane += SHORTS.length()) {
                ShortVector stored = ShortVector.fromMemorySegment(SHORTS, data, from + ((long) lane << 1), ORDER);
                bits |= stored.compare(VectorOperators.EQ, a).or(stored.compare(VectorOperators.EQ, b))
                        .or(stored.compare(VectorOperators.EQ, c)).or(stored.compare(VectorOperators.EQ, d))
                        .toLong() << lane;
            }
            bitmap[word] &= bits;
        }
    }

    static void anyU32(MemorySegment data, long at, int words, int[] values, long[] bitmap) {
        int a = values[0];
        int b = values[1];
        int c = values[2];
        int d = values[3];
        for (int word = 0; word < words; word++) {
            long from = at + ((long) word << 8);
            long bits = 0;
            for (int lane = 0; lane < Long.SIZE; lane += INTS.length()) {
                IntVector stored = IntVector.fromMemorySegment(INTS, data, from + ((long) lane << 2), ORDER);
                bits |= stored.compare(VectorOperators.EQ, a).or(stored.compare(VectorOperators.EQ, b))
                        .or(stored.compare(VectorOperators.EQ, c)).or(stored.compare(VectorOperators.EQ, d))
                        .toLong() << lane;
            }
            bitmap[word] &= bits;
        }
    }

    /// @param target has room for a whole vector behind the last row
    static int rowIds(long[] bitmap, int from, int to, int[] target) {
        int count = 0;
        IntVector lanes = IntVector.zero(INTS).addIndex(1);
        for (int word = from; word < to; word++) {
            long bits = bitmap[word];
            if (bits == 0) {
                // most words of rows that come in runs
                continue;
            }
            for (int lane = 0; lane < Long.SIZE; lane += INTS.length()) {
                long part = bits >>> lane & (1L << INTS.length()) - 1;
                lanes.add((word << 6) + lane).compress(VectorMask.fromLong(INTS, part))
                        .intoArray(target, count);
                count += Long.bitCount(part);
            }
        }
        return count;
    }
}
