package org.narwhaldb.segment;

import java.util.Arrays;

/// A growable bitmap over rows; costs nothing while no bit is set.
final class RowFlags {
    private static final int FIRST_WORDS = 1 << 6;
    private long[] words = {};
    private int count;

    /// Each row is set once at most.
    void set(int row) {
        int word = row / Long.SIZE;
        if (word >= words.length) {
            words = Arrays.copyOf(words, Math.max(FIRST_WORDS, word * 2));
        }
        words[word] |= 1L << row;
        count++;
    }

    boolean get(int row) {
        int word = row / Long.SIZE;
        return word < words.length && (words[word] >>> row & 1) != 0;
    }

    int count() {
        return count;
    }

    long memoryBytes() {
        return (long) words.length * Long.BYTES;
    }
}
