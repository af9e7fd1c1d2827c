package org.narwhaldb.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.narwhaldb.segment.encoding.BlockBytes;
import org.narwhaldb.segment.encoding.LittleEndian;

/// The dictionary part in place: u32 offsets, the pool they point into, and a hash for each value.
final class MappedDictionary implements SegmentDictionary {
    private final MemorySegment part;
    private final int size;
    private final long offsets;
    private final long pool;
    private final long hashes;

    /// @throws IllegalArgumentException if the bytes are no dictionary
    MappedDictionary(MemorySegment part) {
        this.part = part;
        size = part.get(LittleEndian.I32, 0);
        int hashVersion = part.get(LittleEndian.I32, Integer.BYTES);
        long poolBytes = part.get(LittleEndian.I64, 2L * Integer.BYTES);
        if (hashVersion != ValueHash.VERSION) {
            throw new IllegalArgumentException("dictionary with hash version [%d]".formatted(hashVersion));
        }
        offsets = SortedDictionary.HEADER_BYTES;
        pool = offsets + padded((size + 1L) * Integer.BYTES);
        hashes = pool + padded(poolBytes);
        if (size < 0 || poolBytes < 0 || poolBytes > part.byteSize()
                || hashes + padded((long) size * Long.BYTES) != part.byteSize()) {
            throw new IllegalArgumentException("dictionary of [%d] values with [%d] bytes in a part of [%d] bytes"
                    .formatted(size, poolBytes, part.byteSize()));
        }
        checkOffsets(poolBytes);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public byte[] value(int code) {
        long start = start(code);
        return part.asSlice(pool + start, end(code) - start).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public int length(int code) {
        return (int) (end(code) - start(code));
    }

    @Override
    public void copy(int code, byte[] target, int offset) {
        MemorySegment.copy(part, ValueLayout.JAVA_BYTE, pool + start(code), target, offset, length(code));
    }

    @Override
    public long hash(int code) {
        return part.get(LittleEndian.I64, hashes + (long) Objects.checkIndex(code, size) * Long.BYTES);
    }

    @Override
    public int find(byte[] value) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compare(middle, value);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    private int compare(int code, byte[] value) {
        long start = pool + start(code);
        int length = length(code);
        int shared = Math.min(length, value.length);
        for (int i = 0; i < shared; i++) {
            byte mine = part.get(ValueLayout.JAVA_BYTE, start + i);
            if (mine != value[i]) {
                return Byte.compareUnsigned(mine, value[i]);
            }
        }
        return Integer.compare(length, value.length);
    }

    private void checkOffsets(long poolBytes) {
        long previous = 0;
        for (int i = 0; i <= size; i++) {
            long offset = LittleEndian.u32(part, offsets + (long) i * Integer.BYTES);
            if (offset < previous || offset > poolBytes) {
                throw new IllegalArgumentException("dictionary offset [%d] is [%d] after [%d] with [%d] bytes"
                        .formatted(i, offset, previous, poolBytes));
            }
            previous = offset;
        }
    }

    private long start(int code) {
        return LittleEndian.u32(part, offsets + (long) Objects.checkIndex(code, size) * Integer.BYTES);
    }

    private long end(int code) {
        return LittleEndian.u32(part, offsets + (Objects.checkIndex(code, size) + 1L) * Integer.BYTES);
    }

    private static long padded(long bytes) {
        return (bytes + BlockBytes.ALIGNMENT - 1 & -BlockBytes.ALIGNMENT) + BlockBytes.ALIGNMENT;
    }
}
