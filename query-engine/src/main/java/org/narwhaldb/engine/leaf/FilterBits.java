package org.narwhaldb.engine.leaf;

import java.util.Arrays;
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

    /// Writes which of the window's rows pass, a bit each by their place in the window; returns how many.
    int keep(Window window, long[] target) {
        if (!isAsked) {
            selected = filters.of(task).select(block, bitmap);
            isAsked = true;
        }
        int count = window.count();
        if (selected == rows || selected == 0) {
            Arrays.fill(target, 0, Bitmaps.words(count), selected == 0 ? 0 : -1);
        } else if (!window.isPicked()) {
            System.arraycopy(bitmap, window.first() / Long.SIZE, target, 0, Bitmaps.words(count));
        } else if (window.selection() == null) {
            numbered(window, target);
        } else {
            selected(window, target);
        }
        if (count % Long.SIZE != 0) {
            target[count / Long.SIZE] &= (1L << count) - 1;
        }
        return selected == 0 ? 0 : selected == rows ? count : Bitmaps.count(target, Bitmaps.words(count));
    }

    private void numbered(Window window, long[] target) {
        Arrays.fill(target, 0, Bitmaps.words(window.count()), 0);
        for (int i = 0; i < window.count(); i++) {
            int row = window.picked[i];
            target[i >> 6] |= (bitmap[row >> 6] >>> row & 1) << i;
        }
    }

    /// Of each word the bits of the rows that are picked, one behind the other.
    private void selected(Window window, long[] target) {
        long word = 0;
        int place = 0;
        for (int from = window.firstWord(); from < window.endWord(); from++) {
            long picked = window.selection()[from];
            long bits = Long.compress(bitmap[from], picked);
            int more = Long.bitCount(picked);
            word |= bits << place;
            if ((place & Long.SIZE - 1) + more >= Long.SIZE) {
                target[place >> 6] = word;
                int used = Long.SIZE - (place & Long.SIZE - 1);
                word = used == Long.SIZE ? 0 : bits >>> used;
            }
            place += more;
        }
        if ((place & Long.SIZE - 1) != 0) {
            target[place >> 6] = word;
        }
    }

    @Override
    public void close() {
        filters.close();
    }
}
