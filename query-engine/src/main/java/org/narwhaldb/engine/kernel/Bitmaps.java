package org.narwhaldb.engine.kernel;

import java.util.Arrays;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.encoding.BitmapBooleans;
import org.narwhaldb.segment.encoding.LittleEndian;

/// Selections of rows in a block: one bit a row in longs, lowest bit first. Bits behind the last row are 0.
/// These loops are plain: the JIT compiler vectorises them by itself.
public final class Bitmaps {
    /// Words of a full block.
    public static final int WORDS = Segment.BLOCK_ROWS / Long.SIZE;

    private Bitmaps() {}

    /// Words that hold so many rows.
    public static int words(int rows) {
        return (rows + Long.SIZE - 1) / Long.SIZE;
    }

    /// Selects the first `rows` rows, and no other of the words they take.
    public static void fill(long[] bitmap, int rows) {
        int whole = rows / Long.SIZE;
        Arrays.fill(bitmap, 0, whole, -1);
        if (rows % Long.SIZE != 0) {
            bitmap[whole] = (1L << rows) - 1;
        }
    }

    public static int count(long[] bitmap, int words) {
        int count = 0;
        for (int word = 0; word < words; word++) {
            count += Long.bitCount(bitmap[word]);
        }
        return count;
    }

    public static void and(long[] target, long[] other, int words) {
        for (int word = 0; word < words; word++) {
            target[word] &= other[word];
        }
    }

    public static void andNot(long[] target, long[] other, int words) {
        for (int word = 0; word < words; word++) {
            target[word] &= ~other[word];
        }
    }

    public static void or(long[] target, long[] other, int words) {
        for (int word = 0; word < words; word++) {
            target[word] |= other[word];
        }
    }

    /// Takes out the rows whose bit in the mapped bitmap is `bit`.
    public static void clear(long[] target, BitmapBooleans mapped, boolean bit, int words) {
        long flip = bit ? 0 : -1;
        for (int word = 0; word < words; word++) {
            target[word] &= ~(mapped.data().get(LittleEndian.I64, mapped.offset() + ((long) word << 3)) ^ flip);
        }
    }

    /// Takes out rows `[from, to)`.
    public static void clearRange(long[] bitmap, int from, int to) {
        if (from >= to) {
            return;
        }
        int first = from / Long.SIZE;
        int last = (to - 1) / Long.SIZE;
        long below = (1L << from) - 1;
        long above = to % Long.SIZE == 0 ? 0 : -1L << to;
        if (first == last) {
            bitmap[first] &= below | above;
            return;
        }
        bitmap[first] &= below;
        Arrays.fill(bitmap, first + 1, last, 0);
        bitmap[last] &= above;
    }
}
