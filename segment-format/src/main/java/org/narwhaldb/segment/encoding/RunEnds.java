package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// Where runs of equal values end: u16 number of the last row of each, ascending; the last is the block's last row.
///
/// @param rows of the block
public record RunEnds(MemorySegment data, long offset, int count, int rows) {
    private static final int SHORT_MASK = 0xFFFF;

    static long bytes(int runs) {
        return BlockLayout.padded((long) runs * Short.BYTES);
    }

    /// Opens and checks them: a wrong end would give wrong rows instead of an error.
    static RunEnds open(BlockLayout layout, int rows, MemorySegment data) {
        int count = layout.count();
        if (count < 1 || count > rows) {
            throw new IllegalArgumentException("[%d] runs in a block of %d rows".formatted(count, rows));
        }
        layout.requireBytes(data, bytes(count) + BlockLayout.padded((long) count * layout.width()));
        var ends = new RunEnds(data, layout.offset(), count, rows);
        int previous = 0;
        for (int run = 0; run < count; run++) {
            int end = ends.end(run);
            if (end <= previous) {
                throw new IllegalArgumentException("run [%d] ends at row [%d] after row [%d]"
                        .formatted(run, end, previous));
            }
            previous = end;
        }
        if (previous != rows) {
            throw new IllegalArgumentException("runs end at row [%d] of a block of %d rows".formatted(previous, rows));
        }
        return ends;
    }

    /// Where the buffer of the runs' values starts.
    public long valuesOffset() {
        return offset + bytes(count);
    }

    /// The row behind the run.
    public int end(int run) {
        return (data.get(LittleEndian.I16, offset + ((long) run << 1)) & SHORT_MASK) + 1;
    }

    /// The run that holds the row.
    public int find(int row) {
        return find(row, 0, count - 1);
    }

    /// The run that holds the row, which is `from` or one behind it; fast if it is not far.
    public int find(int row, int from) {
        int low = from;
        int step = 1;
        int high = from;
        while (high < count - 1 && end(high) <= row) {
            low = high + 1;
            high = Math.min(count - 1, high + step);
            step *= 2;
        }
        return find(row, low, high);
    }

    private int find(int row, int from, int last) {
        int low = from;
        int high = last;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (end(middle) > row) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
