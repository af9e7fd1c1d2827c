package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// BITMAP: one bit a row in u64 words, the lowest bit first; of booleans, and of which rows are NULL.
public record BitmapBooleans(MemorySegment data, long offset) implements BooleanBlock {

    public static BlockLayout encode(boolean[] values, int count, BlockBytes out) {
        var layout = new BlockLayout(Encoding.BITMAP, 0, 0, 0, out.offset());
        for (int row = 0; row < count; row += Long.SIZE) {
            long word = 0;
            for (int i = Math.min(Long.SIZE, count - row) - 1; i >= 0; i--) {
                word = word << 1 | (values[row + i] ? 1 : 0);
            }
            out.putLong(word);
        }
        out.endBuffer();
        return layout;
    }

    static BitmapBooleans open(BlockLayout layout, int rows, MemorySegment data) {
        long words = (rows + Long.SIZE - 1) / Long.SIZE;
        layout.requireBytes(data, BlockLayout.padded(words * Long.BYTES));
        return new BitmapBooleans(data, layout.offset());
    }

    /// The bitmap of NULLs, which no layout of its own describes.
    public static BitmapBooleans openNulls(long offset, int rows, MemorySegment data) {
        return open(new BlockLayout(Encoding.BITMAP, 0, 0, 0, offset), rows, data);
    }

    @Override
    public void read(int row, int count, boolean[] target, int at) {
        int done = 0;
        while (done < count) {
            int from = row + done;
            int bit = from % Long.SIZE;
            long word = data.get(LittleEndian.I64, offset + (long) (from / Long.SIZE) * Long.BYTES) >>> bit;
            int bits = Math.min(Long.SIZE - bit, count - done);
            for (int i = 0; i < bits; i++) {
                target[at + done + i] = (word >>> i & 1) != 0;
            }
            done += bits;
        }
    }
}
