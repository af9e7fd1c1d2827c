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
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;

/// The matching live rows of one segment, block by block: a [BlockFilter] says which, and only these are read, from the
/// mapped bytes straight into batches. A block of which all rows match is read in stretches instead.
final class SegmentScan implements AutoCloseable {
    private static final int MANY_ROWS = 1_024;

    private final ScanShape shape;
    private final ScanTask task;
    private final SharedScan shared;
    private final Segment segment;
    private final ScanThreshold threshold;
    private final ScanMetrics metrics;
    private final QueryContext context;
    private final Reservation reservation;
    private final Reservation perBatch;
    private BlockFilter filter;
    private ScanColumn[] columns;
    /// those that statistics leave open
    private int[] blocks;
    /// blocks to read next: `blocks[nextBlock, endBlock)`
    private int nextBlock;
    private int endBlock;

    private long[] bitmap;
    private int[] rows;
    private final BlockRows selection = new BlockRows();
    private int block;
    private int blockRows;
    private boolean isWhole;
    private int seenThreshold;
    private BestRows bestRows;
    /// where the block is read next: a row if it is whole, else a word of the bitmap
    private int next;
    private int end;

    /// @param shared with other scans of the same blocks' segment, or null
    /// @param threshold of the top-N that reads the rows, or null
    SegmentScan(ScanShape shape, ScanTask task, SharedScan shared, ScanThreshold threshold, ScanMetrics metrics,
            QueryContext context) {
        this.shape = shape;
        this.task = task;
        this.shared = shared;
        this.segment = task.segment();
        this.threshold = threshold;
        this.metrics = metrics;
        this.context = context;
        reservation = new Reservation(context.memory());
        perBatch = reservation.another();
    }

    /// Makes [#next] read all blocks.
    void startAll() {
        open();
        nextBlock = 0;
        endBlock = blocks.length;
    }

    /// Makes [#next] read this block.
    void start(int wanted) {
        nextBlock = Arrays.binarySearch(blocks, wanted);
        endBlock = nextBlock + 1;
    }

    /// The blocks that may hold a matching row, ascending.
    int[] blocks() {
        open();
        return blocks;
    }

    double rank(int ofBlock) {
        return threshold.rank(segment, columns[threshold.column()], ofBlock);
    }

    private void open() {
        if (filter != null) {
            return;
        }
        columns = new ScanColumn[shape.columns().size()];
        for (int column = 0; column < columns.length; column++) {
            Field field = shape.columns().get(column);
            columns[column] = shared == null ? new ScanColumn(segment, field, reservation)
                    : new ScanColumn(segment, field, dictionary -> shared.pool(dictionary, context));
        }
        filter = shared == null ? BlockFilter.of(shape, task, context) : shared.of(shape, task, context);
        blocks = new int[task.endBlock() - task.firstBlock()];
        int kept = 0;
        for (int candidate = task.firstBlock(); candidate < task.endBlock(); candidate++) {
            boolean skip = !filter.mayPass(candidate);
            metrics.block(skip);
            if (!skip) {
                blocks[kept++] = candidate;
                metrics.rows(filter.liveCount(candidate));
            }
        }
        blocks = Arrays.copyOf(blocks, kept);
    }

    /// How rows are chosen; empty if no test chooses, or none was read.
    String path() {
        return filter == null ? "" : filter.path();
    }

    Batch next() {
        if (nextBlock == endBlock && next == end) {
            return null;
        }
        if (bitmap == null) {
            reservation.grow((long) Bitmaps.WORDS * Long.BYTES + (Batch.ROWS_MAX + RowIds.SLACK) * Integer.BYTES);
            bitmap = new long[Bitmaps.WORDS];
            rows = new int[Batch.ROWS_MAX + RowIds.SLACK];
        }
        perBatch.set(BatchBytes.fixed(2 * columns.length + 1));
        while (next < end || advance()) {
            context.check();
            if (threshold != null && threshold.version() != seenThreshold) {
                leaveOutWorse();
            }
            if (threshold != null && next == 0) {
                leaveOutAllButBest();
            }
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
        while (nextBlock < endBlock) {
            context.check();
            block = blocks[nextBlock++];
            if (threshold != null && hasNoBetter()) {
                continue;
            }
            int count = filter.select(block, bitmap);
            if (count > 0) {
                blockRows = segment.blockRowCount(block);
                isWhole = count == blockRows;
                seenThreshold = 0;
                next = 0;
                end = isWhole ? blockRows : Bitmaps.words(blockRows);
                return true;
            }
        }
        return false;
    }

    private boolean hasNoBetter() {
        BlockTest test = threshold.test(segment, columns[threshold.column()]);
        return test != null && test.verdict(block) == BlockTest.Verdict.NONE;
    }

    /// Takes the rows that the top-N has no use for out of what is left of the block.
    private void leaveOutWorse() {
        seenThreshold = threshold.version();
        BlockTest test = threshold.test(segment, columns[threshold.column()]);
        if (test == null) {
            return;
        }
        switch (test.verdict(block)) {
            case NONE -> next = end;
            case ALL -> { }
            case SOME -> {
                useBitmap();
                test.keep(selection.start(block, blockRows, bitmap, Bitmaps.count(bitmap, end)));
            }
        }
    }

    /// Before a block is read of which many rows are left: by the sort key alone those that can't be among the best go.
    private void leaveOutAllButBest() {
        int count = isWhole ? blockRows : Bitmaps.count(bitmap, end);
        if (count > MANY_ROWS && threshold.wanted() < count / 2) {
            useBitmap();
            bestRows = bestRows == null ? new BestRows(threshold.order(), reservation) : bestRows;
            bestRows.keep(columns[threshold.column()], block, bitmap, end, (int) threshold.wanted());
        }
    }

    private void useBitmap() {
        if (isWhole) {
            isWhole = false;
            Bitmaps.fill(bitmap, blockRows);
            Bitmaps.clearRange(bitmap, 0, next);
            next /= Long.SIZE;
            end = Bitmaps.words(blockRows);
        }
    }

    /// Null if there is no row left.
    private Batch wholeBatch() {
        int count = Math.min(Batch.ROWS_MAX, end - next);
        if (count == 0) {
            return null;
        }
        int first = block * Segment.BLOCK_ROWS + next;
        next += count;
        return batch(first, null, count);
    }

    /// Of as many words as fill a batch; null if they hold no row.
    private Batch pickedBatch() {
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
        int firstRow = block * Segment.BLOCK_ROWS;
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
