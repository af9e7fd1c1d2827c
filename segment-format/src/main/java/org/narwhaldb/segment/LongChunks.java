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
        room(chunk, position)[position] = value;
        size++;
    }

    void add(long[] source, BatchRows rows) {
        int done = 0;
        while (done < rows.count()) {
            int chunk = size >>> CHUNK_BITS;
            int position = size & CHUNK_MASK;
            long[] target = room(chunk, position);
            int count = Math.min(rows.count() - done, target.length - position);
            rows.copy(done, count, source, target, position);
            size += count;
            done += count;
        }
    }

    long get(int index) {
        return chunks[index >>> CHUNK_BITS][index & CHUNK_MASK];
    }

    /// The values of a block's rows.
    void gather(BlockRows rows, long[] target) {
        if (rows.order() == null) {
            // blocks and chunks have the same size
            System.arraycopy(chunks[rows.start() >>> CHUNK_BITS], 0, target, 0, rows.count());
            return;
        }
        int[] order = rows.order();
        int start = rows.start();
        for (int i = 0; i < rows.count(); i++) {
            target[i] = get(order[start + i]);
        }
    }

    int size() {
        return size;
    }

    long memoryBytes() {
        return memoryBytes;
    }

    /// The chunk, with room at the position.
    private long[] room(int chunk, int position) {
        if (chunks.length == chunk) {
            chunks = Arrays.copyOf(chunks, chunk * 2);
        }
        long[] target = chunks[chunk];
        return target == null || position == target.length ? grow(chunk, target) : target;
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
