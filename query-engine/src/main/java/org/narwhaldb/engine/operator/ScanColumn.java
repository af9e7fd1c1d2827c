package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.FragmentExecutor.Bounds;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.SegmentDictionary;

/// One column of one segment as a scan reads it: as batches' columns, in the table's type of today. A column that the
/// segment was built without reads as NULL.
///
/// A dictionary becomes a pool that all batches share, made on first use. A large one of which only a few rows are
/// wanted does not: then a batch carries just its own values.
final class ScanColumn {
    private static final int SMALL_DICTIONARY = 1 << 16;
    private static final int ROWS_PER_ENTRY_MIN = 4;
    private static final long POOL_BYTES_MAX = Integer.MAX_VALUE - 16;

    private final Segment segment;
    private final Field field;
    /// null if the segment has no such column
    private final SegmentColumn column;
    private final Widening widening;
    private final SegmentDictionary dictionary;
    private final Reservation reservation;
    private byte[] pool;
    private int[] poolOffsets;
    private boolean isPoolTooLarge;
    private long rowsServed;

    ScanColumn(Segment segment, Field field, Reservation reservation) {
        this.segment = segment;
        this.field = field;
        this.reservation = reservation;
        boolean isThere = segment.hasColumn(field.id());
        column = isThere ? segment.column(field.id()) : null;
        widening = isThere ? Widening.of(column.field().type(), field.type(), segment.id(), field.name()) : null;
        dictionary = switch (field.type().physical()) {
            case BYTES -> isThere ? column.dictionary() : null;
            case BOOLEAN, LONG, DOUBLE, INT128, NESTED -> null;
        };
    }

    /// Null if the column has none.
    SegmentDictionary dictionary() {
        return dictionary;
    }

    Bounds bounds(int block) {
        if (column == null) {
            return new Bounds(null, null, true, true);
        }
        BlockStatistics statistics = column.statistics(block);
        if (statistics == null) {
            return null;
        }
        boolean allNull = statistics.nullCount() == segment.blockRowCount(block);
        return new Bounds(
                widening.value(statistics.min()), widening.value(statistics.max()), statistics.nullCount() > 0,
                        allNull);
    }

    void codes(int row, int count, int[] target) {
        column.readCodes(row, count, target, 0);
    }

    boolean[] nulls(int row, int count) {
        if (!column.hasNulls()) {
            return null;
        }
        boolean[] nulls = new boolean[count];
        column.readNulls(row, count, nulls, 0);
        for (boolean isNull : nulls) {
            if (isNull) {
                return nulls;
            }
        }
        return null;
    }

    /// Rows `first + rows[i]` of the segment for `i` in `[0, count)`; `rows` ascends, null means `0, 1, …`.
    Column read(int first, int[] rows, int count) {
        if (column == null) {
            return Columns.constant(null, field.type(), count);
        }
        rowsServed += count;
        if (rows == null) {
            return dictionary != null ? coded(first, null, count, count) : readRange(first, count);
        }
        int from = first + rows[0];
        int span = rows[count - 1] - rows[0] + 1;
        int[] picked = rows;
        if (rows[0] > 0) {
            picked = new int[count];
            for (int index = 0; index < count; index++) {
                picked[index] = rows[index] - rows[0];
            }
        }
        return dictionary != null ? coded(from, picked, span, count)
                : Columns.gather(readRange(from, span), picked, count);
    }

    private Column readRange(int row, int count) {
        boolean[] nulls = nulls(row, count);
        Column read = switch (column.field().type().physical()) {
            case BOOLEAN -> {
                boolean[] values = new boolean[count];
                column.readBooleans(row, count, values, 0);
                yield new BooleanColumn(values, nulls);
            }
            case LONG -> {
                long[] values = new long[count];
                column.readLongs(row, count, values, 0);
                yield new LongColumn(values, nulls);
            }
            case DOUBLE -> {
                double[] values = new double[count];
                column.readDoubles(row, count, values, 0);
                yield new DoubleColumn(values, nulls);
            }
            case INT128 -> {
                long[] high = new long[count];
                long[] low = new long[count];
                column.readInt128(row, count, high, low, 0);
                yield new Int128Column(high, low, nulls);
            }
            case BYTES -> {
                BytesBuilder builder = new BytesBuilder(count, count * Long.BYTES);
                column.readBytes(row, count, (bytes, offset, length) -> {
                    builder.append(bytes, offset, length);
                    builder.endEntry();
                });
                yield builder.build(nulls);
            }
            case NESTED -> {
                Object[] values = new Object[count];
                column.readNested(row, count, values, 0);
                yield new NestedColumn(values, nulls);
            }
        };
        return widening.column(read, count);
    }

    private Column coded(int row, int[] rows, int span, int count) {
        int[] codes = new int[span];
        column.readCodes(row, span, codes, 0);
        boolean[] nulls = nulls(row, span);
        if (nulls != null) {
            for (int index = 0; index < span; index++) {
                codes[index] = nulls[index] ? 0 : codes[index];
            }
        }
        BytesColumn dense = new BytesColumn(pool, poolOffsets, codes, nulls);
        BytesColumn wanted = rows == null ? dense : (BytesColumn) Columns.gather(dense, rows, count);
        if (pool == null && isPoolWorthwhile()) {
            makePool();
        }
        return pool == null ? ownValues(wanted, count) : new BytesColumn(
                pool, poolOffsets, wanted.codes(), wanted.nulls());
    }

    private boolean isPoolWorthwhile() {
        boolean isSmall = dictionary.size() <= SMALL_DICTIONARY;
        return !isPoolTooLarge && (isSmall || rowsServed * ROWS_PER_ENTRY_MIN >= dictionary.size());
    }

    private void makePool() {
        // Null rows have code 0, so that even an empty pool has an entry for it.
        int size = dictionary.size();
        int entries = Math.max(1, size);
        long bytes = 0;
        for (int code = 0; code < size; code++) {
            bytes += dictionary.length(code);
        }
        if (bytes > POOL_BYTES_MAX) {
            isPoolTooLarge = true;
            return;
        }
        reservation.grow(bytes + (entries + 1L) * Integer.BYTES);
        pool = new byte[(int) bytes];
        poolOffsets = new int[entries + 1];
        for (int code = 0; code < size; code++) {
            dictionary.copy(code, pool, poolOffsets[code]);
            poolOffsets[code + 1] = poolOffsets[code] + dictionary.length(code);
        }
    }

    private BytesColumn ownValues(BytesColumn coded, int count) {
        int[] offsets = new int[count + 1];
        for (int row = 0; row < count; row++) {
            offsets[row + 1] = Math.addExact(offsets[row], coded.isNull(row) ? 0
                    : dictionary.length(coded.codes()[row]));
        }
        byte[] bytes = new byte[offsets[count]];
        for (int row = 0; row < count; row++) {
            if (offsets[row + 1] > offsets[row]) {
                dictionary.copy(coded.codes()[row], bytes, offsets[row]);
            }
        }
        return new BytesColumn(bytes, offsets, null, coded.nulls());
    }

    /// Entries `[from, from + count)` of the dictionary, for predicates to be asked of.
    BytesColumn entries(int from, int count) {
        int[] codes = new int[count];
        Arrays.setAll(codes, index -> from + index);
        return ownValues(new BytesColumn(null, null, codes, null), count);
    }
}
