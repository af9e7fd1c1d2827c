package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// RUNS of integers: u32 run ends, then i64 values in a buffer of their own.
public record RunLongs(RunEnds ends) implements LongBlock {

    static BlockLayout encode(long[] values, int count, BlockBytes out) {
        long offset = out.offset();
        int runs = 0;
        for (int i = 1; i <= count; i++) {
            if (i == count || values[i] != values[i - 1]) {
                out.putInt(i);
                runs++;
            }
        }
        out.endBuffer();
        for (int i = 1; i <= count; i++) {
            if (i == count || values[i] != values[i - 1]) {
                out.putLong(values[i - 1]);
            }
        }
        out.endBuffer();
        return new BlockLayout(Encoding.RUNS, Long.BYTES, runs, 0, offset);
    }

    static RunLongs open(BlockLayout layout, int rows, MemorySegment data) {
        layout.requireWidth(Long.BYTES);
        return new RunLongs(RunEnds.open(layout, rows, data, Long.BYTES));
    }

    @Override
    public void read(int row, int count, long[] target, int offset) {
        int run = ends.find(row);
        for (int done = 0; done < count; run++) {
            int next = Math.min(count, ends.end(run) - row);
            long value = ends.data().get(LittleEndian.I64, ends.valuesOffset() + (long) run * Long.BYTES);
            Arrays.fill(target, offset + done, offset + next, value);
            done = next;
        }
    }
}
