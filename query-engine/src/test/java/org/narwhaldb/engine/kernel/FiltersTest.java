package org.narwhaldb.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.narwhaldb.segment.encoding.LittleEndian;

/// Kernels on vectors and their twins against the plainest loop there is.
class FiltersTest {
    private static final int ROUNDS = 60;
    private static final int ROWS_MAX = 700;
    private static final int PADDING = 64;

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeAll
    static void useVectors() {
        KernelWarmUp.skip();
    }

    private interface Filter {
        void keep(MemorySegment data, long at, int from, int rows, long[] bitmap);
    }

    @Test
    void rangesOfUnsignedNumbersKeepWhatIsInsideOrOutside() {
        for (int round = 0; round < ROUNDS; round++) {
            boolean negate = random.nextBoolean();
            for (int width : new int[] {1, 2, 4}) {
                long mask = (1L << width * 8) - 1;
                long low = bound(mask);
                long span = random.nextInt(4) == 0 ? 0 : Math.min(bound(mask), mask - low);
                LongPredicate passes = value -> ((value & mask) >= low && (value & mask) <= low + span) != negate;
                check(width, passes,
                        (data, at, _, rows, bitmap) -> range(width, data, at, rows, low, span, negate, bitmap),
                        (data, at, from, rows, bitmap) -> scalarRange(width, data, at, from, rows, low, span, negate,
                                bitmap));
            }
        }
    }

    @Test
    void rangesOfLongsKeepWhatIsInsideOrOutside() {
        for (int round = 0; round < ROUNDS; round++) {
            boolean negate = random.nextBoolean();
            long a = interesting();
            long b = interesting();
            long low = Math.min(a, b);
            long high = Math.max(a, b);
            check(Long.BYTES, value -> (value >= low && value <= high) != negate,
                    (data, at, _, rows, bitmap) -> Filters.rangeI64(data, at, rows, low, high - low, negate, bitmap),
                    (data, at, from, rows, bitmap) -> ScalarFilters.rangeI64(
                            data, at, from, rows, low, high - low, negate ? -1 : 0, bitmap));
        }
    }

    @Test
    void rangesOfDoublesFollowTheirKeys() {
        for (int round = 0; round < ROUNDS; round++) {
            boolean negate = random.nextBoolean();
            long a = interesting();
            long b = interesting();
            long low = Math.min(a, b);
            long high = Math.max(a, b);
            LongPredicate passes = bits -> {
                long key = DoubleKeys.of(Double.longBitsToDouble(bits));
                return (key >= low && key <= high) != negate;
            };
            check(Long.BYTES, passes,
                    (data, at, _, rows, bitmap) -> Filters.rangeF64(data, at, rows, low, high - low, negate, bitmap),
                    (data, at, from, rows, bitmap) -> ScalarFilters.rangeF64(
                            data, at, from, rows, low, high - low, negate ? -1 : 0, bitmap));
        }
    }

    @Test
    void keysStandInTheOrderOfDoubles() {
        double[] values = {Double.NEGATIVE_INFINITY, -Double.MAX_VALUE, -1, -Double.MIN_VALUE, -0.0, 0.0,
            Double.MIN_VALUE, 0.5, 1, Double.MAX_VALUE, Double.POSITIVE_INFINITY, Double.NaN};
        for (int index = 1; index < values.length; index++) {
            assertThat(DoubleKeys.of(values[index])).isGreaterThan(DoubleKeys.of(values[index - 1]));
        }
    }

    @Test
    void setsKeepTheirMembers() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] table = new byte[256];
            for (int code = 0; code < table.length; code++) {
                table[code] = (byte) -random.nextInt(2);
            }
            check(1, value -> table[(int) value & 0xFF] != 0,
                    (data, at, _, rows, bitmap) -> Filters.setU8(data, at, rows, table, bitmap),
                    (data, at, from, rows, bitmap) -> ScalarFilters.setU8(data, at, from, rows, table, bitmap));
            long[] set = random.longs(Filters.SET_U16_WORDS).toArray();
            Filter setU16 = (data, at, from, rows, bitmap) ->
                    ScalarFilters.setU16(data, at, from, rows, set, bitmap);
            check(2, value -> (set[(int) (value & 0xFFFF) >> 6] >>> value & 1) != 0, setU16, setU16);
        }
    }

    @Test
    void aSetOfWideCodesAnswersForThoseInsideIt() {
        long[] set = random.longs(1 << 12).toArray();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(ROWS_MAX * 4L, 64);
            for (int row = 0; row < ROWS_MAX; row++) {
                data.set(LittleEndian.I32, row * 4L, random.nextInt(set.length * 64));
            }
            long[] bitmap = new long[11];
            Bitmaps.fill(bitmap, ROWS_MAX);
            Filters.setU32(data, 0, ROWS_MAX, set, bitmap);
            for (int row = 0; row < ROWS_MAX; row++) {
                int code = data.get(LittleEndian.I32, row * 4L);
                assertThat(bitmap[row >> 6] >>> row & 1).as("seed %d", seed).isEqualTo(set[code >> 6] >>> code & 1);
            }
        }
    }

    @Test
    void anyOfFourKeepsEachOfThem() {
        for (int round = 0; round < ROUNDS; round++) {
            int[] values = random.ints(4, 0, 300).toArray();
            LongPredicate passes = value -> Arrays.stream(values).anyMatch(member -> member == value);
            check(2, value -> passes.test(value & 0xFFFF),
                    (data, at, _, rows, bitmap) -> Filters.anyU16(data, at, rows, values, bitmap),
                    (data, at, from, rows, bitmap) -> ScalarFilters.anyU16(data, at, from, rows, values, bitmap));
            check(4, value -> passes.test(value & 0xFFFF_FFFFL),
                    (data, at, _, rows, bitmap) -> Filters.anyU32(data, at, rows, values, bitmap),
                    (data, at, from, rows, bitmap) -> ScalarFilters.anyU32(data, at, from, rows, values, bitmap));
        }
    }

    @Test
    void rowNumbersAreThoseOfTheBits() {
        for (int round = 0; round < ROUNDS; round++) {
            long[] bitmap = new long[20];
            int density = 1 + random.nextInt(100);
            for (int row = 0; row < bitmap.length * 64; row++) {
                bitmap[row >> 6] |= (random.nextInt(density) == 0 ? 1L : 0L) << row;
            }
            int from = random.nextInt(5);
            int[] expected = java.util.stream.IntStream.range(from * 64, bitmap.length * 64)
                    .filter(row -> (bitmap[row >> 6] >>> row & 1) != 0).toArray();
            int[] rows = new int[bitmap.length * 64 + RowIds.SLACK];
            int count = RowIds.of(bitmap, from, bitmap.length, rows);
            assertThat(Arrays.copyOf(rows, count)).as("seed %d", seed).isEqualTo(expected);
            assertThat(RowIds.scalar(bitmap, from, bitmap.length, rows)).isEqualTo(count);
            assertThat(Arrays.copyOf(rows, count)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void rangesOfRowsAreCleared() {
        for (int round = 0; round < ROUNDS; round++) {
            int from = random.nextInt(640);
            int to = from + random.nextInt(641 - from);
            long[] bitmap = new long[10];
            Arrays.fill(bitmap, -1);
            Bitmaps.clearRange(bitmap, from, to);
            for (int row = 0; row < 640; row++) {
                assertThat((bitmap[row >> 6] >>> row & 1) == 0).as("row %d of %d..%d", row, from, to)
                        .isEqualTo(row >= from && row < to);
            }
        }
    }

    private long bound(long mask) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> mask;
            case 2 -> random.nextLong() & mask & 0x1FF;
            default -> random.nextLong() & mask;
        };
    }

    private long interesting() {
        return switch (random.nextInt(5)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> random.nextInt(600) - 300;
            default -> random.nextLong();
        };
    }

    private static void range(int width, MemorySegment data, long at, int rows, long low, long span, boolean negate,
            long[] bitmap) {
        switch (width) {
            case 1 -> Filters.rangeU8(data, at, rows, (int) low, (int) span, negate, bitmap);
            case 2 -> Filters.rangeU16(data, at, rows, (int) low, (int) span, negate, bitmap);
            default -> Filters.rangeU32(data, at, rows, (int) low, (int) span, negate, bitmap);
        }
    }

    private static void scalarRange(int width, MemorySegment data, long at, int from, int rows, long low, long span,
            boolean negate, long[] bitmap) {
        long flip = negate ? -1 : 0;
        switch (width) {
            case 1 -> ScalarFilters.rangeU8(data, at, from, rows, (int) low, (int) span, flip, bitmap);
            case 2 -> ScalarFilters.rangeU16(data, at, from, rows, (int) low, (int) span, flip, bitmap);
            default -> ScalarFilters.rangeU32(data, at, from, rows, (int) low, (int) span, flip, bitmap);
        }
    }

    /// @param passes of the stored value, sign-extended
    private void check(int width, LongPredicate passes, Filter kernel, Filter twin) {
        int rows = 1 + random.nextInt(ROWS_MAX);
        try (Arena arena = Arena.ofConfined()) {
            long at = 64L * random.nextInt(3);
            MemorySegment data = arena.allocate(at + (long) rows * width + PADDING, 64);
            long[] before = random.longs(Bitmaps.words(rows)).toArray();
            long[] all = new long[before.length];
            Bitmaps.fill(all, rows);
            Bitmaps.and(before, all, before.length);
            long[] expected = before.clone();
            for (int row = 0; row < rows; row++) {
                long value = random.nextInt(3) == 0 ? interesting() : random.nextInt(300);
                put(data, at, width, row, value);
                if (!passes.test(get(data, at, width, row))) {
                    expected[row >> 6] &= ~(1L << row);
                }
            }
            long[] bitmap = before.clone();
            kernel.keep(data, at, 0, rows, bitmap);
            assertThat(bitmap).as("width %d, %d rows, seed %d", width, rows, seed).isEqualTo(expected);
            bitmap = before.clone();
            twin.keep(data, at, 0, rows, bitmap);
            assertThat(bitmap).as("twin, width %d, %d rows, seed %d", width, rows, seed).isEqualTo(expected);
        }
    }

    private static void put(MemorySegment data, long at, int width, int row, long value) {
        switch (width) {
            case 1 -> data.set(LittleEndian.I8, at + row, (byte) value);
            case 2 -> data.set(LittleEndian.I16, at + row * 2L, (short) value);
            case 4 -> data.set(LittleEndian.I32, at + row * 4L, (int) value);
            default -> data.set(LittleEndian.I64, at + row * 8L, value);
        }
    }

    private static long get(MemorySegment data, long at, int width, int row) {
        return switch (width) {
            case 1 -> data.get(LittleEndian.I8, at + row);
            case 2 -> data.get(LittleEndian.I16, at + row * 2L);
            case 4 -> data.get(LittleEndian.I32, at + row * 4L);
            default -> data.get(LittleEndian.I64, at + row * 8L);
        };
    }
}
