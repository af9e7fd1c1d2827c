package org.narwhaldb.segment.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Doubles, booleans, 128-bit integers and bytes.
class OtherEncodingsTest {

    interface Doubles extends EncodingContract<Double> {
        @Override
        default BlockLayout encode(List<Double> values, BlockBytes out) {
            return DoubleBlock.encode(values.stream().mapToDouble(Double::doubleValue).toArray(), values.size(), out);
        }

        @Override
        default List<Double> decode(BlockLayout layout, int rows, MemorySegment data, int from, int count) {
            double[] target = new double[count + 2];
            DoubleBlock.open(layout, rows, data).read(from, count, target, 1);
            return Arrays.stream(target, 1, 1 + count).boxed().toList();
        }
    }

    @Nested
    class ConstantDoublesTest implements Doubles {
        @Override
        public Encoding encoding() {
            return Encoding.CONSTANT;
        }

        @Override
        public List<Double> values(Random random, int count) {
            double value = List.of(-0.0, Double.NaN, random.nextGaussian()).get(random.nextInt(3));
            return list(count, () -> value);
        }
    }

    @Nested
    class PlainDoublesTest implements Doubles {
        @Override
        public Encoding encoding() {
            return Encoding.PLAIN;
        }

        @Override
        public List<Double> values(Random random, int count) {
            List<Double> values = list(count, () -> random.nextInt(100) * 0.25);
            values.set(random.nextInt(count), List.of(-0.0, Double.NaN, Double.NEGATIVE_INFINITY, Math.PI,
                    Double.MIN_VALUE, Double.MAX_VALUE, 1e15, 1e300).get(random.nextInt(8)));
            values.set(random.nextInt(count), -0.0);
            values.set(values.getFirst().equals(-0.0) ? 1 : 0, Double.POSITIVE_INFINITY);
            return values;
        }
    }

    @Nested
    class DecimalDoublesTest implements Doubles {
        @Override
        public Encoding encoding() {
            return Encoding.DECIMAL;
        }

        @Override
        public List<Double> values(Random random, int count) {
            int digits = random.nextInt(9);
            int bound = List.of(200, 60_000, Integer.MAX_VALUE).get(random.nextInt(3));
            int base = random.nextInt(200);
            List<Double> values = list(count, () ->
                    Double.parseDouble((random.nextInt(bound) - base) + "e-" + digits));
            values.set(0, 0.0);
            values.set(1, Double.parseDouble("1e-" + digits));
            return values;
        }

        @Test
        void takesTheNarrowestWidth() {
            double[] prices = DoubleStream.iterate(17.99, price -> price).limit(100).toArray();
            prices[7] = 19.95;

            assertThat(DoubleBlock.encode(prices, 100, new BlockBytes()).name()).isEqualTo("DECIMAL_U8");
        }
    }

    @Nested
    class BitPackedDecimalsTest implements Doubles {
        private static final int EXPONENT = 6;

        @Override
        public Encoding encoding() {
            return Encoding.PACKED;
        }

        @Override
        public List<Double> values(Random random, int count) {
            int digits = random.nextInt(EXPONENT + 1);
            int base = random.nextInt(1_000) - 500;
            int bound = 1 << random.nextInt(12);
            return list(count, () -> Double.parseDouble((random.nextInt(bound) - base) + "e-" + digits));
        }

        @Override
        public BlockLayout encode(List<Double> values, BlockBytes out) {
            long[] integers = values.stream().mapToLong(value -> Math.round(value * 1e6)).toArray();
            return BitPackedDecimals.encode(integers, integers.length, EXPONENT,
                    IntegerShape.of(integers, integers.length, false), out);
        }

        @Test
        void isChosenWhereItSavesATwentieth() {
            double[] scores = DoubleStream.iterate(0, score -> (score + 37.13) % 100).limit(50_000)
                    .map(score -> Math.round(score * 100) / 100.0).toArray();

            assertThat(DoubleBlock.encode(scores, scores.length, new BlockBytes()).name()).isEqualTo("PACKED_14");
        }
    }

    interface Booleans extends EncodingContract<Boolean> {
        @Override
        default BlockLayout encode(List<Boolean> values, BlockBytes out) {
            boolean[] flags = new boolean[values.size()];
            for (int i = 0; i < flags.length; i++) {
                flags[i] = values.get(i);
            }
            return BooleanBlock.encode(flags, flags.length, out);
        }

        @Override
        default List<Boolean> decode(BlockLayout layout, int rows, MemorySegment data, int from, int count) {
            boolean[] target = new boolean[count + 2];
            BooleanBlock.open(layout, rows, data).read(from, count, target, 1);
            List<Boolean> values = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                values.add(target[1 + i]);
            }
            return values;
        }
    }

    @Nested
    class ConstantBooleansTest implements Booleans {
        @Override
        public Encoding encoding() {
            return Encoding.CONSTANT;
        }

        @Override
        public List<Boolean> values(Random random, int count) {
            boolean value = random.nextBoolean();
            return list(count, () -> value);
        }
    }

    @Nested
    class BitmapBooleansTest implements Booleans {
        @Override
        public Encoding encoding() {
            return Encoding.BITMAP;
        }

        @Override
        public List<Boolean> values(Random random, int count) {
            List<Boolean> values = list(count, random::nextBoolean);
            values.set(0, true);
            values.set(1, false);
            return values;
        }
    }

    interface Int128s extends EncodingContract<BigInteger> {
        @Override
        default BlockLayout encode(List<BigInteger> values, BlockBytes out) {
            long[] high = values.stream().mapToLong(value -> value.shiftRight(Long.SIZE).longValue()).toArray();
            long[] low = values.stream().mapToLong(BigInteger::longValue).toArray();
            return Int128Block.encode(high, low, high.length, out);
        }

        @Override
        default List<BigInteger> decode(BlockLayout layout, int rows, MemorySegment data, int from, int count) {
            long[] high = new long[count + 2];
            long[] low = new long[count + 2];
            Int128Block.open(layout, rows, data).read(from, count, high, low, 1);
            List<BigInteger> values = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                values.add(BigInteger.valueOf(high[i]).shiftLeft(Long.SIZE)
                        .add(new BigInteger(Long.toUnsignedString(low[i]))));
            }
            return values;
        }
    }

    @Nested
    class ConstantInt128Test implements Int128s {
        @Override
        public Encoding encoding() {
            return Encoding.CONSTANT;
        }

        @Override
        public List<BigInteger> values(Random random, int count) {
            BigInteger value = BigInteger.valueOf(random.nextLong());
            return list(count, () -> value);
        }
    }

    @Nested
    class NarrowInt128Test implements Int128s {
        @Override
        public Encoding encoding() {
            return Encoding.FRAME_OF_REFERENCE;
        }

        @Override
        public List<BigInteger> values(Random random, int count) {
            long base = random.nextLong() >> random.nextInt(62);
            List<BigInteger> values = list(count, () -> BigInteger.valueOf(base / 2 + random.nextInt(0xFFFF)));
            values.set(0, BigInteger.valueOf(base / 2));
            values.set(1, BigInteger.valueOf(base / 2 + 0xFFFF));
            return values;
        }
    }

    @Nested
    class PlainNarrowInt128Test implements Int128s {
        @Override
        public Encoding encoding() {
            return Encoding.PLAIN;
        }

        @Override
        public List<BigInteger> values(Random random, int count) {
            List<BigInteger> values = list(count, () -> BigInteger.valueOf(random.nextLong()));
            values.set(0, BigInteger.valueOf(Long.MIN_VALUE));
            values.set(1, BigInteger.valueOf(Long.MAX_VALUE));
            return values;
        }
    }

    @Nested
    class PlainInt128Test implements Int128s {
        @Override
        public Encoding encoding() {
            return Encoding.PLAIN;
        }

        @Override
        public List<BigInteger> values(Random random, int count) {
            List<BigInteger> values = list(count, () -> new BigInteger(127, random).shiftRight(random.nextInt(127))
                    .multiply(BigInteger.valueOf(random.nextBoolean() ? 1 : -1)));
            values.set(0, BigInteger.ONE.shiftLeft(127).negate());
            values.set(1, BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE));
            return values;
        }
    }

    interface Bytes extends EncodingContract<String> {
        @Override
        default List<String> decode(BlockLayout layout, int rows, MemorySegment data, int from, int count) {
            List<String> values = new ArrayList<>();
            BytesBlock.open(layout, rows, data).read(from, count, (bytes, offset, length) ->
                    values.add(new String(bytes, offset, length, StandardCharsets.ISO_8859_1)));
            return values;
        }
    }

    @Nested
    class EmptyBytesTest implements Bytes {
        @Override
        public Encoding encoding() {
            return Encoding.CONSTANT;
        }

        @Override
        public List<String> values(Random random, int count) {
            return list(count, () -> "");
        }

        @Override
        public BlockLayout encode(List<String> values, BlockBytes out) {
            return BlockLayout.constant(0);
        }
    }

    @Nested
    class PagedBytesTest implements Bytes {
        @Override
        public Encoding encoding() {
            return Encoding.PAGES;
        }

        @Override
        public List<String> values(Random random, int count) {
            List<String> values = list(count, () -> "\u00ff" + random.nextInt(1_000_000));
            values.set(random.nextInt(count), "long".repeat(50_000));
            values.set(random.nextInt(count), "");
            return values;
        }

        @Override
        public BlockLayout encode(List<String> values, BlockBytes out) {
            var writer = new PagedBytes.Writer();
            for (String value : values) {
                byte[] bytes = ("x" + value).getBytes(StandardCharsets.ISO_8859_1);
                writer.add(bytes, 1, bytes.length - 1);
            }
            return writer.finish(out);
        }
    }

    @Nested
    class SymbolsTest extends PagedBytesTest {
        private static final List<String> WORDS = List.of("", "\u0000", "a", "the ", "furiously ", "\u00ff\u00fe", "deposits",
                "\n", "0123456789abcdefghij", "http://");

        @Override
        public List<String> values(Random random, int count) {
            List<String> words = new ArrayList<>(WORDS);
            for (int i = 0; i < 20; i++) {
                words.add("\u0001".repeat(random.nextInt(3)) + (char) random.nextInt(256) + random.nextInt(1_000));
            }
            List<String> values = list(count, () -> Stream.generate(() -> words.get(random.nextInt(words.size())))
                    .limit(random.nextInt(20)).collect(Collectors.joining()));
            values.set(random.nextInt(count), "long".repeat(50_000));
            return values;
        }

        @Test
        void shortenTextByHalf() {
            var out = new BlockBytes();
            var random = new Random(5);
            List<String> values = list(20_000, () -> "the " + WORDS.get(random.nextInt(10)) + " sleep "
                    + WORDS.get(random.nextInt(10)) + random.nextInt(100));

            BlockLayout layout = encode(values, out);

            assertThat(layout.name()).isEqualTo("SYMBOLS");
            assertThat(out.offset()).isLessThan(values.stream().mapToLong(String::length).sum() / 2);
        }
    }

    private static <T> List<T> list(int count, Supplier<T> source) {
        return new ArrayList<>(Stream.generate(source).limit(count).toList());
    }
}
