package org.narwhaldb.engine.leaf;

import java.util.List;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.scan.BlockFilter;

/// Which rows an aggregate's own filter lets through, block by block, asked when the first window wants to know. One
/// thread at a time.
final class FilterBits implements AutoCloseable {
    private final LeafFilters filters;
    private final long[] bitmap = new long[Bitmaps.WORDS];
    private int task = -1;
    private int block;
    private int rows;
    private int selected;
    private boolean isAsked;

    FilterBits(List<BlockFilter> shared) {
        filters = new LeafFilters(shared);
    }

    void open(int newTask, int newBlock, int newRows) {
        task = newTask;
        block = newBlock;
        rows = newRows;
        isAsked = false;
    }

    /// Writes which of the window's rows do not pass, by their place in the window; returns how many.
    int skips(Window window, int[] target) {
        if (!isAsked) {
            selected = filters.of(task).select(block, bitmap);
            isAsked = true;
        }
        int count = window.count();
        if (selected == rows) {
            return 0;
        }
        if (selected == 0) {
            for (int i = 0; i < count; i++) {
                target[i] = i;
            }
            return count;
        }
        return window.isPicked() ? picked(window, target) : range(window, target);
    }

    private int picked(Window window, int[] target) {
        int found = 0;
        for (int i = 0; i < window.count(); i++) {
            int row = window.picked[i];
            target[found] = i;
            found += (int) (~bitmap[row / Long.SIZE] >>> row & 1);
        }
        return found;
    }

    private int range(Window window, int[] target) {
        int found = 0;
        for (int done = 0; done < window.count(); done += Long.SIZE) {
            long word = ~bitmap[(window.first() + done) / Long.SIZE];
            if (window.count() - done < Long.SIZE) {
                word &= (1L << window.count() - done) - 1;
            }
            while (word != 0) {
                target[found++] = done + Long.numberOfTrailingZeros(word);
                word &= word - 1;
            }
        }
        return found;
    }

    @Override
    public void close() {
        filters.close();
    }
}
