package org.narwhaldb.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Objects;
import org.narwhaldb.segment.encoding.LittleEndian;

/// A dictionary of u32 offsets and the pool they point into.
final class PlainDictionary extends MappedDictionary {
    private static final int WALKED_AT_ONCE = 256;

    private final long pool;

    PlainDictionary(Path file, String column, MemorySegment part) {
        super(file, column, part);
        pool = HEADER_BYTES + padded((size() + 1L) * Integer.BYTES);
        checkOffsets(size() + 1, poolBytes(size() + 1));
    }

    @Override
    public int length(int code) {
        return (int) (end(checked(code)) - start(code));
    }

    @Override
    public void copy(int code, byte[] target, int offset) {
        MemorySegment.copy(part, ValueLayout.JAVA_BYTE, pool + start(checked(code)), target, offset, length(code));
    }

    @Override
    public int find(byte[] value) {
        int low = 0;
        int high = size() - 1;
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

    @Override
    public void walk(int from, int to, Visitor visitor) {
        Objects.checkFromToIndex(from, to, size());
        byte[] bytes = new byte[0];
        for (int first = from; first < to; first += WALKED_AT_ONCE) {
            int last = Math.min(to, first + WALKED_AT_ONCE);
            long origin = start(first);
            int count = Math.toIntExact(start(last) - origin);
            bytes = bytes.length < count ? new byte[count] : bytes;
            MemorySegment.copy(part, ValueLayout.JAVA_BYTE, pool + origin, bytes, 0, count);
            int start = 0;
            for (int code = first; code < last; code++) {
                int end = (int) (end(code) - origin);
                visitor.visit(code, bytes, start, end - start, 0);
                start = end;
            }
        }
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

    private long start(int code) {
        return LittleEndian.u32(part, HEADER_BYTES + (long) code * Integer.BYTES);
    }

    private long end(int code) {
        return start(code + 1);
    }
}
