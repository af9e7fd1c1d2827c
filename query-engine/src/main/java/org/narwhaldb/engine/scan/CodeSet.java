package org.narwhaldb.engine.scan;

import java.util.Arrays;

/// A set of the codes of one dictionary, and what shape it has: kernels ask a range or a few codes faster than any set.
final class CodeSet {
    private final long[] bits;
    private final int size;
    private int count;
    private int first;
    private int last;

    /// The empty set of a dictionary of so many values.
    CodeSet(int size) {
        this.size = size;
        bits = new long[(size + Long.SIZE - 1) / Long.SIZE];
        last = -1;
    }

    static long bytes(int size) {
        return size / Byte.SIZE + Long.BYTES;
    }

    int size() {
        return size;
    }

    void add(int code) {
        bits[code >> 6] |= 1L << code;
    }

    /// Codes `[from, to)`.
    void addRange(int from, int to) {
        for (int code = from; code < to;) {
            if ((code & Long.SIZE - 1) == 0 && to - code >= Long.SIZE) {
                bits[code >> 6] = -1;
                code += Long.SIZE;
            } else {
                add(code++);
            }
        }
    }

    void invert() {
        for (int word = 0; word < bits.length; word++) {
            bits[word] = ~bits[word];
        }
        if (size % Long.SIZE != 0) {
            bits[bits.length - 1] &= (1L << size) - 1;
        }
    }

    /// What is in both.
    CodeSet and(CodeSet other) {
        CodeSet result = new CodeSet(size);
        for (int word = 0; word < bits.length; word++) {
            result.bits[word] = bits[word] & other.bits[word];
        }
        return result.finish();
    }

    /// To be called when the set is complete.
    CodeSet finish() {
        count = 0;
        first = size;
        last = -1;
        for (int word = 0; word < bits.length; word++) {
            if (bits[word] != 0) {
                count += Long.bitCount(bits[word]);
                first = Math.min(first, (word << 6) + Long.numberOfTrailingZeros(bits[word]));
                last = (word << 6) + Long.SIZE - 1 - Long.numberOfLeadingZeros(bits[word]);
            }
        }
        return this;
    }

    int count() {
        return count;
    }

    /// The least code; the size if there is none.
    int first() {
        return first;
    }

    /// The largest code, or -1.
    int last() {
        return last;
    }

    boolean isRange() {
        return last - first + 1 == count;
    }

    /// Codes behind the dictionary's end, as a row that is NULL may have, are not in it.
    boolean contains(int code) {
        return Integer.compareUnsigned(code, size) < 0 && (bits[code >> 6] >>> code & 1) != 0;
    }

    /// Takes the rows whose code is not in the set out of a bitmap; the codes are those of the rows from word `word` on.
    void keep(int[] codes, int count, long[] bitmap, int word) {
        int end = bits.length - 1;
        for (int from = 0; from < count; from += Long.SIZE) {
            int rows = Math.min(Long.SIZE, count - from);
            long found = 0;
            for (int row = 0; row < rows; row++) {
                int code = codes[from + row];
                found |= (bits[Math.min(code >>> 6, end)] >>> code & 1) << row;
            }
            bitmap[word + (from >> 6)] &= found;
        }
    }

    /// As many words as asked for, at least.
    long[] bits(int words) {
        return bits.length >= words ? bits : Arrays.copyOf(bits, words);
    }

    /// The first codes, the last one repeated up to `length`.
    int[] codes(int length) {
        int[] codes = new int[length];
        int found = 0;
        for (int code = first; code <= last && found < length; code++) {
            if (contains(code)) {
                codes[found++] = code;
            }
        }
        Arrays.fill(codes, found, length, codes[found - 1]);
        return codes;
    }

    /// -1 for each code in the set, for codes of one byte.
    byte[] table() {
        byte[] table = new byte[1 << Byte.SIZE];
        for (int code = first; code <= last; code++) {
            table[code] = (byte) (contains(code) ? -1 : 0);
        }
        return table;
    }
}
