package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Up to 255 byte sequences of 1 to 8 bytes that codes of one byte stand for, and values written in those codes; code 255
/// stands for the byte behind it.
///
/// This is FSST (Boncz, Neumann, Leis: "FSST: Fast Random Access String Compression", VLDB 2020): every value is
/// compressed for itself and decoded by one table look-up and one store a code.
public final class SymbolTable {
    static final int SYMBOLS_MAX = 255;
    static final int SYMBOL_BYTES_MAX = Long.BYTES;
    static final int ESCAPE = 255;

    private static final int BYTE_MASK = 0xFF;

    /// By code, the first byte lowest.
    private final long[] symbols;
    private final byte[] lengths;

    SymbolTable(long[] symbols, byte[] lengths) {
        this.symbols = symbols;
        this.lengths = lengths;
    }

    int size() {
        return symbols.length;
    }

    long symbol(int code) {
        return symbols[code];
    }

    int length(int code) {
        return lengths[code];
    }

    /// The lengths of all symbols, then their bytes.
    void write(BlockBytes out) {
        out.putBytes(lengths, 0, lengths.length);
        for (int code = 0; code < lengths.length; code++) {
            for (int i = 0; i < lengths[code]; i++) {
                out.putByte((int) (symbols[code] >>> i * Byte.SIZE));
            }
        }
        out.endBuffer();
    }

    /// Bytes of the buffer that [#write] wrote, with its padding.
    long bytes() {
        long bytes = lengths.length;
        for (byte length : lengths) {
            bytes += length;
        }
        return BlockLayout.padded(bytes);
    }

    static SymbolTable open(MemorySegment data, long offset, int size) {
        if (size > SYMBOLS_MAX) {
            throw new IllegalArgumentException("[%d] symbols".formatted(size));
        }
        byte[] lengths = data.asSlice(offset, size).toArray(ValueLayout.JAVA_BYTE);
        long[] symbols = new long[size];
        long at = offset + size;
        for (int code = 0; code < size; code++) {
            if (lengths[code] < 1 || lengths[code] > SYMBOL_BYTES_MAX) {
                throw new IllegalArgumentException("symbol of [%d] bytes".formatted(lengths[code]));
            }
            for (int i = 0; i < lengths[code]; i++) {
                symbols[code] |= (data.get(ValueLayout.JAVA_BYTE, at++) & (long) BYTE_MASK) << i * Byte.SIZE;
            }
        }
        return new SymbolTable(symbols, lengths);
    }

    /// Room that [#decode] needs for so many bytes of codes.
    static long decodedMax(long codes) {
        return (codes + 1) * SYMBOL_BYTES_MAX;
    }

    /// Decodes a value; what it writes beyond the value's end is garbage.
    ///
    /// @param target with room for `decodedMax(length)` from `at` on
    /// @return where the value ends in `target`
    int decode(byte[] codes, int offset, int length, byte[] target, int at) {
        int end = offset + length;
        int out = at;
        for (int i = offset; i < end; i++) {
            int code = codes[i] & BYTE_MASK;
            if (code != ESCAPE) {
                LittleEndian.LONGS.set(target, out, symbols[code]);
                out += lengths[code];
            } else {
                target[out++] = codes[++i];
            }
        }
        return out;
    }
}
