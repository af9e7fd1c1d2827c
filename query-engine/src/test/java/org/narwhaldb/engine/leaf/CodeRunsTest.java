package org.narwhaldb.engine.leaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.narwhaldb.segment.encoding.BitmapBooleans;
import org.narwhaldb.segment.encoding.RunCodes;
import org.narwhaldb.segment.encoding.RunEnds;

/// Runs of random lengths with NULLs in stretches, against the rows one by one.
class CodeRunsTest {
    private static final int ROWS_MAX = 65_536;

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @RepeatedTest(40)
    void runsEndWhereCodesOrNullsDo() {
        int rows = 1 + random.nextInt(ROWS_MAX);
        int[] codes = stretches(rows, 250);
        int[] nulls = random.nextBoolean() ? stretches(rows, 50 + random.nextInt(3_000)) : null;
        try (Arena arena = Arena.ofConfined()) {
            CodeRuns runs = new CodeRuns();
            for (int times = 0; times < 2; times++) {
                runs.read(encode(codes, arena), nulls == null ? null : bitmap(nulls, arena), rows);
            }
            for (int index = 0; index < rows; index++) {
                codes[index] = nulls != null && nulls[index] % 2 == 0 ? ColumnReader.NULL : codes[index];
            }
            check(runs, codes);
        }
    }

    private void check(CodeRuns runs, int[] expected) {
        int changes = 1;
        for (int row = 1; row < expected.length; row++) {
            changes += expected[row] == expected[row - 1] ? 0 : 1;
        }
        if (runs.until(0) == 0) {
            assertThat(changes).as("seed %d", seed).isGreaterThan(4_097);
            return;
        }
        for (int times = 0; times < 100; times++) {
            int row = random.nextInt(expected.length);
            int until = runs.until(row);
            assertThat(until).as("seed %d", seed).isGreaterThan(row).isLessThanOrEqualTo(expected.length);
            for (int same = row; same < until; same++) {
                assertThat(runs.code()).as("row %d, seed %d", same, seed).isEqualTo(expected[same]);
            }
            int count = Math.min(4_096, expected.length - row);
            int[] ends = new int[257];
            int[] codes = new int[257];
            int found = runs.copy(row, count, ends, codes);
            for (int run = 0, at = 0; run < found; run++) {
                for (; at < ends[run]; at++) {
                    assertThat(codes[run]).as("row %d, seed %d", row + at, seed).isEqualTo(expected[row + at]);
                }
            }
            assertThat(found < 0 || ends[found - 1] == count).as("seed %d", seed).isTrue();
        }
    }

    /// Neighbours differ where a stretch ends.
    private int[] stretches(int rows, int mean) {
        int[] values = new int[rows];
        for (int row = 0, value = random.nextInt(2); row < rows; value = value + 1 & 0xFF) {
            for (int end = Math.min(rows, row + 1 + random.nextInt(2 * mean)); row < end; row++) {
                values[row] = value;
            }
        }
        return values;
    }

    private static RunCodes encode(int[] codes, Arena arena) {
        int count = 1;
        for (int row = 1; row < codes.length; row++) {
            count += codes[row] == codes[row - 1] ? 0 : 1;
        }
        MemorySegment data = arena.allocate(4L * ROWS_MAX + 256, Long.BYTES);
        RunCodes runs = new RunCodes(new RunEnds(data, 0, count, codes.length), Byte.BYTES);
        int run = 0;
        for (int row = 1; row <= codes.length; row++) {
            if (row == codes.length || codes[row] != codes[row - 1]) {
                data.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * run, (short) (row - 1));
                data.set(ValueLayout.JAVA_BYTE, runs.ends().valuesOffset() + run, (byte) codes[row - 1]);
                run++;
            }
        }
        return runs;
    }

    private static BitmapBooleans bitmap(int[] nulls, Arena arena) {
        MemorySegment data = arena.allocate(ROWS_MAX / Byte.SIZE + 64, Long.BYTES);
        for (int row = 0; row < nulls.length; row++) {
            if (nulls[row] % 2 == 0) {
                long at = row / Byte.SIZE;
                data.set(ValueLayout.JAVA_BYTE, at, (byte) (data.get(ValueLayout.JAVA_BYTE, at) | 1 << row % Byte.SIZE));
            }
        }
        return new BitmapBooleans(data, 0);
    }
}
