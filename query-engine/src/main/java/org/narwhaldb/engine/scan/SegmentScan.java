package org.narwhaldb.engine.scan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.RowIds;
import org.narwhaldb.engine.operator.BatchBytes;
import org.narwhaldb.engine.operator.Reservation;
import org.narwhaldb.segment.Segment;

/// The matching live rows of one segment, block by block: a [BlockFilter] says which, and only these are read, from the
/// mapped bytes straight into batches. A block of which all rows match is read in stretches instead.
final class SegmentScan implements AutoCloseable {
    private final ScanShape shape;
    private final ScanTask task;
    private final ScanFilters filters;
    private final Segment segment;
    private final ScanMetrics metrics;
    private final QueryContext context;
    private final Reservation reservation;
    private final Reservation perBatch;
    private BlockFilter filter;
    private ScanColumn[] columns;
    private int[] blocks;
    private int nextBlock;

    private long[] bitmap;
    private int[] rows;
    private int firstRow;
    private int blockRows;
    private boolean isWhole;
    /// where the block is read next: a row if it is whole, else a word of the bitmap
    private int next;
    private int end;

    /// @param filters shared with other scans of the same blocks' segment, or null
    SegmentScan(ScanShape shape, ScanTask task, ScanFilters filters, ScanMetrics metrics, QueryContext context) {
        this.shape = shape;
        this.task = task;
        this.filters = filters;
        this.segment = task.segment();
        this.metrics = metrics;
        this.context = context;
        reservation = new Reservation(context.memory());
        perBatch = reservation.another();
    }

    private void open() {
        reservation.grow((long) Bitmaps.WORDS * Long.BYTES + (long) (Batch.ROWS_MAX + RowIds.SLACK) * Integer.BYTES);
        bitmap = new long[Bitmaps.WORDS];
        rows = new int[Batch.ROWS_MAX + RowIds.SLACK];
        columns = new ScanColumn[shape.columns().size()];
        for (int column = 0; column < columns.length; column++) {
            columns[column] = new ScanColumn(segment, shape.columns().get(column), reservation);
        }
        filter = filters == null ? BlockFilter.of(shape, task, context) : filters.of(shape, task, context);
        blocks = new int[task.endBlock() - task.firstBlock()];
        int kept = 0;
        for (int block = task.firstBlock(); block < task.endBlock(); block++) {
            boolean skip = !filter.mayPass(block);
            metrics.block(skip);
            if (!skip) {
                blocks[kept++] = block;
                metrics.rows(filter.liveCount(block));
            }
        }
        blocks = Arrays.copyOf(blocks, kept);
    }

    Batch next() {
        if (filter == null) {
            open();
        }
        perBatch.set(BatchBytes.fixed(2 * columns.length + 1));
        while (next < end || advance()) {
            Batch batch = isWhole ? wholeBatch() : pickedBatch();
            if (batch != null) {
                perBatch.grow(BatchBytes.variable(batch));
                return batch;
            }
        }
        return null;
    }

    /// Goes to the next block with a matching row.
    private boolean advance() {
        while (nextBlock < blocks.length) {
            context.check();
            int block = blocks[nextBlock++];
            int count = filter.select(block, bitmap);
            if (count > 0) {
                firstRow = block * Segment.BLOCK_ROWS;
                blockRows = segment.blockRowCount(block);
                isWhole = count == blockRows;
                next = 0;
                end = isWhole ? blockRows : Bitmaps.words(blockRows);
                return true;
            }
        }
        return false;
    }

    private Batch wholeBatch() {
        context.check();
        int count = Math.min(Batch.ROWS_MAX, end - next);
        int first = firstRow + next;
        next += count;
        return batch(first, null, count);
    }

    /// Of as many words as fill a batch; null if they hold no row.
    private Batch pickedBatch() {
        context.check();
        int from = next;
        int count = 0;
        while (next < end && count + Long.bitCount(bitmap[next]) <= Batch.ROWS_MAX) {
            count += Long.bitCount(bitmap[next++]);
        }
        if (count == 0) {
            return null;
        }
        RowIds.of(bitmap, from, next, rows);
        boolean isRange = rows[count - 1] - rows[0] == count - 1;
        return isRange ? batch(firstRow + rows[0], null, count) : batch(firstRow, rows, count);
    }

    private Batch batch(int first, int[] picked, int count) {
        List<Column> output = new ArrayList<>(columns.length);
        for (ScanColumn column : columns) {
            output.add(column.read(first, picked, count));
        }
        return new Batch(count, output);
    }

    @Override
    public void close() {
        if (filter != null) {
            filter.close();
        }
        perBatch.close();
        reservation.close();
    }
}
