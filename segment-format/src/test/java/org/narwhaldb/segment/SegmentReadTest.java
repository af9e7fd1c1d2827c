package org.narwhaldb.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentReadTest {
    private static final List<Field> FIELDS =
            List.of(new Field(1, "s", ColumnType.STRING, true), new Field(2, "n", ColumnType.LONG, true));

    private final long seed = RandomValues.seed();

    @TempDir
    private Path folder;

    @Test
    void showsTheValuesOfADictionaryInOrder() {
        var random = new RandomValues(seed).random;
        for (String suffix : List.of("", "x".repeat(70))) {
            for (int size : new int[] {200, 2_100, 5_003}) {
                String prefix = random.nextBoolean() ? "" : "https://example.org/";
                try (Segment segment = write(2 * size, i -> prefix + i % size * 7 + suffix)) {
                    SegmentDictionary dictionary = segment.column(1).dictionary();
                    for (int from : new int[] {0, 16, random.nextInt(size)}) {
                        isShown(dictionary, from, from + random.nextInt(size - from + 1));
                    }
                    isShown(dictionary, 0, dictionary.size());
                }
            }
        }
    }

    private void isShown(SegmentDictionary dictionary, int from, int to) {
        int[] next = {from};
        dictionary.walk(from, to, (code, bytes, start, length, shared) -> {
            byte[] value = dictionary.value(code);
            assertThat(code).as("seed %d", seed).isEqualTo(next[0]++);
            assertThat(Arrays.copyOfRange(bytes, start, start + length)).as("seed %d", seed).isEqualTo(value);
            if (shared > 0) {
                assertThat(code).isGreaterThan(from);
                assertThat(Arrays.mismatch(dictionary.value(code - 1), value)).as("seed %d", seed).isGreaterThanOrEqualTo(shared);
            }
        });
        assertThat(next[0]).as("seed %d", seed).isEqualTo(to);
    }

    @Test
    void ordersItsDictionaryByUnsignedBytes() {
        List<String> names = List.of("z", "\uFFFD", "", "🐋", "a", "ab", "a\0", "http://a/b", "http://a/b/c",
                "http://a/");
        try (Segment segment = write(10_000, i -> names.get(i % names.size()))) {
            SegmentDictionary dictionary = segment.column(1).dictionary();

            assertThat(dictionary.size()).isEqualTo(names.size());
            for (int code = 0; code < dictionary.size(); code++) {
                byte[] value = dictionary.value(code);
                byte[] copy = new byte[value.length + 1];
                dictionary.copy(code, copy, 1);
                assertThat(Arrays.copyOfRange(copy, 1, copy.length)).isEqualTo(value);
                assertThat(dictionary.length(code)).isEqualTo(value.length);
                assertThat(dictionary.find(value)).isEqualTo(code);
                assertThat(dictionary.hash(code)).isEqualTo(ValueHash.hash(value));
                assertThat(code == 0 || Arrays.compareUnsigned(dictionary.value(code - 1), value) < 0).isTrue();
            }
            assertThat(dictionary.find(utf8("aa"))).isEqualTo(-4);
            assertThat(dictionary.find(utf8("🐋🐋"))).isEqualTo(-names.size() - 1);
        }
    }

    @Test
    void findsAndDecodesTheValuesOfALargeDictionary() {
        var random = new RandomValues(seed).random;
        var values = new TreeSet<byte[]>(Arrays::compareUnsigned);
        while (values.size() < 3_000) {
            String prefix = "https://example.org/".substring(random.nextInt(20)) + "x".repeat(random.nextInt(40));
            values.add(utf8(prefix + random.nextInt(5_000) + (random.nextInt(9) == 0 ? "" : "y".repeat(random.nextInt(40)))));
        }
        List<byte[]> sorted = List.copyOf(values);
        try (Segment segment = write(20_000, i -> new String(sorted.get(i % 3_000), StandardCharsets.UTF_8))) {
            SegmentDictionary dictionary = segment.column(1).dictionary();

            assertThat(dictionary).as("seed %d", seed).isInstanceOf(FrontCodedDictionary.class);
            assertThat(dictionary.size()).isEqualTo(3_000);
            for (int i = 0; i < 6_000; i++) {
                int code = i < 3_000 ? i : random.nextInt(3_000);
                byte[] value = sorted.get(code);
                byte[] copy = new byte[value.length + 2];
                dictionary.copy(code, copy, 1);
                assertThat(dictionary.value(code)).as("seed %d", seed).isEqualTo(value);
                assertThat(Arrays.copyOfRange(copy, 1, 1 + value.length)).isEqualTo(value);
                assertThat(dictionary.length(code)).isEqualTo(value.length);
                assertThat(dictionary.hash(code)).isEqualTo(ValueHash.hash(value));
                assertThat(dictionary.find(value)).as("seed %d", seed).isEqualTo(code);
                byte[] behind = Arrays.copyOf(value, value.length + 1);
                int found = dictionary.find(behind);
                assertThat(found).as("seed %d", seed).isIn(-code - 2, code + 1);
            }
            assertThat(dictionary.find(new byte[0])).isEqualTo(-1);
            assertThat(dictionary.find(utf8("~"))).isEqualTo(-3_001);
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> dictionary.value(3_000));
        }
    }

    @Test
    void choosesEncodingsBlockByBlock() {
        IntFunction<String> text = i -> i < 65_536 ? "one" : i < 131_072 ? "run " + i / 100 : "v" + i % 300;
        try (Segment segment = write(200_000, text)) {
            SegmentColumn strings = segment.column(1);
            SegmentColumn numbers = segment.column(2);

            assertThat(strings.encodingName(0)).isEqualTo("CONSTANT");
            assertThat(strings.encodingName(1)).isEqualTo("RUNS");
            assertThat(strings.encodingName(2)).isEqualTo("PACKED_10");
            assertThat(numbers.encodingName(0)).isEqualTo("DELTA_1");
            assertThat(numbers.statistics(1)).isEqualTo(new BlockStatistics(0, 65_536L, 131_071L));
        }
    }

    @Test
    void keepsStringsPlainThatHardlyRepeat() {
        try (Segment segment = write(10_000, i -> i % 9 == 0 ? null : "value " + i * 7919L)) {
            SegmentColumn strings = segment.column(1);

            assertThat(strings.dictionary()).isNull();
            assertThat(strings.encodingName(0)).isEqualTo("SYMBOLS");
            assertThat(ColumnReads.read(strings, 9_998, 2)[0]).isEqualTo(utf8("value " + 9_998 * 7919L));
            assertThatIllegalStateException().isThrownBy(() -> strings.readCodes(0, 1, new int[1], 0));
        }
    }

    @Test
    void keepsStringsPlainAboveThreeMillionValues() {
        int rows = 3_300_000;
        try (Segment segment = write(rows, i -> "v" + i)) {
            SegmentColumn strings = segment.column(1);
            int[] row = {0};

            assertThat(strings.dictionary()).isNull();
            strings.readBytes(0, rows, (bytes, offset, length) -> {
                byte[] expected = utf8("v" + row[0]++);
                if (!Arrays.equals(expected, 0, expected.length, bytes, offset, offset + length)) {
                    throw new AssertionError("row " + (row[0] - 1));
                }
            });
            assertThat(row[0]).isEqualTo(rows);
        }
    }

    @Test
    void refusesReadsOfAnotherTypeOrOutOfRange() {
        try (Segment segment = write(10, i -> "x")) {
            SegmentColumn numbers = segment.column(2);

            assertThatIllegalStateException().isThrownBy(() -> numbers.readDoubles(0, 1, new double[1], 0));
            assertThatIllegalStateException().isThrownBy(numbers::dictionary);
            assertThatIllegalStateException().isThrownBy(() -> segment.column(1).readBytes(0, 1, (b, o, l) -> {}));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> numbers.readLongs(5, 6, new long[6], 0));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> numbers.readLongs(0, 2, new long[2], 1));
            assertThatIllegalArgumentException().isThrownBy(() -> segment.column(7));
            assertThat(segment.hasColumn(7)).isFalse();
        }
    }

    @Test
    void closesUnderItsReadersWithAnError() throws Exception {
        Segment segment = write(300_000, i -> "v" + i % 1_000);
        var reading = new CountDownLatch(2);
        try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
            List<Future<?>> results = List.of(readers.submit(() -> readForever(segment, reading)),
                    readers.submit(() -> readForever(segment, reading)));
            reading.await();

            segment.close();
            segment.close();

            for (Future<?> result : results) {
                assertThat(result).failsWithin(Duration.ofSeconds(20)).withThrowableThat()
                        .havingCause().isInstanceOf(IllegalStateException.class);
            }
        }
    }

    private static void readForever(Segment segment, CountDownLatch reading) {
        long[] longs = new long[segment.rowCount()];
        int[] codes = new int[segment.rowCount()];
        while (true) {
            segment.column(2).readLongs(0, longs.length, longs, 0);
            segment.column(1).readCodes(0, codes.length, codes, 0);
            reading.countDown();
        }
    }

    private Segment write(int rows, IntFunction<String> text) {
        try (SegmentBuilder builder = Segments.builder(FIELDS, List.of())) {
            for (int i = 0; i < rows; i++) {
                String value = text.apply(i);
                if (value == null) {
                    builder.column(0).appendNull();
                } else {
                    byte[] bytes = utf8(value);
                    builder.column(0).appendBytes(bytes, 0, bytes.length);
                }
                builder.column(1).appendLong(i);
                builder.origin(0, i);
                builder.endRow();
            }
            builder.write(folder.resolve("s"), "s");
        }
        return Segments.open(folder.resolve("s"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
