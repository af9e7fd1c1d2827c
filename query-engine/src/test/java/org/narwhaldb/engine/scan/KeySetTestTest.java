package org.narwhaldb.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.KernelWarmUp;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.Segments;
import org.roaringbitmap.RoaringBitmap;

/// Rows that a set of keys lets through, against the values one by one: all encodings of integers, NULLs, sets far away and at the ends of
/// what a long holds.
class KeySetTestTest {
    private static final int SETS = 60;
    private static final int RANGE_MAX = 1 << 20;
    /// fewer rows than a set is tried for
    private static final int ROWS = 30_000;
    private static final ColumnType TYPE = ColumnType.LONG;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final QueryMemory memory = MemoryPool.of(1L << 30).open("test", 0);
    private final QueryContext context = new QueryContext("test", Instant.EPOCH.plus(Duration.ofDays(1)),
            () -> Instant.EPOCH, memory);

    @Test
    void whatPassesIsInTheSet() {
        for (int round = 0; round < 2; round++) {
            try (Segment segment = segment("exact-" + round, ROWS)) {
                for (int set = 0; set < SETS; set++) {
                    check(segment, true);
                }
            }
            KernelWarmUp.skip();
        }
        assertThat(memory.reservedBytes()).isZero();
    }

    @Test
    void aSetThatIsGivenUpLetsMoreThroughAndNeverLess() {
        try (Segment segment = segment("given-up", 2 * Segment.BLOCK_ROWS + random.nextInt(5_000))) {
            for (int set = 0; set < SETS; set++) {
                check(segment, false);
            }
        }
    }

    /// A column of each kind of integers.
    private Segment segment(String name, int rowCount) {
        List<Field> fields = new ArrayList<>();
        for (int column = 0; column < 12; column++) {
            fields.add(new Field(column, "c" + column, TYPE, true));
        }
        Path file = directory.resolve(name);
        try (SegmentBuilder builder = Segments.builder(fields, List.of())) {
            for (int row = 0; row < rowCount; row++) {
                for (int column = 0; column < fields.size(); column++) {
                    if (column % 2 == 1 && random.nextInt(5) == 0) {
                        builder.column(column).appendNull();
                    } else {
                        builder.column(column).appendLong(value(column / 2, row));
                    }
                }
                builder.origin(0, row);
                builder.endRow();
            }
            builder.write(file, name);
        }
        return Segments.open(file);
    }

    private long value(int kind, int row) {
        return switch (kind) {
            case 0 -> 7;
            case 1 -> row / 500 * 3;
            case 2 -> random.nextInt(200);
            case 3 -> -40_000 + random.nextInt(60_000);
            case 4 -> 5_000_000_000L + row * 3L + random.nextInt(50);
            default -> switch (random.nextInt(3)) {
                case 0 -> Long.MIN_VALUE + random.nextInt(100);
                case 1 -> Long.MAX_VALUE - random.nextInt(100);
                default -> random.nextInt(100);
            };
        };
    }

    private void check(Segment segment, boolean isExact) {
        int column = random.nextInt(12);
        LongColumn values = values(segment, column);
        KeySet keys = keys(values, segment.rowCount());
        RoaringBitmap live = new RoaringBitmap();
        live.add(0L, segment.rowCount());
        int share = 1 + random.nextInt(60);
        for (int row = 0; share > 1 && row < segment.rowCount(); row++) {
            if (random.nextInt(60) < share) {
                live.remove(row);
            }
        }
        ScanShape shape = new ScanShape(fields(), List.of(), List.of(new KeyFilter(column, keys)));
        try (BlockFilter first = BlockFilter.of(shape, new ScanTask(segment, live), context); BlockFilter filter = first.another()) {
            long[] bitmap = new long[Bitmaps.WORDS];
            for (int block = 0; block < segment.blockCount(); block++) {
                int rows = segment.blockRowCount(block);
                int count = filter.select(block, bitmap);
                for (int row = 0; row < rows; row++) {
                    int at = block * Segment.BLOCK_ROWS + row;
                    boolean passes = count == rows || count > 0 && (bitmap[row >> 6] >>> row & 1) != 0;
                    boolean expected = live.contains(at) && !values.isNull(at) && keys.contains(values.values()[at]);
                    if (isExact ? passes != expected : expected && !passes || passes && !live.contains(at)) {
                        throw new AssertionError("column %d row %d passes: %s, seed %d, %s".formatted(
                                column, at, passes, seed, filter.path()));
                    }
                }
            }
        }
    }

    private static List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        for (int column = 0; column < 12; column++) {
            fields.add(new Field(column, "c" + column, TYPE, true));
        }
        return fields;
    }

    private LongColumn values(Segment segment, int column) {
        long[] values = new long[segment.rowCount()];
        boolean[] nulls = new boolean[values.length];
        try (Reservation reservation = new Reservation(memory)) {
            ScanColumn reader = new ScanColumn(segment, fields().get(column), reservation);
            for (int from = 0; from < values.length; from += Batch.ROWS_MAX) {
                int count = Math.min(Batch.ROWS_MAX, values.length - from);
                LongColumn read = (LongColumn) reader.read(from, null, count);
                for (int row = 0; row < count; row++) {
                    values[from + row] = read.values()[row];
                    nulls[from + row] = read.isNull(row);
                }
            }
        }
        return new LongColumn(values, nulls);
    }

    /// Some values near one that the column has; now and then none.
    private KeySet keys(LongColumn values, int rowCount) {
        long centre = values.values()[random.nextInt(rowCount)];
        long range = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(1 << random.nextInt(20));
        long min = range == 0 ? Long.MAX_VALUE : centre > Long.MAX_VALUE - range ? Long.MAX_VALUE - range + 1
                : random.nextBoolean() ? centre : Math.max(Long.MIN_VALUE + RANGE_MAX, centre) - random.nextInt(RANGE_MAX) % range;
        long[] bits = new long[KeySet.words(range)];
        int one = 1 + random.nextInt(20);
        for (int place = 0; place < range; place++) {
            if (random.nextInt(20) < one) {
                bits[place >>> 6] |= 1L << place;
            }
        }
        return new KeySet(min, range, bits);
    }
}
