package org.narwhaldb.engine.leaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.engine.scan.BlockFilter;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.SegmentDictionary;
import org.narwhaldb.segment.Segments;
import org.roaringbitmap.RoaringBitmap;

/// Values have one number each, whether they come from dictionaries of segments or from rows of a segment without one.
class GlobalDictionaryTest {
    private static final Field PICKED = new Field(1, "picked", ColumnType.BOOLEAN, false);
    private static final Field TEXT = new Field(2, "text", ColumnType.STRING, true);
    private static final int ROWS = 70_000;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final RandomGenerator random = new Random(seed);
    private final GlobalDictionary global = new GlobalDictionary();

    @Test
    void selectedRowsOfASegmentWithoutDictionaryHaveTheNumbersOfTheirValues() {
        String[] values = new String[ROWS];
        boolean[] picked = new boolean[ROWS];
        int oneOf = 1 + random.nextInt(40);
        for (int row = 0; row < ROWS; row++) {
            values[row] = random.nextInt(5) == 0 ? null : "\u0436\u00fc " + row + (row % 7 == 0 ? " \ud83d\udc0b" : "");
            picked[row] = random.nextInt(oneOf) == 0;
        }
        RoaringBitmap live = RoaringBitmap.bitmapOfRange(random.nextInt(1_000), ROWS - random.nextInt(1_000));
        try (Segment repeated = segment(repeated(values), new boolean[ROWS]); Segment plain = segment(values, picked)) {
            assertThat(plain.column(TEXT.id()).dictionary()).isNull();
            assertMapped(repeated);
            int[] numbers = numbers(plain, random.nextBoolean() ? null : live);
            List<String> pool = pool();
            for (int row = 2_000; row < ROWS - 2_000; row++) {
                if (picked[row] && values[row] != null) {
                    assertThat(pool.get(numbers[row])).as("-Dnarwhal.seed=%d", seed).isEqualTo(values[row]);
                }
            }
            assertThat(pool).as("-Dnarwhal.seed=%d", seed).doesNotHaveDuplicates();
        }
    }

    @Test
    void rowsThatAreAllNullLeaveDictionariesThatFollowOneNumberAValue() {
        String[] values = new String[ROWS];
        boolean[] picked = new boolean[ROWS];
        for (int row = 0; row < ROWS; row++) {
            picked[row] = random.nextInt(10) == 0;
            values[row] = picked[row] ? null : "text " + row;
        }
        String[] others = repeated(values);
        String[] fewer = others.clone();
        for (int row = 0; row < ROWS; row++) {
            fewer[row] = fewer[row] == null || fewer[row].endsWith("3") ? null : fewer[row];
        }
        try (Segment plain = segment(values, picked); Segment one = segment(others, picked); Segment other = segment(fewer, picked)) {
            assertThat(plain.column(TEXT.id()).dictionary()).isNull();
            numbers(plain, null);
            assertThat(pool()).isEmpty();
            assertThat(global.coupons().of(global.pool())).as("an entry for NULL").isNotEmpty();
            assertMapped(one);
            assertMapped(other);
            assertThat(pool()).as("-Dnarwhal.seed=%d", seed).doesNotHaveDuplicates();
        }
    }

    /// Values of which each comes a few times, so that they get a dictionary.
    private static String[] repeated(String[] values) {
        String[] repeated = new String[values.length];
        Arrays.setAll(repeated, row -> values[row % (values.length / 8)]);
        return repeated;
    }

    private int[] numbers(Segment segment, RoaringBitmap live) {
        QueryContext context = context();
        PlanNode.Scan scan = new PlanNode.Scan(0, new TableReference("a", "b"), List.of(PICKED, TEXT),
                new Expression.Call(ScalarFunction.EQUAL, List.of(new Expression.InputReference(0, ColumnType.BOOLEAN),
                        new Expression.Literal(true, ColumnType.BOOLEAN)), ColumnType.BOOLEAN));
        try (BlockFilter filter = BlockFilter.of(scan, new ScanTask(segment, live), context)) {
            return global.rows(segment, segment.column(TEXT.id()), filter, context);
        }
    }

    private void assertMapped(Segment segment) {
        SegmentDictionary dictionary = segment.column(TEXT.id()).dictionary();
        int[] map = global.map(segment, dictionary, context());
        List<String> pool = pool();
        for (int code = 0; code < dictionary.size(); code++) {
            byte[] value = new byte[dictionary.length(code)];
            dictionary.copy(code, value, 0);
            assertThat(pool.get(map == null ? code : map[code])).as("-Dnarwhal.seed=%d", seed)
                    .isEqualTo(new String(value, StandardCharsets.UTF_8));
        }
    }

    private List<String> pool() {
        GlobalDictionary.Pool pool = global.pool();
        List<String> values = new ArrayList<>();
        for (int id = 0; id < pool.size(); id++) {
            int start = pool.offsets()[id];
            values.add(new String(pool.bytes(), start, pool.offsets()[id + 1] - start, StandardCharsets.UTF_8));
        }
        return values;
    }

    private Segment segment(String[] values, boolean[] picked) {
        Path file = directory.resolve(random.nextLong() + ".segment");
        try (SegmentBuilder builder = Segments.builder(List.of(PICKED, TEXT), List.of())) {
            for (int row = 0; row < values.length; row++) {
                builder.column(0).appendBoolean(picked[row]);
                if (values[row] == null) {
                    builder.column(1).appendNull();
                } else {
                    byte[] bytes = values[row].getBytes(StandardCharsets.UTF_8);
                    builder.column(1).appendBytes(bytes, 0, bytes.length);
                }
                builder.origin(0, row);
                builder.endRow();
            }
            builder.write(file, "dictionary-test");
        }
        return Segments.open(file);
    }

    private static QueryContext context() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        return new QueryContext("test", start.plus(Duration.ofMinutes(1)), InstantSource.fixed(start),
                MemoryPool.of(1L << 40).open("test", 0));
    }
}
