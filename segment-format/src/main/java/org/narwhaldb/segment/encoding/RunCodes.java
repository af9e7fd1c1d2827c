package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// RUNS of dictionary codes: run ends, then codes of 1, 2 or 4 bytes in a buffer of their own.
public record RunCodes(RunEnds ends, int width) implements CodeBlock {
    private static final int BYTE_MASK = 0xFF;
    private static final int SHORT_MASK = 0xFFFF;

    static long bytes(int runs, int width) {
        return RunEnds.bytes(runs) + BlockLayout.padded((long) runs * width);
    }

    static BlockLayout encode(int[] codes, int count, int width, BlockBytes out) {
        long offset = out.offset();
        long[] values = new long[count];
        int runs = 0;
        for (int i = 1; i <= count; i++) {
            if (i == count || codes[i] != codes[i - 1]) {
                values[runs++] = codes[i - 1];
                out.putShort(i - 1);
            }
        }
        out.endBuffer();
        Residuals.write(values, runs, 0, width, out);
        return new BlockLayout(Encoding.RUNS, width, runs, 0, offset);
    }

    static RunCodes open(BlockLayout layout, int rows, MemorySegment data) {
        layout.requireWidth(Byte.BYTES, Short.BYTES, Integer.BYTES);
        return new RunCodes(RunEnds.open(layout, rows, data), layout.width());
    }

    /// The code of all rows of a run.
    public int code(int run) {
        long at = ends.valuesOffset() + (long) run * width;
        return switch (width) {
            case Byte.BYTES -> ends.data().get(LittleEndian.I8, at) & BYTE_MASK;
            case Short.BYTES -> ends.data().get(LittleEndian.I16, at) & SHORT_MASK;
            default -> ends.data().get(LittleEndian.I32, at);
        };
    }

    @Override
    public void read(int row, int count, int[] target, int offset) {
        int run = ends.find(row);
        for (int done = 0; done < count; run++) {
            int next = Math.min(count, ends.end(run) - row);
            Arrays.fill(target, offset + done, offset + next, code(run));
            done = next;
        }
    }
}
