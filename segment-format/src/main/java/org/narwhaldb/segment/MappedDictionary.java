package org.narwhaldb.segment;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import org.narwhaldb.segment.encoding.BlockBytes;
import org.narwhaldb.segment.encoding.LittleEndian;

/// The dictionary part in place. Values are checked as they are read.
abstract sealed class MappedDictionary implements SegmentDictionary permits PlainDictionary, FrontCodedDictionary {
    static final int PLAIN = 1;
    static final int FRONT_CODED = 2;
    static final int HEADER_BYTES = 64;

    private final Path file;
    private final String column;
    final MemorySegment part;
    private final int size;

    MappedDictionary(Path file, String column, MemorySegment part) {
        this.file = file;
        this.column = column;
        this.part = part;
        size = part.get(LittleEndian.I32, 0);
    }

    /// @throws IllegalArgumentException or IndexOutOfBoundsException if the bytes are no dictionary
    static MappedDictionary open(Path file, String column, MemorySegment part) {
        int form = part.get(LittleEndian.I32, Integer.BYTES);
        return switch (form) {
            case PLAIN -> new PlainDictionary(file, column, part);
            case FRONT_CODED -> new FrontCodedDictionary(file, column, part);
            default -> throw new IllegalArgumentException("dictionary of form [%d]".formatted(form));
        };
    }

    /// Bytes of the pool as the header has it; checks that offsets, pool and nothing else follow the header.
    final long poolBytes(int offsetCount) {
        long bytes = part.get(LittleEndian.I64, Long.BYTES);
        if (size < 0 || bytes < 0 || bytes > part.byteSize()
                || HEADER_BYTES + padded((long) offsetCount * Integer.BYTES) + padded(bytes) != part.byteSize()) {
            throw new IllegalArgumentException("dictionary of [%d] values with [%d] bytes in a part of [%d] bytes"
                    .formatted(size, bytes, part.byteSize()));
        }
        return bytes;
    }

    /// Refuses offsets that descend or leave the pool.
    final void checkOffsets(int count, long poolBytes) {
        long previous = 0;
        for (int i = 0; i < count; i++) {
            long offset = LittleEndian.u32(part, HEADER_BYTES + (long) i * Integer.BYTES);
            if (offset < previous || offset > poolBytes) {
                throw new IllegalArgumentException("dictionary offset [%d] is [%d] after [%d] with [%d] bytes"
                        .formatted(i, offset, previous, poolBytes));
            }
            previous = offset;
        }
    }

    @Override
    public final int size() {
        return size;
    }

    @Override
    public byte[] value(int code) {
        byte[] value = new byte[length(code)];
        copy(code, value, 0);
        return value;
    }

    @Override
    public long hash(int code) {
        return ValueHash.hash(value(code));
    }

    final int checked(int code) {
        return Objects.checkIndex(code, size);
    }

    final RuntimeException corrupt(RuntimeException cause) {
        return SegmentFileReader.corrupt(file, "dictionary of column [%s]".formatted(column), cause.getMessage(),
                cause);
    }

    static long padded(long bytes) {
        return (bytes + BlockBytes.ALIGNMENT - 1 & -BlockBytes.ALIGNMENT) + BlockBytes.ALIGNMENT;
    }
}
