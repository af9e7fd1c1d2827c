package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Vertical bit-packing: groups of [#GROUP] unsigned numbers of `width` bits each, 1 to 32, in `width` registers of
/// [#REGISTER_BYTES] bytes.
///
/// A register is an array of lanes: 128 of 8 bits where the width is up to 8, 64 of 16 bits up to 16, 32 of 32 bits
/// above, little endian. With L lanes of B bits, number i stands in lane i % L, in the bits from (i / L) * width on of
/// that lane over all registers: its lowest bit is bit (i / L) * width % B of register (i / L) * width / B, and what
/// doesn't fit there goes on in bit 0 of the next register. Neighbours so stand in neighbouring lanes at the same bits:
/// whole vectors of numbers in their natural order come out of a few shifts and masks, the same for all lanes.
///
/// This is the interleaved layout of FastLanes (Afroozeh, Boncz: "The FastLanes Compression Layout: Decoding > 100
/// Billion Integers per Second with Scalar Code", VLDB 2023, section 2) without its reordering of numbers.
public final class Lanes {
    /// Numbers of a group.
    public static final int GROUP = 1_024;
    public static final int GROUP_SHIFT = 10;
    public static final int REGISTER_BYTES = GROUP / Byte.SIZE;
    public static final int WIDTH_MAX = Integer.SIZE;

    private static final int GROUP_MASK = GROUP - 1;
    private static final int BYTE_MASK = 0xFF;
    private static final int SHORT_MASK = 0xFFFF;

    private Lanes() {}

    /// Bits of a lane, which decide how many lanes a register has: `GROUP / laneBits(width)`.
    public static int laneBits(int width) {
        return width <= Byte.SIZE ? Byte.SIZE : width <= Short.SIZE ? Short.SIZE : Integer.SIZE;
    }

    /// Bits of numbers up to `max`, which counts as unsigned.
    public static int width(long max) {
        return Long.SIZE - Long.numberOfLeadingZeros(max);
    }

    /// Bytes of a group.
    public static int bytes(int width) {
        return width * REGISTER_BYTES;
    }

    static int groups(int rows) {
        return rows + GROUP_MASK >>> GROUP_SHIFT;
    }

    /// Appends a group.
    ///
    /// @param numbers of the group; each fits `width` bits
    /// @param registers scratch of at least `GROUP` ints
    static void pack(int[] numbers, int width, int[] registers, BlockBytes out) {
        int laneBits = laneBits(width);
        int lanes = GROUP / laneBits;
        int used = width * lanes;
        Arrays.fill(registers, 0, used, 0);
        for (int position = 0; position < laneBits; position++) {
            int bit = position * width;
            int register = bit / laneBits * lanes;
            int shift = bit % laneBits;
            int first = position * lanes;
            for (int lane = 0; lane < lanes; lane++) {
                registers[register + lane] |= numbers[first + lane] << shift;
            }
            if (shift + width > laneBits) {
                int rest = laneBits - shift;
                for (int lane = 0; lane < lanes; lane++) {
                    registers[register + lanes + lane] |= numbers[first + lane] >>> rest;
                }
            }
        }
        int at = out.reserve(bytes(width));
        write(registers, used, laneBits, out.array(), at);
    }

    private static void write(int[] registers, int count, int laneBits, byte[] bytes, int at) {
        switch (laneBits) {
            case Byte.SIZE -> {
                for (int i = 0; i < count; i++) {
                    bytes[at + i] = (byte) registers[i];
                }
            }
            case Short.SIZE -> {
                for (int i = 0; i < count; i++) {
                    LittleEndian.SHORTS.set(bytes, at + i * Short.BYTES, (short) registers[i]);
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    LittleEndian.INTS.set(bytes, at + i * Integer.BYTES, registers[i]);
                }
            }
        }
    }

    /// One number of the group at `offset`, unsigned.
    static long get(MemorySegment data, long offset, int width, int index) {
        return switch (laneBits(width)) {
            case Byte.SIZE -> get8(data, offset, width, index);
            case Short.SIZE -> get16(data, offset, width, index);
            default -> get32(data, offset, width, index);
        };
    }

    /// All numbers of the group at `offset`, as unsigned ints.
    ///
    /// @param target of `GROUP` ints
    static void unpack(MemorySegment data, long offset, int width, int[] target) {
        switch (laneBits(width)) {
            case Byte.SIZE -> unpack8(data, offset, width, target);
            case Short.SIZE -> unpack16(data, offset, width, target);
            default -> unpack32(data, offset, width, target);
        }
    }

    private static long get8(MemorySegment data, long offset, int width, int index) {
        int bit = (index >>> 7) * width;
        long at = offset + (bit >>> 3 << 7) + (index & 127);
        int shift = bit & 7;
        int value = (data.get(LittleEndian.I8, at) & BYTE_MASK) >>> shift;
        if (shift + width > Byte.SIZE) {
            value |= data.get(LittleEndian.I8, at + REGISTER_BYTES) << Byte.SIZE - shift;
        }
        return value & mask(width);
    }

    private static long get16(MemorySegment data, long offset, int width, int index) {
        int bit = (index >>> 6) * width;
        long at = offset + (bit >>> 4 << 7) + ((index & 63) << 1);
        int shift = bit & 15;
        int value = (data.get(LittleEndian.I16, at) & SHORT_MASK) >>> shift;
        if (shift + width > Short.SIZE) {
            value |= data.get(LittleEndian.I16, at + REGISTER_BYTES) << Short.SIZE - shift;
        }
        return value & mask(width);
    }

    private static long get32(MemorySegment data, long offset, int width, int index) {
        int bit = (index >>> 5) * width;
        long at = offset + (bit >>> 5 << 7) + ((index & 31) << 2);
        int shift = bit & 31;
        int value = data.get(LittleEndian.I32, at) >>> shift;
        if (shift + width > Integer.SIZE) {
            value |= data.get(LittleEndian.I32, at + REGISTER_BYTES) << Integer.SIZE - shift;
        }
        return Integer.toUnsignedLong(value & mask(width));
    }

    // A method for each lane width: in one method they are too much for the compiler.
    private static void unpack8(MemorySegment data, long offset, int width, int[] target) {
        int lanes = GROUP / Byte.SIZE;
        int mask = mask(width);
        for (int position = 0; position < Byte.SIZE; position++) {
            int bit = position * width;
            int shift = bit & 7;
            long at = offset + (long) (bit >>> 3) * REGISTER_BYTES;
            int first = position * lanes;
            if (shift + width <= Byte.SIZE) {
                for (int lane = 0; lane < lanes; lane++) {
                    target[first + lane] = data.get(LittleEndian.I8, at + lane) >>> shift & mask;
                }
            } else {
                int rest = Byte.SIZE - shift;
                for (int lane = 0; lane < lanes; lane++) {
                    target[first + lane] = ((data.get(LittleEndian.I8, at + lane) & BYTE_MASK) >>> shift
                            | data.get(LittleEndian.I8, at + REGISTER_BYTES + lane) << rest) & mask;
                }
            }
        }
    }

    private static void unpack16(MemorySegment data, long offset, int width, int[] target) {
        int lanes = GROUP / Short.SIZE;
        int mask = mask(width);
        for (int position = 0; position < Short.SIZE; position++) {
            int bit = position * width;
            int shift = bit & 15;
            long at = offset + (long) (bit >>> 4) * REGISTER_BYTES;
            int first = position * lanes;
            if (shift + width <= Short.SIZE) {
                for (int lane = 0; lane < lanes; lane++) {
                    target[first + lane] = data.get(LittleEndian.I16, at + ((long) lane << 1)) >>> shift & mask;
                }
            } else {
                int rest = Short.SIZE - shift;
                for (int lane = 0; lane < lanes; lane++) {
                    long from = at + ((long) lane << 1);
                    target[first + lane] = ((data.get(LittleEndian.I16, from) & SHORT_MASK) >>> shift
                            | data.get(LittleEndian.I16, from + REGISTER_BYTES) << rest) & mask;
                }
            }
        }
    }

    private static void unpack32(MemorySegment data, long offset, int width, int[] target) {
        int lanes = GROUP / Integer.SIZE;
        int mask = mask(width);
        for (int position = 0; position < Integer.SIZE; position++) {
            int bit = position * width;
            int shift = bit & 31;
            long at = offset + (long) (bit >>> 5) * REGISTER_BYTES;
            int first = position * lanes;
            if (shift + width <= Integer.SIZE) {
                for (int lane = 0; lane < lanes; lane++) {
                    target[first + lane] = data.get(LittleEndian.I32, at + ((long) lane << 2)) >>> shift & mask;
                }
            } else {
                int rest = Integer.SIZE - shift;
                for (int lane = 0; lane < lanes; lane++) {
                    long from = at + ((long) lane << 2);
                    target[first + lane] = (data.get(LittleEndian.I32, from) >>> shift
                            | data.get(LittleEndian.I32, from + REGISTER_BYTES) << rest) & mask;
                }
            }
        }
    }

    private static int mask(int width) {
        return (int) ((1L << width) - 1);
    }
}
