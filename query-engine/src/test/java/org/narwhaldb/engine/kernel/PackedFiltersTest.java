package org.narwhaldb.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.narwhaldb.segment.encoding.Lanes;
import org.narwhaldb.segment.encoding.LittleEndian;

/// Groups packed bit by bit, as the format's description has it, against what the kernels make of them.
class PackedFiltersTest {
    private static final int PADDING = 64;
    private static final int WORDS = Lanes.GROUP / Long.SIZE;

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeAll
    static void useVectors() {
        KernelWarmUp.skip();
    }

    @Test
    void numbersOfAllWidthsAreUnpackedAndFiltered() {
        assumeThat(VectorSupport.isAvailable()).isTrue();
        for (int width = 1; width <= Lanes.WIDTH_MAX; width++) {
            isFiltered(width);
        }
    }

    private void isFiltered(int width) {
        long mask = (1L << width) - 1;
        long[] numbers = random.longs(Lanes.GROUP).map(number -> number & mask).toArray();
        long at = 128L * random.nextInt(3);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(at + Lanes.bytes(width) + PADDING, 64);
            for (int index = 0; index < numbers.length; index++) {
                put(data, at, width, index, numbers[index]);
            }
            int[] unpacked = new int[Lanes.GROUP + 7];
            PackedFilters.unpack(data, at, width, unpacked, 7);
            for (int index = 0; index < numbers.length; index++) {
                assertThat(unpacked[index + 7]).as("number %d of %d bits", index, width).isEqualTo((int) numbers[index]);
            }
            boolean negate = random.nextBoolean();
            long low = numbers[random.nextInt(Lanes.GROUP)];
            long span = Math.min(mask - low, random.nextLong() & mask);
            check(numbers, number -> (number >= low && number <= low + span) != negate, "range",
                    bitmap -> PackedFilters.range(data, at, width, (int) low, (int) span, negate, bitmap, 2));
            if (width > Byte.SIZE) {
                int[] few = new int[Filters.ANY * (1 + random.nextInt(PackedFilters.ANY_MAX / Filters.ANY))];
                Arrays.setAll(few, index -> (int) numbers[random.nextInt(Lanes.GROUP)]);
                long[] found = new long[PackedFilters.GROUP_WORDS];
                check(numbers, number -> Arrays.stream(few).anyMatch(one -> one == (int) number), "any",
                        bitmap -> PackedFilters.any(data, at, width, few, found, bitmap, 2));
            } else if (PackedFilters.canLookUp()) {
                byte[] table = new byte[256];
                for (int code = 0; code < table.length; code++) {
                    table[code] = (byte) -random.nextInt(2);
                }
                check(numbers, number -> table[(int) number] != 0, "set",
                        bitmap -> PackedFilters.set(data, at, width, table, bitmap, 2));
            }
        }
    }

    private interface Filter {
        void keep(long[] bitmap);
    }

    /// The group's rows begin with word 2.
    private void check(long[] numbers, LongPredicate passes, String what, Filter filter) {
        long[] bitmap = random.longs(WORDS + 4).toArray();
        long[] expected = bitmap.clone();
        for (int index = 0; index < numbers.length; index++) {
            if (!passes.test(numbers[index])) {
                expected[2 + (index >> 6)] &= ~(1L << index);
            }
        }
        filter.keep(bitmap);
        assertThat(bitmap).as("%s, seed %d", what, seed).isEqualTo(expected);
    }

    private static void put(MemorySegment data, long at, int width, int index, long number) {
        int laneBits = Lanes.laneBits(width);
        int lanes = Lanes.GROUP / laneBits;
        for (int bit = 0; bit < width; bit++) {
            int position = index / lanes * width + bit;
            long place = at + (long) (position / laneBits) * Lanes.REGISTER_BYTES
                    + (long) (index % lanes) * laneBits / Byte.SIZE + position % laneBits / Byte.SIZE;
            int set = (int) (number >>> bit & 1) << position % Byte.SIZE;
            data.set(LittleEndian.I8, place, (byte) (data.get(LittleEndian.I8, place) | set));
        }
    }
}
