package org.narwhaldb.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.apache.datasketches.common.Util;
import org.apache.datasketches.hash.MurmurHash3;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

/// What reads values and groups them, at lengths that are no multiple of a vector, against the definition in the plainest words.
class GroupKernelsTest {
    private static final int ROWS_MAX = 4_096;

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeAll
    static void useVectors() {
        KernelWarmUp.skip();
    }

    @RepeatedTest(20)
    void valuesOfAllWidthsAreDecoded() {
        int count = 1 + random.nextInt(200);
        long at = 8L * random.nextInt(3);
        long base = random.nextLong();
        byte[] bytes = new byte[(int) at + 200 * Long.BYTES];
        random.nextBytes(bytes);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(bytes.length, Long.BYTES);
            data.copyFrom(MemorySegment.ofArray(bytes));
            for (int width : new int[] {1, 2, 4, 8}) {
                long[] longs = new long[count];
                Decode.longs(data, at, width, base, count, longs);
                int[] ints = new int[count];
                Decode.ints(data, at, Math.min(width, Integer.BYTES), count, ints);
                for (int row = 0; row < count; row++) {
                    long stored = 0;
                    for (int index = width - 1; index >= 0; index--) {
                        stored = stored << Byte.SIZE | bytes[(int) at + row * width + index] & 0xFF;
                    }
                    assertThat(longs[row]).as("row %d of %d of %d bytes, seed %d", row, count, width, seed).isEqualTo(base + stored);
                    if (width <= Integer.BYTES) {
                        assertThat(ints[row]).as("row %d of %d of %d bytes, seed %d", row, count, width, seed).isEqualTo((int) stored);
                    }
                }
            }
        }
    }

    @RepeatedTest(20)
    void couponsAreTheLibrarys() {
        long[] values = random.longs(random.nextInt(200)).map(value -> value >> random.nextInt(Long.SIZE)).toArray();
        int[] coupons = new int[values.length];

        DistinctHash.coupons(values, values.length, coupons);

        for (int i = 0; i < values.length; i++) {
            long[] hash = MurmurHash3.hash(values[i], Util.DEFAULT_UPDATE_SEED);
            int rank = Math.min(Long.numberOfLeadingZeros(hash[1]), 62) + 1;
            assertThat(coupons[i]).as("%d, place %d, seed %d", values[i], i, seed).isEqualTo(rank << 26 | (int) hash[0] & 0x3FF_FFFF);
        }
    }

    @RepeatedTest(20)
    void numbersAreWidened() {
        int from = random.nextInt(10);
        int count = random.nextInt(100);
        int offset = random.nextInt(10);
        long base = random.nextLong();
        long scale = 1 + random.nextInt(1_000);
        int[] numbers = random.ints(120).toArray();
        long[] target = new long[120];
        long[] expected = new long[120];
        for (int i = 0; i < count; i++) {
            expected[offset + i] = base + Integer.toUnsignedLong(numbers[from + i]) * scale;
        }
        Decode.widen(numbers, from, count, base, scale, target, offset);
        assertThat(target).as("seed %d", seed).isEqualTo(expected);
    }

    @RepeatedTest(20)
    void aStretchIsAddedUp() {
        long[] values = random.longs(300).toArray();
        int from = random.nextInt(300);
        int to = from + 1 + random.nextInt(300 - from);
        long[] stretch = Arrays.copyOfRange(values, from, to);
        assertThat(GroupLoops.sum(values, from, to)).as("seed %d", seed).isEqualTo(Arrays.stream(stretch).sum());
        assertThat(GroupLoops.min(values, from, to)).as("seed %d", seed).isEqualTo(Arrays.stream(stretch).min().orElseThrow());
        assertThat(GroupLoops.max(values, from, to)).as("seed %d", seed).isEqualTo(Arrays.stream(stretch).max().orElseThrow());
        assertThat(GroupLoops.sum(values, from, from)).isZero();
    }

    @RepeatedTest(20)
    void rowsOfEachGroupAreCounted() {
        int rows = 1 + random.nextInt(ROWS_MAX);
        int groups = 1 + random.nextInt(12);
        int[] numbers = random.ints(rows, 0, groups).toArray();
        int[] counts = new int[groups];
        int[] expected = new int[groups];
        Arrays.setAll(counts, group -> expected[group] = random.nextInt(100));
        Arrays.stream(numbers).forEach(group -> expected[group]++);
        GroupLoops.count(numbers, rows, counts, groups);
        assertThat(counts).as("seed %d", seed).isEqualTo(expected);
    }

    @RepeatedTest(40)
    void runsOfGroupsAreFoundIfTheyAreLong() {
        int rows = 1 + random.nextInt(ROWS_MAX);
        int[] groups = new int[rows];
        int mean = 1 + random.nextInt(100);
        for (int row = 1; row < rows; row++) {
            groups[row] = random.nextInt(mean) == 0 ? random.nextInt() : groups[row - 1];
        }
        int expected = 1;
        for (int row = 1; row < rows; row++) {
            expected += groups[row] == groups[row - 1] ? 0 : 1;
        }
        GroupRuns runs = new GroupRuns(ROWS_MAX);
        boolean isFound = runs.find(groups, rows);
        assertThat(isFound).as("%d runs of %d rows, seed %d", expected, rows, seed).isEqualTo(expected <= rows / 16 + 1);
        if (isFound) {
            assertThat(runs.count()).isEqualTo(expected);
            assertThat(runs.end(expected - 1)).isEqualTo(rows);
            assertThat(Arrays.copyOf(runs.groups(), rows)).as("seed %d", seed).isEqualTo(groups);
        }
    }

    @RepeatedTest(40)
    void runsOfSeveralKeysAreCutWhereEitherEnds() {
        int rows = 1 + random.nextInt(ROWS_MAX);
        int mean = 1 + random.nextInt(200);
        int[] groups = new int[rows];
        GroupRuns runs = new GroupRuns(ROWS_MAX);
        runs.start(rows);
        boolean isCut = true;
        for (int key = 0, stride = 1; key < 3 && isCut; key++, stride *= 5) {
            int[] keyEnds = new int[rows];
            int[] ids = new int[rows];
            int keyRuns = 0;
            for (int row = 0; row < rows; keyRuns++) {
                int end = Math.min(rows, row + 1 + random.nextInt(2 * mean));
                ids[keyRuns] = random.nextInt(5);
                keyEnds[keyRuns] = end;
                for (; row < end; row++) {
                    groups[row] += ids[keyRuns] * stride;
                }
            }
            isCut = runs.cut(keyEnds, ids, keyRuns, stride);
        }
        if (isCut) {
            assertThat(Arrays.copyOf(runs.groups(), rows)).as("seed %d", seed).isEqualTo(groups);
            long[] values = random.longs(rows).toArray();
            long[] sums = runs.sums(values).clone();
            int from = 0;
            for (int run = 0; run < runs.count(); run++) {
                assertThat(sums[run]).as("seed %d", seed).isEqualTo(Arrays.stream(values, from, runs.end(run)).sum());
                from = runs.end(run);
            }
        } else {
            assertThat(mean).as("of %d rows, seed %d", rows, seed).isLessThan(120);
        }
    }

    @RepeatedTest(20)
    void bucketsAreFloors() {
        long step = 1 + random.nextLong(1L << random.nextInt(1, 40));
        long first = random.nextLong(1L << 40) - (1L << 39);
        int count = 1 + random.nextInt(100);
        long steps = Math.min((1L << 51) / step, Integer.MAX_VALUE / 2);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            long quotient = random.nextLong(steps + 1);
            // At the edges of buckets, where the multiplication is off.
            values[i] = first + quotient * step + switch (random.nextInt(3)) {
                case 0 -> 0;
                case 1 -> step - 1;
                default -> random.nextLong(step);
            };
        }
        int[] target = new int[count];
        Buckets.divide(values, count, first, step, target);
        for (int i = 0; i < count; i++) {
            assertThat(target[i]).as("value %d from %d by %d, seed %d", values[i], first, step, seed)
                    .isEqualTo((int) Math.floorDiv(values[i] - first, step));
        }
    }

    @RepeatedTest(20)
    void placesOfBitsAmongPickedRows() {
        long[] picked = {random.nextLong(), 0, -1, random.nextLong() & random.nextLong() & random.nextLong()};
        long[] stored = random.longs(4).toArray();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(40, Long.BYTES);
            MemorySegment.copy(stored, 0, data, ValueLayout.JAVA_LONG, 8, 4);
            int[] rows = new int[256];
            int count = 0;
            for (int row = 64; row < 256; row++) {
                if ((picked[row / 64] >>> row & 1) != 0) {
                    rows[count++] = row;
                }
            }
            int[] expected = new int[257];
            int[] target = new int[257];
            int found = BitPlaces.of(data, 8, rows, count, expected);
            assertThat(BitPlaces.of(data, 8, picked, 1, 4, target)).as("seed %d", seed).isEqualTo(found);
            assertThat(Arrays.copyOf(target, found)).as("seed %d", seed).isEqualTo(Arrays.copyOf(expected, found));
        }
    }
}
