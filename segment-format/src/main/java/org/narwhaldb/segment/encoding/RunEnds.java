package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;

/// Where runs of equal values end: u32 row numbers, exclusive, ascending; the last is the block's row count.
public record RunEnds(MemorySegment data, long offset, int count) {

    /// Opens and checks them: a wrong end would give wrong rows instead of an error.
    static RunEnds open(BlockLayout layout, int rows, MemorySegment data, int valueBytes) {
        int count = layout.count();
        if (count < 1 || count > rows) {
            throw new IllegalArgumentException("[%d] runs in a block of %d rows".formatted(count, rows));
        }
        layout.requireBytes(data, BlockLayout.padded((long) count * Integer.BYTES)
                + BlockLayout.padded((long) count * valueBytes));
        var ends = new RunEnds(data, layout.offset(), count);
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
        return offset + BlockLayout.padded((long) count * Integer.BYTES);
    }

    public int end(int run) {
        return data.get(LittleEndian.I32, offset + (long) run * Integer.BYTES);
    }

    /// The run that holds the row.
    public int find(int row) {
        int low = 0;
        int high = count - 1;
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
