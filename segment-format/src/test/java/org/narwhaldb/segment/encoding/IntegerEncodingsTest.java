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
    class RunLongsTest implements Longs {
        @Override
        public Encoding encoding() {
            return Encoding.RUNS;
        }

        @Override
        public List<Long> values(Random random, int count) {
            return runs(random, count, random::nextLong);
        }

        @Override
        public BlockLayout encode(List<Long> values, BlockBytes out) {
            return RunLongs.encode(values.stream().mapToLong(Long::longValue).toArray(), values.size(), out);
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
    class PackedCodesU32Test extends PackedCodesContract {}

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
            return RunCodes.encode(codes, codes.length, out);
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
