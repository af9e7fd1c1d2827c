package org.narwhaldb.engine.leaf;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.kernel.RowIds;
import org.narwhaldb.segment.Segment;

/// The rows of one block that are worked on at once: `[first, first + count)`, or those picked. Reused; `serial` tells
/// one from the next.
final class Window {
    /// Windows hold no more rows.
    static final int ROWS_MAX = Batch.ROWS_MAX;

    final int[] picked = new int[ROWS_MAX + Long.SIZE + RowIds.SLACK];
    private int block;
    private int first;
    private int count;
    private boolean isPicked;
    private long[] selection;
    private int firstWord;
    private int endWord;
    private long serial;

    void range(int newBlock, int newFirst, int newCount) {
        block = newBlock;
        first = newFirst;
        count = newCount;
        isPicked = false;
        serial++;
    }

    /// What stands in [#picked], ascending, and in words `[from, to)` of a bitmap of the block.
    void picked(int newBlock, int newCount, long[] bitmap, int from, int to) {
        picked(newBlock, newCount);
        selection = bitmap;
        firstWord = from;
        endWord = to;
    }

    /// What stands in [#picked], ascending.
    void picked(int newBlock, int newCount) {
        selection = null;
        block = newBlock;
        first = picked[0];
        count = newCount;
        isPicked = true;
        serial++;
    }

    long serial() {
        return serial;
    }

    /// First row, in the block.
    int first() {
        return first;
    }

    /// The first row's number in the segment.
    int firstInSegment() {
        return block * Segment.BLOCK_ROWS + first;
    }

    /// Last row, in the block.
    int last() {
        return isPicked ? picked[count - 1] : first + count - 1;
    }

    int blockStart() {
        return block * Segment.BLOCK_ROWS;
    }

    int block() {
        return block;
    }

    int count() {
        return count;
    }

    boolean isPicked() {
        return isPicked;
    }

    /// The block's rows that are picked, in words `[firstWord, endWord)`; null if they are only numbered.
    long[] selection() {
        return selection;
    }

    int firstWord() {
        return firstWord;
    }

    int endWord() {
        return endWord;
    }

    static long heapBytes() {
        return (ROWS_MAX + Long.SIZE + RowIds.SLACK) * (long) Integer.BYTES;
    }
}
