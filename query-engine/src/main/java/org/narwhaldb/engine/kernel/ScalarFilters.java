package org.narwhaldb.engine.kernel;

import java.lang.foreign.MemorySegment;
import org.narwhaldb.segment.encoding.LittleEndian;

/// The scalar twins of [VectorFilters], and the loops that have no other. Each asks rows `[from, rows)` of a buffer that
/// starts at `at`, `from` being a multiple of 64, and takes the rows that fail out of the bitmap; `flip` is -1 to take out
/// those that pass instead. Words with no row left are not looked at.
final class ScalarFilters {
    private static final int BYTE_MASK = 0xFF;
    private static final int SHORT_MASK = 0xFFFF;
    private static final long INT_MASK = 0xFFFF_FFFFL;

    private ScalarFilters() {}

    static void rangeU8(MemorySegment data, long at, int from, int rows, int low, int span, long flip, long[] bitmap) {
        for (int first = from; first < rows; first += Long.SIZE) {
            if (bitmap[first >> 6] != 0) {
                int count = Math.min(Long.SIZE, rows - first);
                long bits = 0;
                for (int row = 0; row < count; row++) {
                    int above = data.get(LittleEndian.I8, at + (first + row)) - low & BYTE_MASK;
                    bits |= (long) (above - span - 1 >>> 31) << row;
                }
                bitmap[first >> 6] &= bits ^ flip;
            }
        }
    }

    static void rangeU16(MemorySegment data, long at, int from, int rows, int low, int span, long flip, long[] bitmap) {
        for (int first = from; first < rows; first += Long.SIZE) {
            if (bitmap[first >> 6] != 0) {
                int count = Math.min(Long.SIZE, rows - first);
                long bits = 0;
                for (int row = 0; row < count; row++) {
                    int above = data.get(LittleEndian.I16, at + ((long) (first + row) << 1)) - low & SHORT_MASK;
                    bits |= (long) (above - span - 1 >>> 31) << row;
                }
                bitmap[first >> 6] &= bits ^ flip;
            }
        }
    }

    static void rangeU32(MemorySegment data, long at, int from, int rows, int low, int span, long flip, long[] bitmap) {
        long limit = (span & INT_MASK) + 1;
        for (int first = from; first < rows; first += Long.SIZE) {
            if (bitmap[first >> 6] != 0) {
                int count = Math.min(Long.SIZE, rows - first);
                long bits = 0;
                for (int row = 0; row < count; row++) {
                    long above = data.get(LittleEndian.I32, at + ((long) (first + row) << 2)) - low & INT_MASK;
                    bits |= (above - limit >>> 63) << row;
                }
                bitmap[first >> 6] &= bits ^ flip;
            }
        }
    }

    static void rangeI64(MemorySegment data, long at, int from, int rows, long low, long span, long flip,
            long[] bitmap) {
        long limit = span + Long.MIN_VALUE;
        for (int first = from; first < rows; first += Long.SIZE) {
            if (bitmap[first >> 6] != 0) {
                int count = Math.min(Long.SIZE, rows - first);
                long bits = 0;
                for (int row = 0; row < count; row++) {
                    long above = data.get(LittleEndian.I64, at + ((long) (first + row) << 3)) - low + Long.MIN_VALUE;
                    bits |= (above <= limit ? 1L : 0L) << row;
                }
                bitmap[first >> 6] &= bits ^ flip;
            }
        }
    }

    static void rangeF64(MemorySegment data, long at, int from, int rows, long low, long span, long flip,
            long[] bitmap) {
        long limit = span + Long.MIN_VALUE;
        for (int first = from; first < rows; first += Long.SIZE) {
            if (bitmap[first >> 6] != 0) {
                int count = Math.min(Long.SIZE, rows - first);
                long bits = 0;
                for (int row = 0; row < count; row++) {
                    long stored = data.get(LittleEndian.I64, at + ((long) (first + row) << 3));
                    long above = (stored ^ (stored >> 63 >>> 1)) - low + Long.MIN_VALUE;
                    bits |= (above <= limit ? 1L : 0L) << row;
                }
                bitmap[first >> 6] &= bits ^ flip;
            }
        }
    }

    static void setU8(MemorySegment data, long at, int from, int rows, byte[] table, long[] bitmap) {
        for (int first = from; first < rows; first += Long.SIZE) {
            if (bitmap[first >> 6] != 0) {
                int count = Math.min(Long.SIZE, rows - first);
                long bits = 0;
                for (int row = 0; row < count; row++) {
                    bits |= (long) (table[data.get(LittleEndian.I8, at + (first + row)) & BYTE_MASK] & 1) << row;
                }
                bitmap[first >> 6] &= bits;
            }
        }
    }

    static void anyU16(MemorySegment data, long at, int from, int rows, int[] values, long[] bitmap) {
        int a = values[0];
        int b = values[1];
        int c = values[2];
        int d = values[3];
        for (int first = from; first < rows; first += Long.SIZE) {
            if (bitmap[first >> 6] != 0) {
                int count = Math.min(Long.SIZE, rows - first);
                long bits = 0;
                for (int row = 0; row < count; row++) {
                    int value = data.get(LittleEndian.I16, at + ((long) (first + row) << 1)) & SHORT_MASK;
                    bits |= (value == a | value == b | value == c | value == d ? 1L : 0L) << row;
                }
                bitmap[first >> 6] &= bits;
            }
        }
    }

    static void anyU32(MemorySegment data, long at, int from, int rows, int[] values, long[] bitmap) {
        int a = values[0];
        int b = values[1];
        int c = values[2];
        int d = values[3];
        for (int first = from; first < rows; first += Long.SIZE) {
            if (bitmap[first >> 6] != 0) {
                int count = Math.min(Long.SIZE, rows - first);
                long bits = 0;
                for (int row = 0; row < count; row++) {
                    int value = data.get(LittleEndian.I32, at + ((long) (first + row) << 2));
                    bits |= (value == a | value == b | value == c | value == d ? 1L : 0L) << row;
                }
                bitmap[first >> 6] &= bits;
            }
        }
    }

    /// @param set of 65,536 bits
    static void setU16(MemorySegment data, long at, int from, int rows, long[] set, long[] bitmap) {
        for (int first = from; first < rows; first += Long.SIZE) {
            if (bitmap[first >> 6] != 0) {
                int count = Math.min(Long.SIZE, rows - first);
                long bits = 0;
                for (int row = 0; row < count; row++) {
                    int value = data.get(LittleEndian.I16, at + ((long) (first + row) << 1)) & SHORT_MASK;
                    bits |= (set[value >> 6] >>> value & 1) << row;
                }
                bitmap[first >> 6] &= bits;
            }
        }
    }

    /// @param set at a value behind its end the answer is of no meaning
    static void setU32(MemorySegment data, long at, int from, int rows, long[] set, long[] bitmap) {
        int last = set.length - 1;
        for (int first = from; first < rows; first += Long.SIZE) {
            if (bitmap[first >> 6] != 0) {
                int count = Math.min(Long.SIZE, rows - first);
                long bits = 0;
                for (int row = 0; row < count; row++) {
                    int value = data.get(LittleEndian.I32, at + ((long) (first + row) << 2));
                    bits |= (set[Math.min(value >>> 6, last)] >>> value & 1) << row;
                }
                bitmap[first >> 6] &= bits;
            }
        }
    }

    /// Of `count` values in an array, which are the rows from word `word` on.
    static void rangeLongs(long[] values, int count, long low, long span, long flip, int word, long[] bitmap) {
        long limit = span + Long.MIN_VALUE;
        for (int first = 0; first < count; first += Long.SIZE) {
            int rows = Math.min(Long.SIZE, count - first);
            long bits = 0;
            for (int row = 0; row < rows; row++) {
                bits |= (values[first + row] - low + Long.MIN_VALUE <= limit ? 1L : 0L) << row;
            }
            bitmap[word + (first >> 6)] &= bits ^ flip;
        }
    }

    static void rangeDoubles(double[] values, int count, long low, long span, long flip, int word, long[] bitmap) {
        long limit = span + Long.MIN_VALUE;
        for (int first = 0; first < count; first += Long.SIZE) {
            int rows = Math.min(Long.SIZE, count - first);
            long bits = 0;
            for (int row = 0; row < rows; row++) {
                long key = DoubleKeys.of(values[first + row]);
                bits |= (key - low + Long.MIN_VALUE <= limit ? 1L : 0L) << row;
            }
            bitmap[word + (first >> 6)] &= bits ^ flip;
        }
    }
}
