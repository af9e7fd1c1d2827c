package org.narwhaldb.segment;

import java.util.Arrays;

/// A growable list of ints in chunks of a block's size: growing copies no values and wastes at most one chunk.
final class IntChunks {
    static final int CHUNK_BITS = 16;
    static final int CHUNK_MASK = (1 << CHUNK_BITS) - 1;
    private static final int FIRST_CHUNK = 1 << 8;

    private int[][] chunks = new int[1][];
    private int size;
    private long memoryBytes;

    void add(int value) {
        int chunk = size >>> CHUNK_BITS;
        int position = size & CHUNK_MASK;
        room(chunk, position)[position] = value;
        size++;
    }

    void add(int[] source, int from, int to) {
        int next = from;
        while (next < to) {
            int chunk = size >>> CHUNK_BITS;
            int position = size & CHUNK_MASK;
            int[] target = room(chunk, position);
            int count = Math.min(to - next, target.length - position);
            System.arraycopy(source, next, target, position, count);
            size += count;
            next += count;
        }
    }

    int get(int index) {
        return chunks[index >>> CHUNK_BITS][index & CHUNK_MASK];
    }

    int size() {
        return size;
    }

    long memoryBytes() {
        return memoryBytes;
    }

    /// The chunk, with room at the position.
    private int[] room(int chunk, int position) {
        if (chunks.length == chunk) {
            chunks = Arrays.copyOf(chunks, chunk * 2);
        }
        int[] target = chunks[chunk];
        return target == null || position == target.length ? grow(chunk, target) : target;
    }

    /// Only the first chunk starts small: small segments stay small, and large ones don't copy.
    private int[] grow(int chunk, int[] old) {
        if (old == null) {
            chunks[chunk] = new int[chunk == 0 ? FIRST_CHUNK : 1 << CHUNK_BITS];
        } else {
            memoryBytes -= (long) old.length * Integer.BYTES;
            chunks[chunk] = Arrays.copyOf(old, old.length * 4);
        }
        memoryBytes += (long) chunks[chunk].length * Integer.BYTES;
        return chunks[chunk];
    }
}
