package org.narwhaldb.engine.scan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.kernel.Bitmaps;

/// The rows of a block that are still in. Tests take rows out of the bitmap and then tell by [#recount].
final class BlockRows {
    /// Below this share of a block single rows are asked.
    private static final int SPARSE_SHARE = 100;

    private int block;
    private int rowCount;
    private int words;
    private long[] bitmap;
    private int count;
    private final List<long[]> spare = new ArrayList<>();

    /// @param count rows in the bitmap
    BlockRows start(int newBlock, int newRowCount, long[] newBitmap, int newCount) {
        block = newBlock;
        rowCount = newRowCount;
        words = Bitmaps.words(newRowCount);
        bitmap = newBitmap;
        count = newCount;
        return this;
    }

    int block() {
        return block;
    }

    /// Rows of the block, in or not.
    int rowCount() {
        return rowCount;
    }

    int words() {
        return words;
    }

    long[] bitmap() {
        return bitmap;
    }

    int count() {
        return count;
    }

    boolean isSparse() {
        return count < rowCount / SPARSE_SHARE;
    }

    /// A bitmap of a block for a moment's use, with any content; [#giveBack] it.
    long[] borrow() {
        return spare.isEmpty() ? new long[Bitmaps.WORDS] : spare.removeLast();
    }

    void giveBack(long[] borrowed) {
        spare.add(borrowed);
    }

    /// The selection becomes this one.
    void replace(long[] other) {
        System.arraycopy(other, 0, bitmap, 0, words);
        recount();
    }

    void recount() {
        count = Bitmaps.count(bitmap, words);
    }

    void clear() {
        Arrays.fill(bitmap, 0, words, 0);
        count = 0;
    }
}
