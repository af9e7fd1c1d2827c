package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.batch.Column.Int128Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Column.NestedColumn;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// One column of many batches as one column of all their rows. Texts that come dictionary-coded stay so, over one dictionary of the values
/// that are there; plain ones stay plain.
final class Concatenation {
    private static final int ROWS_MAX = 1 << 30;
    private static final int POOL_ENTRIES_MAX = 1 << 16;
    private static final int BYTES_MAX = Integer.MAX_VALUE - 16;

    private Concatenation() {}

    static int rowCount(List<Batch> batches) {
        long rows = batches.stream().mapToLong(Batch::rowCount).sum();
        if (rows > ROWS_MAX) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "The query keeps more than [%d] rows in one step; filter the rows first", ROWS_MAX);
        }
        return (int) rows;
    }

    /// @param reservation is charged with the column
    static Column of(List<Batch> batches, int index, ColumnType type, int rowCount, Reservation reservation) {
        boolean[] nulls = nulls(batches, index, rowCount, reservation);
        return switch (type.physical()) {
            case BOOLEAN -> {
                reservation.grow(rowCount);
                yield new BooleanColumn(joined(batches, index, new boolean[rowCount],
                        column -> ((BooleanColumn) column).values()), nulls);
            }
            case LONG -> {
                reservation.grow(8L * rowCount);
                yield new LongColumn(joined(batches, index, new long[rowCount],
                        column -> ((LongColumn) column).values()), nulls);
            }
            case DOUBLE -> {
                reservation.grow(8L * rowCount);
                yield new DoubleColumn(joined(batches, index, new double[rowCount],
                        column -> ((DoubleColumn) column).values()), nulls);
            }
            case INT128 -> {
                reservation.grow(16L * rowCount);
                yield new Int128Column(
                        joined(batches, index, new long[rowCount], column -> ((Int128Column) column).high()),
                        joined(batches, index, new long[rowCount], column -> ((Int128Column) column).low()), nulls);
            }
            case BYTES -> isCoded(batches, index) ? coded(batches, index, rowCount, nulls, reservation)
                    : plain(batches, index, rowCount, nulls, reservation);
            case NESTED -> {
                for (Batch batch : batches) {
                    reservation.grow(BatchBytes.variable(new Batch(batch.rowCount(), List.of(batch.column(index)))));
                }
                yield new NestedColumn(joined(batches, index, new Object[rowCount],
                        column -> ((NestedColumn) column).values()), nulls);
            }
        };
    }

    /// About what the column takes on the heap.
    static long heapBytes(Column column, int rowCount) {
        long nulls = column.nulls() == null ? 0 : rowCount;
        return nulls + switch (column) {
            case BooleanColumn _ -> rowCount;
            case LongColumn _, DoubleColumn _ -> 8L * rowCount;
            case Int128Column _ -> 16L * rowCount;
            case BytesColumn bytes -> 4L * rowCount + bytes.offsets()[bytes.offsets().length - 1];
            case NestedColumn _ -> 64L * rowCount;
        };
    }

    private interface Source<A> {
        A values(Column column);
    }

    private static <A> A joined(List<Batch> batches, int index, A target, Source<A> source) {
        int row = 0;
        for (Batch batch : batches) {
            System.arraycopy(source.values(batch.column(index)), 0, target, row, batch.rowCount());
            row += batch.rowCount();
        }
        return target;
    }

    private static boolean[] nulls(List<Batch> batches, int index, int rowCount, Reservation reservation) {
        if (batches.stream().allMatch(batch -> batch.column(index).nulls() == null)) {
            return null;
        }
        reservation.grow(rowCount);
        boolean[] nulls = new boolean[rowCount];
        int row = 0;
        for (Batch batch : batches) {
            boolean[] source = batch.column(index).nulls();
            if (source != null) {
                System.arraycopy(source, 0, nulls, row, batch.rowCount());
            }
            row += batch.rowCount();
        }
        return nulls;
    }

    private static boolean isCoded(List<Batch> batches, int index) {
        return batches.stream().map(batch -> (BytesColumn) batch.column(index))
                .allMatch(column -> column.codes() != null && column.offsets().length <= POOL_ENTRIES_MAX);
    }

    private static Column coded(List<Batch> batches, int index, int rowCount, boolean[] nulls, Reservation reservation) {
        reservation.grow(4L * rowCount);
        int[] ids = new int[rowCount];
        BytesInterner interner = new BytesInterner(reservation);
        int row = 0;
        for (Batch batch : batches) {
            interner.ids((BytesColumn) batch.column(index), batch.rowCount(), true, ids, row);
            row += batch.rowCount();
        }
        for (int place = 0; nulls != null && place < rowCount; place++) {
            ids[place] = nulls[place] ? 0 : ids[place];
        }
        return interner.column(ids, nulls);
    }

    private static Column plain(List<Batch> batches, int index, int rowCount, boolean[] nulls, Reservation reservation) {
        long size = 0;
        for (Batch batch : batches) {
            BytesColumn column = (BytesColumn) batch.column(index);
            for (int row = 0; row < batch.rowCount(); row++) {
                size += column.isNull(row) ? 0 : column.end(row) - column.start(row);
            }
        }
        if (size > BYTES_MAX) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                    "The texts of [%d] rows of one column exceed 2 GB; select shorter ones", rowCount);
        }
        reservation.grow(size + 4L * (rowCount + 1L));
        byte[] bytes = new byte[(int) size];
        int[] offsets = new int[rowCount + 1];
        int place = 0;
        for (Batch batch : batches) {
            BytesColumn column = (BytesColumn) batch.column(index);
            for (int row = 0; row < batch.rowCount(); row++, place++) {
                int length = column.isNull(row) ? 0 : column.end(row) - column.start(row);
                if (length > 0) {
                    System.arraycopy(column.bytes(), column.start(row), bytes, offsets[place], length);
                }
                offsets[place + 1] = offsets[place] + length;
            }
        }
        return new BytesColumn(bytes, offsets, null, nulls);
    }
}
