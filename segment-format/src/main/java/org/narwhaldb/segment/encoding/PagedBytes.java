package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.narwhaldb.segment.SegmentColumn.ByteSink;

/// PAGES: u32 offsets, one more than rows, then the bytes they point into in a buffer of their own; a value reaches
/// from its offset to the next.
public record PagedBytes(MemorySegment data, long offsets, int rows, long bytes) implements BytesBlock {
    private static final int COPY_BYTES = 1 << 16;

    /// Writes a block value by value.
    public static final class Writer {
        private final BlockBytes out;
        private final BlockLayout layout;
        private int offsetAt;
        private int length;

        public Writer(int rows, BlockBytes out) {
            this.out = out;
            layout = new BlockLayout(Encoding.PAGES, Integer.BYTES, 0, 0, out.offset());
            offsetAt = out.reserve((rows + 1) * Integer.BYTES);
            out.endBuffer();
        }

        public void add(byte[] value, int offset, int count) {
            out.putBytes(value, offset, count);
            length += count;
            offsetAt += Integer.BYTES;
            LittleEndian.INTS.set(out.array(), offsetAt, length);
        }

        public BlockLayout finish() {
            out.endBuffer();
            return layout;
        }
    }

    static PagedBytes open(BlockLayout layout, int rows, MemorySegment data) {
        layout.requireWidth(Integer.BYTES);
        long offsetBytes = BlockLayout.padded((rows + 1L) * Integer.BYTES);
        layout.requireBytes(data, offsetBytes);
        long length = LittleEndian.u32(data, layout.offset() + (long) rows * Integer.BYTES);
        layout.requireBytes(data, offsetBytes + BlockLayout.padded(length));
        return new PagedBytes(data, layout.offset(), rows, layout.offset() + offsetBytes);
    }

    @Override
    public void read(int row, int count, ByteSink sink) {
        int done = 0;
        while (done < count) {
            int first = row + done;
            long start = offset(first);
            int next = done + 1;
            while (next < count && offset(row + next + 1) - start <= COPY_BYTES) {
                next++;
            }
            byte[] copy = data.asSlice(bytes + start, length(start, offset(row + next)))
                    .toArray(ValueLayout.JAVA_BYTE);
            for (int i = first; i < row + next; i++) {
                long from = offset(i);
                sink.accept(copy, (int) (from - start), length(from, offset(i + 1)));
            }
            done = next;
        }
    }

    private long offset(int row) {
        return LittleEndian.u32(data, offsets + (long) row * Integer.BYTES);
    }

    /// Offsets are not checked when a block is opened, to leave its pages untouched.
    private int length(long from, long to) {
        if (to < from || to > offset(rows)) {
            throw new IllegalArgumentException("value from offset [%d] to [%d] of [%d] bytes"
                    .formatted(from, to, offset(rows)));
        }
        return (int) (to - from);
    }
}
