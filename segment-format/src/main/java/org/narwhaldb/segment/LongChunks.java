package org.narwhaldb.segment;

import java.util.Arrays;

/// A growable list of longs in chunks of a block's size: growing copies no values and wastes at most one chunk.
final class LongChunks {
    static final int CHUNK_BITS = 16;
    static final int CHUNK_MASK = (1 << CHUNK_BITS) - 1;
    private static final int FIRST_CHUNK = 1 << 8;

    private long[][] chunks = new long[1][];
    private int size;
    private long memoryBytes;

    void add(long value) {
        int chunk = size >>> CHUNK_BITS;
        int position = size & CHUNK_MASK;
        if (chunks.length == chunk) {
            chunks = Arrays.copyOf(chunks, chunk * 2);
        }
        long[] target = chunks[chunk];
        if (target == null || position == target.length) {
            target = grow(chunk, target);
        }
        target[position] = value;
        size++;
    }

    long get(int index) {
        return chunks[index >>> CHUNK_BITS][index & CHUNK_MASK];
    }

    int size() {
        return size;
    }

    long memoryBytes() {
        return memoryBytes;
    }

    /// Only the first chunk starts small: small segments stay small, and large ones don't copy.
    private long[] grow(int chunk, long[] old) {
        if (old == null) {
            chunks[chunk] = new long[chunk == 0 ? FIRST_CHUNK : 1 << CHUNK_BITS];
        } else {
            memoryBytes -= (long) old.length * Long.BYTES;
            chunks[chunk] = Arrays.copyOf(old, old.length * 4);
        }
        memoryBytes += (long) chunks[chunk].length * Long.BYTES;
        return chunks[chunk];
    }
}
