package org.narwhaldb.engine.scan;

import java.util.Arrays;
import org.narwhaldb.engine.batch.BytesBuilder;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.engine.kernel.Decode;
import org.narwhaldb.engine.kernel.Gathers;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.encoding.BitPackedCodes;
import org.narwhaldb.segment.encoding.BitPackedLongs;
import org.narwhaldb.segment.encoding.BitmapBooleans;
import org.narwhaldb.segment.encoding.DecimalDoubles;
import org.narwhaldb.segment.encoding.DeltaLongs;
import org.narwhaldb.segment.encoding.DoubleBlock;
import org.narwhaldb.segment.encoding.FrameOfReferenceLongs;
import org.narwhaldb.segment.encoding.Lanes;
import org.narwhaldb.segment.encoding.LongBlock;
import org.narwhaldb.segment.encoding.PackedCodes;
import org.narwhaldb.segment.encoding.PlainDoubles;
import org.narwhaldb.segment.encoding.PlainLongs;
import org.narwhaldb.segment.encoding.RunLongs;
import org.narwhaldb.segment.encoding.ValueBlock;

/// Rows of a stored column as the columns of batches: ranges of rows, and single rows of one block. Of encodings that hold
/// a row at a place of its own only the rows asked for are touched; others are read a stretch at a time.
final class ColumnReads {
    /// Rows not farther apart than this are read in one stretch.
    private static final int STRETCH = 1_024;
    /// Rows that are farther apart on average are read one by one.
    private static final int ROWS_PER_STRETCH_MIN = 16;

    private ColumnReads() {}

    /// Null if none of the rows is NULL.
    static boolean[] nulls(SegmentColumn column, int row, int count) {
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

    /// Rows `first + rows[i]`, `first` being the first one of a block, `rows` ascending inside it.
    static boolean[] nulls(SegmentColumn column, int first, int[] rows, int count) {
        if (!column.hasNulls()) {
            return null;
        }
        int block = first / Segment.BLOCK_ROWS;
        BitmapBooleans bitmap = column.nullBitmap(block);
        boolean[] nulls = new boolean[count];
        if (bitmap != null) {
            return Gathers.bits(bitmap.data(), bitmap.offset(), rows, count, nulls) ? nulls : null;
        }
        if (column.statistics(block).nullCount() == 0) {
            return null;
        }
        Arrays.fill(nulls, true);
        return nulls;
    }

    static int[] codes(SegmentColumn column, int row, int count) {
        int[] codes = new int[count];
        column.readCodes(row, count, codes, 0);
        return codes;
    }

    static int[] codes(SegmentColumn column, int first, int[] rows, int count) {
        int[] codes = new int[count];
        switch (column.values(first / Segment.BLOCK_ROWS)) {
            case PackedCodes block -> Gathers.codes(block.data(), block.offset(), block.width(), rows, count, codes);
            case BitPackedCodes block -> Gathers.packedCodes(block, rows, count, new int[Lanes.GROUP], codes);
            case ValueBlock _ -> {
                int[] read = new int[STRETCH];
                stretches(rows, count, (from, to) -> {
                    column.readCodes(first + rows[from], rows[to - 1] - rows[from] + 1, read, 0);
                    for (int index = from; index < to; index++) {
                        codes[index] = read[rows[index] - rows[from]];
                    }
                });
            }
        }
        return codes;
    }

    /// Any column without a dictionary.
    static Column range(SegmentColumn column, int row, int count) {
        boolean[] nulls = nulls(column, row, count);
        return switch (column.field().type().physical()) {
            case BOOLEAN -> {
                boolean[] values = new boolean[count];
                column.readBooleans(row, count, values, 0);
                yield new BooleanColumn(values, nulls);
            }
            case LONG -> {
                long[] values = new long[count];
                int within = row % Segment.BLOCK_ROWS;
                if (within + count <= Segment.BLOCK_ROWS) {
                    Decode.rows((LongBlock) column.values(row / Segment.BLOCK_ROWS), within, count, values);
                } else {
                    column.readLongs(row, count, values, 0);
                }
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
    }

    /// Any column without a dictionary; rows `first + rows[i]`, `first` being the first one of a block.
    static Column picked(SegmentColumn column, int first, int[] rows, int count) {
        boolean[] nulls = nulls(column, first, rows, count);
        return switch (column.field().type().physical()) {
            case BOOLEAN -> {
                boolean[] values = new boolean[count];
                pickBooleans(column, first, rows, count, values);
                yield new BooleanColumn(values, nulls);
            }
            case LONG -> new LongColumn(pickLongs(column, first, rows, count), nulls);
            case DOUBLE -> new DoubleColumn(pickDoubles(column, first, rows, count), nulls);
            case INT128 -> {
                long[] high = new long[count];
                long[] low = new long[count];
                long[] highs = new long[STRETCH];
                long[] lows = new long[STRETCH];
                stretches(rows, count, (from, to) -> {
                    column.readInt128(first + rows[from], rows[to - 1] - rows[from] + 1, highs, lows, 0);
                    for (int index = from; index < to; index++) {
                        high[index] = highs[rows[index] - rows[from]];
                        low[index] = lows[rows[index] - rows[from]];
                    }
                });
                yield new Int128Column(high, low, nulls);
            }
            case BYTES -> {
                BytesBuilder builder = new BytesBuilder(count, count * Long.BYTES);
                neighbours(rows, count, (from, to) ->
                        column.readBytes(first + rows[from], to - from, (bytes, offset, length) -> {
                            builder.append(bytes, offset, length);
                            builder.endEntry();
                        }));
                yield builder.build(nulls);
            }
            case NESTED -> {
                Object[] values = new Object[count];
                neighbours(rows, count, (from, to) -> column.readNested(first + rows[from], to - from, values, from));
                yield new NestedColumn(values, nulls);
            }
        };
    }

    private static void pickBooleans(SegmentColumn column, int first, int[] rows, int count, boolean[] target) {
        if (column.values(first / Segment.BLOCK_ROWS) instanceof BitmapBooleans bitmap) {
            Gathers.bits(bitmap.data(), bitmap.offset(), rows, count, target);
            return;
        }
        neighbours(rows, count, (from, to) -> column.readBooleans(first + rows[from], to - from, target, from));
    }

    private static long[] pickLongs(SegmentColumn column, int first, int[] rows, int count) {
        long[] target = new long[count];
        switch (column.values(first / Segment.BLOCK_ROWS)) {
            case FrameOfReferenceLongs block -> Gathers.residuals(block.data(), block.layout().offset(),
                    block.layout().width(), block.layout().base(), rows, count, target);
            case PlainLongs block ->
                    Gathers.residuals(block.data(), block.offset(), Long.BYTES, 0, rows, count, target);
            case BitPackedLongs block -> Gathers.packed(block.groups(), block.scale(), rows, count, new int[Lanes.GROUP], target);
            case DeltaLongs block -> Gathers.delta(block, rows, count, target);
            case RunLongs block -> Gathers.runs(block, rows, count, target);
            case ValueBlock values -> {
                LongBlock block = (LongBlock) values;
                long[] read = new long[STRETCH];
                stretches(rows, count, (from, to) -> {
                    block.read(rows[from], rows[to - 1] - rows[from] + 1, read, 0);
                    for (int index = from; index < to; index++) {
                        target[index] = read[rows[index] - rows[from]];
                    }
                });
            }
        }
        return target;
    }

    private static double[] pickDoubles(SegmentColumn column, int first, int[] rows, int count) {
        double[] target = new double[count];
        switch (column.values(first / Segment.BLOCK_ROWS)) {
            case PlainDoubles block -> Gathers.doubles(block.data(), block.offset(), rows, count, target);
            case DecimalDoubles block -> {
                long[] integers = new long[count];
                Gathers.residuals(block.data(), block.layout().offset(), block.layout().width(),
                        block.layout().base(), rows, count, integers);
                Gathers.decimals(integers, block.divisor(), count, target);
            }
            case ValueBlock values -> {
                DoubleBlock block = (DoubleBlock) values;
                double[] read = new double[STRETCH];
                stretches(rows, count, (from, to) -> {
                    block.read(rows[from], rows[to - 1] - rows[from] + 1, read, 0);
                    for (int index = from; index < to; index++) {
                        target[index] = read[rows[index] - rows[from]];
                    }
                });
            }
        }
        return target;
    }

    /// Entries `[from, to)` of a list of rows.
    @FunctionalInterface
    private interface Part {
        void read(int from, int to);
    }

    /// Parts that span at most [#STRETCH] rows, or single rows where they are far apart.
    private static void stretches(int[] rows, int count, Part part) {
        boolean areFar = (long) count * ROWS_PER_STRETCH_MIN < rows[count - 1] - rows[0];
        int from = 0;
        while (from < count) {
            int to = from + 1;
            while (!areFar && to < count && rows[to] - rows[from] < STRETCH) {
                to++;
            }
            part.read(from, to);
            from = to;
        }
    }

    /// Parts of rows that follow each other.
    private static void neighbours(int[] rows, int count, Part part) {
        int from = 0;
        while (from < count) {
            int to = from + 1;
            while (to < count && rows[to] == rows[to - 1] + 1) {
                to++;
            }
            part.read(from, to);
            from = to;
        }
    }
}
