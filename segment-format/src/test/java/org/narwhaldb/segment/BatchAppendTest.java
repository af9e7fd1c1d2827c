package org.narwhaldb.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/// Rows appended in batches, with any choice of rows and by any number of threads, give the same file as row by row.
class BatchAppendTest {
    private static final List<Field> FIELDS = List.of(new Field(1, "n", ColumnType.LONG, true),
            new Field(2, "d", ColumnType.DOUBLE, true), new Field(3, "b", ColumnType.BOOLEAN, true),
            new Field(4, "s", ColumnType.STRING, true), new Field(5, "wide", ColumnType.decimal(30, 2), true),
            new Field(6, "l", ColumnType.list(new Field(7, "element", ColumnType.LONG, true)), true),
            new Field(8, "code", ColumnType.fixed(4), true), new Field(9, "t", ColumnType.TIMESTAMP, true));

    @TempDir
    private Path folder;
    private final long seed = Optional.ofNullable(Long.getLong("narwhal.seed")).orElseGet(() -> new Random().nextLong());
    private final Random random = new Random(seed);

    @RepeatedTest(5)
    void batchesGiveTheFileThatRowsGive() {
        int distinct = List.of(1, 100, 50_000).get(random.nextInt(3));
        List<SortKey> keys = List.of(new SortKey(9, 3_600_000_000L), SortKey.of(4), SortKey.of(2), SortKey.of(5));
        try (SegmentBuilder byRow = Segments.builder(FIELDS, keys); SegmentBuilder byBatch = Segments.builder(FIELDS, keys)) {
            for (int batch = 0; batch < 8; batch++) {
                appendBatch(byRow, byBatch, 1 + random.nextInt(12_000), distinct, batch * 100_000L);
            }

            byRow.write(folder.resolve("rows"), "s");
            byBatch.write(folder.resolve("batches"), "s", BatchAppendTest::onThreads);

            assertThat(folder.resolve("batches")).as("seed %d", seed)
                    .hasSameBinaryContentAs(folder.resolve("rows"));
        }
    }

    private static void onThreads(int count, java.util.function.IntConsumer work) {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new ArrayList<>();
            for (int index = 0; index < count; index++) {
                int item = index;
                running.add(threads.submit(() -> work.accept(item)));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void appendBatch(SegmentBuilder byRow, SegmentBuilder byBatch, int count, int distinct, long position) {
        Object[][] values = new Object[FIELDS.size()][count];
        for (int column = 0; column < values.length; column++) {
            for (int row = 0; row < count; row++) {
                values[column][row] = random.nextInt(10) == 0 ? null : value(FIELDS.get(column).type(), random.nextInt(distinct));
            }
        }
        int[] chosen = random.nextBoolean() ? null : random.ints(0, count).distinct().limit(Math.max(1, count / 3)).sorted().toArray();
        BatchRows rows = chosen == null ? BatchRows.first(count) : new BatchRows(chosen, 0, chosen.length);
        for (int i = 0; i < rows.count(); i++) {
            for (int column = 0; column < values.length; column++) {
                TestRows.append(byRow.column(column), FIELDS.get(column).type(), values[column][rows.row(i)]);
            }
            byRow.origin(0, position + rows.row(i));
            byRow.endRow();
        }
        for (int column = 0; column < values.length; column++) {
            byBatch.append(column, batch(FIELDS.get(column).type(), values[column]), rows);
        }
        byBatch.origins(0, position, rows);
        byBatch.endRows(rows.count());
    }

    private static Object value(ColumnType type, int number) {
        return switch (type.physical()) {
            case BOOLEAN -> number % 2 == 0;
            case LONG -> number * 1_000_003L;
            case DOUBLE -> number / 4.0;
            case INT128 -> java.math.BigInteger.valueOf(number).shiftLeft(40);
            case BYTES -> type.kind() == ColumnType.Kind.FIXED ? Arrays.copyOf(Integer.toString(number + 1_000).getBytes(StandardCharsets.UTF_8), 4)
                    : ("value " + number).getBytes(StandardCharsets.UTF_8);
            case NESTED -> new Object[] {(long) number};
        };
    }

    private ValueBatch batch(ColumnType type, Object[] values) {
        boolean[] isNull = new boolean[values.length];
        IntStream.range(0, values.length).forEach(row -> isNull[row] = values[row] == null);
        return switch (type.physical()) {
            case BOOLEAN -> {
                boolean[] booleans = new boolean[values.length];
                IntStream.range(0, values.length).filter(row -> !isNull[row]).forEach(row -> booleans[row] = (Boolean) values[row]);
                yield new ValueBatch.Booleans(booleans, isNull);
            }
            case LONG -> new ValueBatch.Longs(Arrays.stream(values).mapToLong(value -> value == null ? 0 : (Long) value).toArray(), isNull);
            case DOUBLE -> new ValueBatch.Doubles(
                    Arrays.stream(values).mapToDouble(value -> value == null ? 0 : (Double) value).toArray(), isNull);
            case BYTES -> random.nextBoolean() ? bytes(values, isNull) : codes(values, isNull);
            case INT128, NESTED -> new ValueBatch.Shapes(values);
        };
    }

    private static ValueBatch bytes(Object[] values, boolean[] isNull) {
        var all = new ByteArrayOutputStream();
        int[] starts = new int[values.length + 1];
        for (int row = 0; row < values.length; row++) {
            if (values[row] != null) {
                all.writeBytes((byte[]) values[row]);
            }
            starts[row + 1] = all.size();
        }
        return new ValueBatch.Bytes(new ByteValues(all.toByteArray(), starts), isNull);
    }

    private static ValueBatch codes(Object[] values, boolean[] isNull) {
        List<byte[]> dictionary = Arrays.stream(values).filter(value -> value != null)
                .map(value -> new String((byte[]) value, StandardCharsets.ISO_8859_1)).distinct().sorted()
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1)).toList();
        int[] codes = new int[values.length];
        for (int row = 0; row < values.length; row++) {
            int at = row;
            codes[row] = isNull[row] ? 0 : java.util.Collections.binarySearch(dictionary, (byte[]) values[at], Arrays::compareUnsigned);
        }
        var flat = (ValueBatch.Bytes) bytes(dictionary.toArray(), new boolean[dictionary.size()]);
        return new ValueBatch.Codes(flat.values(), codes, isNull);
    }
}
