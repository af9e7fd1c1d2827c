package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// RUNS of integers: run ends, then an unsigned residual of 1, 2, 4 or 8 bytes over the base for each run in a buffer of
/// their own.
public record RunLongs(RunEnds ends, int width, long base) implements LongBlock {

    static long bytes(int runs, int width) {
        return RunEnds.bytes(runs) + BlockLayout.padded((long) runs * width);
    }

    static BlockLayout encode(long[] values, int count, IntegerShape shape, BlockBytes out) {
        long offset = out.offset();
        long[] runValues = new long[shape.runs()];
        int runs = 0;
        for (int i = 1; i <= count; i++) {
            if (i == count || values[i] != values[i - 1]) {
                runValues[runs++] = values[i - 1];
                out.putShort(i - 1);
            }
        }
        out.endBuffer();
        int width = Residuals.width(shape.max() - shape.min());
        Residuals.write(runValues, runs, shape.min(), width, out);
        return new BlockLayout(Encoding.RUNS, width, runs, shape.min(), offset);
    }

    static RunLongs open(BlockLayout layout, int rows, MemorySegment data) {
        layout.requireWidth(Byte.BYTES, Short.BYTES, Integer.BYTES, Long.BYTES);
        return new RunLongs(RunEnds.open(layout, rows, data), layout.width(), layout.base());
    }

    /// The value of all rows of a run.
    public long value(int run) {
        return base + Residuals.get(ends.data(), ends.valuesOffset() + (long) run * width, width);
    }

    @Override
    public void read(int row, int count, long[] target, int offset) {
        int run = ends.find(row);
        for (int done = 0; done < count; run++) {
            int next = Math.min(count, ends.end(run) - row);
            Arrays.fill(target, offset + done, offset + next, value(run));
            done = next;
        }
    }
}
