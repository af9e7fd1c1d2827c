package org.narwhaldb.segment.encoding;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// RUNS of dictionary codes: u32 run ends, then u32 codes in a buffer of their own.
public record RunCodes(RunEnds ends) implements CodeBlock {

    static BlockLayout encode(int[] codes, int count, BlockBytes out) {
        long offset = out.offset();
        int runs = 0;
        for (int i = 1; i <= count; i++) {
            if (i == count || codes[i] != codes[i - 1]) {
                out.putInt(i);
                runs++;
            }
        }
        out.endBuffer();
        for (int i = 1; i <= count; i++) {
            if (i == count || codes[i] != codes[i - 1]) {
                out.putInt(codes[i - 1]);
            }
        }
        out.endBuffer();
        return new BlockLayout(Encoding.RUNS, Integer.BYTES, runs, 0, offset);
    }

    static RunCodes open(BlockLayout layout, int rows, MemorySegment data) {
        layout.requireWidth(Integer.BYTES);
        return new RunCodes(RunEnds.open(layout, rows, data, Integer.BYTES));
    }

    @Override
    public void read(int row, int count, int[] target, int offset) {
        int run = ends.find(row);
        for (int done = 0; done < count; run++) {
            int next = Math.min(count, ends.end(run) - row);
            int code = ends.data().get(LittleEndian.I32, ends.valuesOffset() + (long) run * Integer.BYTES);
            Arrays.fill(target, offset + done, offset + next, code);
            done = next;
        }
    }
}
