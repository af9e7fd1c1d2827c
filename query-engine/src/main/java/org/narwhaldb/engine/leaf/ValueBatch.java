package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.ValueHash;

/// Some rows of a text column without dictionary, copied and hashed. Reused.
final class ValueBatch {
    static final int ROWS_MAX = 4_096;

    private final boolean[] nulls = new boolean[ROWS_MAX];
    private final int[] ends = new int[ROWS_MAX + 1];
    private final long[] hashes = new long[ROWS_MAX];
    private byte[] bytes = new byte[ROWS_MAX * Long.BYTES];
    private int rows;
    /// keeps a loop that only loads from being optimised away
    private long touched;

    void read(SegmentColumn column, int row, int count) {
        column.readNulls(row, count, nulls, 0);
        rows = 0;
        column.readBytes(row, count, this::append);
        hashAll(count);
    }

    /// Rows `first + picked[from]` to `first + picked[from + count - 1]`, which ascend; those that follow each other at once.
    void read(SegmentColumn column, int first, int[] picked, int from, int count) {
        rows = 0;
        for (int done = 0; done < count;) {
            int next = done + 1;
            while (next < count && picked[from + next] == picked[from + next - 1] + 1) {
                next++;
            }
            int row = first + picked[from + done];
            column.readNulls(row, next - done, nulls, done);
            column.readBytes(row, next - done, this::append);
            done = next;
        }
        hashAll(count);
    }

    private void hashAll(int count) {
        for (int i = 0; i < count; i++) {
            hashes[i] = nulls[i] ? 0 : ValueHash.hash(bytes, start(i), length(i));
        }
    }

    private void append(byte[] source, int offset, int length) {
        int start = ends[rows];
        if (start + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, start + length));
        }
        System.arraycopy(source, offset, bytes, start, length);
        ends[++rows] = start + length;
    }

    boolean isNull(int row) {
        return nulls[row];
    }

    long hash(int row) {
        return hashes[row];
    }

    byte[] bytes() {
        return bytes;
    }

    int start(int row) {
        return ends[row];
    }

    int length(int row) {
        return ends[row + 1] - ends[row];
    }

    void touched(long sum) {
        touched ^= sum;
    }
}
