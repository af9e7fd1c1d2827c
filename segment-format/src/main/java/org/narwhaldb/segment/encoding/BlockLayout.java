package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// What a reader must know to find and decode the values of one block.
///
/// @param width bytes of a residual or code, PACKED: bits, the most of any group; 0 where the encoding has none
/// @param count RUNS: how many; PAGES: symbols; DECIMAL and PACKED of doubles: the power of ten to divide by; PACKED of integers: what
///     residuals are multiplied with; 0 otherwise
/// @param base CONSTANT: the value; FRAME_OF_REFERENCE, DECIMAL, RUNS of integers: what is added to every residual
/// @param offset of the first buffer, from the start of the column's data part
public record BlockLayout(Encoding encoding, int width, int count, long base, long offset) {

    public static BlockLayout constant(long base) {
        return new BlockLayout(Encoding.CONSTANT, 0, 0, base, 0);
    }

    /// Bytes of a buffer with its padding.
    static long padded(long bytes) {
        return (bytes + BlockBytes.ALIGNMENT - 1 & -BlockBytes.ALIGNMENT) + BlockBytes.ALIGNMENT;
    }

    void requireWidth(int... allowed) {
        for (int candidate : allowed) {
            if (width == candidate) {
                return;
            }
        }
        throw new IllegalArgumentException("%s with values of [%d] bytes".formatted(encoding, width));
    }

    /// Refuses buffers that don't stand inside the part.
    void requireBytes(MemorySegment data, long bytes) {
        if (offset < 0 || offset % BlockBytes.ALIGNMENT != 0 || offset > data.byteSize() - bytes) {
            throw new IllegalArgumentException("block of [%d] bytes at offset [%d] of a part of [%d] bytes"
                    .formatted(bytes, offset, data.byteSize()));
        }
    }

    IllegalArgumentException unexpected(String values) {
        return new IllegalArgumentException("encoding [%s] for %s".formatted(encoding, values));
    }

    /// As EXPLAIN shows it: the encoding and the width of what it stores, `FRAME_OF_REFERENCE_U16`.
    public String name() {
        return switch (encoding) {
            case PAGES -> count == 0 ? encoding.name() : "SYMBOLS";
            case FRAME_OF_REFERENCE, DICTIONARY, DECIMAL -> "%s_U%d".formatted(encoding, width * Byte.SIZE);
            case PACKED -> "PACKED_%d".formatted(width);
            case CONSTANT, PLAIN, RUNS, BITMAP -> encoding.name();
        };
    }
}
