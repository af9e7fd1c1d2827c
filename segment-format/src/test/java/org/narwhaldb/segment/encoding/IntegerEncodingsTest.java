package org.narwhaldb.segment.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Integers and dictionary codes.
class IntegerEncodingsTest {

    interface Longs extends EncodingContract<Long> {
        @Override
        default BlockLayout encode(List<Long> values, BlockBytes out) {
            return LongBlock.encode(values.stream().mapToLong(Long::longValue).toArray(), values.size(), out);
        }

        @Override
        default List<Long> decode(BlockLayout layout, int rows, MemorySegment data, int from, int count) {
            long[] target = new long[count + 2];
            LongBlock.open(layout, rows, data).read(from, count, target, 1);
            return Arrays.stream(target, 1, 1 + count).boxed().toList();
        }
    }

    interface Codes extends EncodingContract<Integer> {
        int SIZE_OF_U32_DICTIONARY = 70_000;

        default int dictionarySize() {
            return SIZE_OF_U32_DICTIONARY;
        }

        @Override
        default BlockLayout encode(List<Integer> values, BlockBytes out) {
            int[] codes = values.stream().mapToInt(Integer::intValue).toArray();
            return CodeBlock.encode(codes, codes.length, dictionarySize(), out);
        }

        @Override
        default List<Integer> decode(BlockLayout layout, int rows, MemorySegment data, int from, int count) {
            int[] target = new int[count + 2];
            CodeBlock.open(layout, rows, data).read(from, count, target, 1);
            return Arrays.stream(target, 1, 1 + count).boxed().toList();
        }
    }

    @Nested
    class ConstantLongsTest implements Longs {
        @Override
        public Encoding encoding() {
            return Encoding.CONSTANT;
        }

        @Override
        public List<Long> values(Random random, int count) {
            return LongStream.iterate(random.nextLong(), value -> value).limit(count).boxed().toList();
        }
    }

    @Nested
    class PlainLongsTest implements Longs {
        @Override
        public Encoding encoding() {
            return Encoding.PLAIN;
        }

        @Override
        public List<Long> values(Random random, int count) {
            List<Long> values = random(count, random::nextLong);
            values.set(0, Long.MIN_VALUE);
            values.set(1, Long.MAX_VALUE);
            return values;
        }
    }

    @Nested
    class FrameOfReferenceLongsTest implements Longs {
        @Override
        public Encoding encoding() {
            return Encoding.FRAME_OF_REFERENCE;
        }

        @Override
        public List<Long> values(Random random, int count) {
            long range = switch (random.nextInt(3)) {
                case 0 -> 0xFFL;
                case 1 -> 0xFFFFL;
                default -> 0xFFFF_FFFFL;
            };
            long base = switch (random.nextInt(3)) {
                case 0 -> Long.MIN_VALUE;
                case 1 -> Long.MAX_VALUE - range;
                default -> random.nextInt();
            };
            List<Long> values = random(count, () -> base + random.nextLong(range + 1));
            values.set(0, base);
            values.set(1, base + range);
            return values;
        }

        @Test
        void takesTheNarrowestWidth() {
            for (long range : new long[] {1, 255, 256, 65_535, 65_536, 0xFFFF_FFFFL}) {
                var layout = LongBlock.encode(new long[] {-5, range - 5}, 2, new BlockBytes());

                assertThat(layout.name()).isEqualTo("FRAME_OF_REFERENCE_U"
                        + (range < 256 ? 8 : range < 65_536 ? 16 : 32));
            }
            assertThat(LongBlock.encode(new long[] {-5, 0xFFFF_FFFFL - 4}, 2, new BlockBytes()).name())
                    .isEqualTo("PLAIN");
        }
    }

    @Nested
    class BitPackedLongsTest implements Longs {
        @Override
        public Encoding encoding() {
            return Encoding.PACKED;
        }

        @Override
        public int nonsenseCount() {
            return 0;
        }

        /// Groups of all widths, some without bits, at a random distance; they also fit if a larger common step is found
        /// that is no int.
        @Override
        public List<Long> values(Random random, int count) {
            long scale = List.of(1, 7, 1_000).get(random.nextInt(3));
            List<Long> values = new ArrayList<>();
            while (values.size() < count) {
                int width = random.nextInt(scale == 1 ? 33 : 23);
                long base = random.nextInt(1_000_000_000) * 1_000L;
                for (int i = 0; i < Lanes.GROUP && values.size() < count; i++) {
                    values.add((base + (width == 0 ? 0 : random.nextLong(1L << width))) * scale);
                }
            }
            return values;
        }

        @Override
        public BlockLayout encode(List<Long> values, BlockBytes out) {
            long[] longs = values.stream().mapToLong(Long::longValue).toArray();
            return BitPackedLongs.encode(longs, longs.length, IntegerShape.of(longs, longs.length, true), out);
        }

        @Test
        void isChosenWhereItSavesATwentieth() {
            for (int bits : new int[] {1, 2, 7, 8, 9, 14, 15, 16, 17, 29, 31, 32}) {
                long[] values = LongStream.range(0, BLOCK_ROWS)
                        .map(i -> i * 0x9E37_79B9_7F4A_7C15L >>> Long.SIZE - bits).toArray();

                var name = LongBlock.encode(values, values.length, new BlockBytes()).name();

                assertThat(name).isEqualTo(bits == 8 || bits == 16 || bits == 31 || bits == 32
                        ? "FRAME_OF_REFERENCE_U" + Residuals.width(values.length > 0 ? (1L << bits) - 1 : 0) * 8
                        : "PACKED_" + bits);
            }
        }

        @Test
        void packsMultiplesOfACommonStep() {
            long[] values = LongStream.range(0, 5_000).map(i -> 17 + (i * 0x9E37 & 0x7F) * 86_400_000L).toArray();

            assertThat(LongBlock.encode(values, values.length, new BlockBytes()).name()).isEqualTo("PACKED_7");
        }
    }

    @Nested
    class DeltaLongsTest implements Longs {
        @Override
        public Encoding encoding() {
            return Encoding.DELTA;
        }

        @Override
        public int nonsenseCount() {
            return 0;
        }

        /// Ascending runs of any length, steps of any width, restarts at any row.
        @Override
        public List<Long> values(Random random, int count) {
            int scale = List.of(1, 3, 1_000).get(random.nextInt(3));
            int rows = 1 << random.nextInt(14);
            List<Long> values = new ArrayList<>();
            long value = random.nextInt();
            long step = 1;
            while (values.size() < count) {
                if (random.nextInt(rows) == 0) {
                    value = random.nextInt() * 1_000L;
                    step = 1L << random.nextInt(34);
                }
                values.add(value * scale);
                value += random.nextLong(step) + (random.nextInt(100) == 0 ? 1L << random.nextInt(40) : 0);
            }
            return values;
        }

        @Override
        public BlockLayout encode(List<Long> values, BlockBytes out) {
            long[] longs = values.stream().mapToLong(Long::longValue).toArray();
            int scale = IntegerShape.of(longs, longs.length, true).scale();
            return DeltaLongs.encode(longs, longs.length, DeltaShape.of(longs, longs.length, scale), out);
        }

        @Test
        void isChosenForTimesInAFewAscendingRuns() {
            long[] times = new long[BLOCK_ROWS];
            for (int i = 1; i < times.length; i++) {
                times[i] = i % 10_000 == 0 ? 0 : times[i - 1] + (i * 0x9E37L & 0xFFF) * 1_000;
            }

            assertThat(LongBlock.encode(times, times.length, new BlockBytes()).name()).isEqualTo("DELTA_12");
        }
    }

    @Nested
    class RunLongsTest implements Longs {
        @Override
        public Encoding encoding() {
            return Encoding.RUNS;
        }

        @Override
        public List<Long> values(Random random, int count) {
            int bits = random.nextInt(Long.SIZE);
            return runs(random, count, () -> random.nextLong() >> bits);
        }

        @Override
        public BlockLayout encode(List<Long> values, BlockBytes out) {
            long[] longs = values.stream().mapToLong(Long::longValue).toArray();
            return RunLongs.encode(longs, longs.length, IntegerShape.of(longs, longs.length, true), out);
        }

        @Test
        void isChosenWhenRunsAreLong() {
            long[] values = LongStream.range(0, 1_000).map(i -> i / 50).toArray();

            assertThat(LongBlock.encode(values, 1_000, new BlockBytes()).name()).isEqualTo("RUNS");
        }
    }

    @Nested
    class ConstantCodesTest implements Codes {
        @Override
        public Encoding encoding() {
            return Encoding.CONSTANT;
        }

        @Override
        public List<Integer> values(Random random, int count) {
            int code = random.nextInt(Codes.SIZE_OF_U32_DICTIONARY);
            return LongStream.range(0, count).mapToObj(i -> code).toList();
        }
    }

    abstract static class PackedCodesContract implements Codes {
        @Override
        public Encoding encoding() {
            return Encoding.DICTIONARY;
        }

        @Override
        public List<Integer> values(Random random, int count) {
            List<Integer> codes = new ArrayList<>(random(count, () -> random.nextInt(dictionarySize())).stream()
                    .map(Long::intValue).toList());
            codes.set(0, 0);
            codes.set(1, dictionarySize() - 1);
            return codes;
        }
    }

    @Nested
    class PackedCodesU8Test extends PackedCodesContract {
        @Override
        public int dictionarySize() {
            return 256;
        }
    }

    @Nested
    class PackedCodesU16Test extends PackedCodesContract {
        @Override
        public int dictionarySize() {
            return 65_536;
        }
    }

    @Nested
    class PackedCodesU32Test extends PackedCodesContract {
        @Override
        public int dictionarySize() {
            return Integer.MAX_VALUE;
        }
    }

    @Nested
    class BitPackedCodesTest implements Codes {
        @Override
        public Encoding encoding() {
            return Encoding.PACKED;
        }

        @Override
        public List<Integer> values(Random random, int count) {
            int width = 1 + random.nextInt(31);
            List<Integer> codes = new ArrayList<>(random(count, () -> random.nextLong(1L << width)).stream()
                    .map(Long::intValue).toList());
            codes.set(0, (int) ((1L << width) - 1));
            return codes;
        }

        @Override
        public BlockLayout encode(List<Integer> values, BlockBytes out) {
            int[] codes = values.stream().mapToInt(Integer::intValue).toArray();
            return BitPackedCodes.encode(codes, codes.length, Lanes.width(codes[0]), out);
        }
    }

    @Nested
    class RunCodesTest implements Codes {
        @Override
        public Encoding encoding() {
            return Encoding.RUNS;
        }

        @Override
        public List<Integer> values(Random random, int count) {
            return runs(random, count, () -> random.nextInt(Codes.SIZE_OF_U32_DICTIONARY)).stream()
                    .map(Long::intValue).toList();
        }

        @Override
        public BlockLayout encode(List<Integer> values, BlockBytes out) {
            int[] codes = values.stream().mapToInt(Integer::intValue).toArray();
            return RunCodes.encode(codes, codes.length, Integer.BYTES, out);
        }
    }

    private static List<Long> random(int count, LongSupplier source) {
        return new ArrayList<>(LongStream.generate(source).limit(count).boxed().toList());
    }

    private static List<Long> runs(Random random, int count, LongSupplier source) {
        List<Long> values = new ArrayList<>();
        while (values.size() < count) {
            long value = source.getAsLong();
            for (int i = random.nextInt(200); i >= 0 && values.size() < count; i--) {
                values.add(value);
            }
        }
        return values;
    }
}
