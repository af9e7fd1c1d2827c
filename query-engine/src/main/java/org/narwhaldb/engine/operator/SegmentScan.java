package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.expression.Selection;
import org.narwhaldb.segment.Segment;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/// The matching live rows of one segment. Blocks whose statistics rule the predicate out, or that hold no live row, are
/// skipped; the others are read in windows of a batch: first which rows live, then conjunct by conjunct the columns it
/// needs for the rows still in, and only for what is left the other columns.
final class SegmentScan implements AutoCloseable {
    private final ScanShape shape;
    private final List<KeyFilter> keyFilters;
    private final Segment segment;
    private final RoaringBitmap liveRows;
    private final PeekableIntIterator live;
    private final ScanMetrics metrics;
    private final QueryContext context;
    private final Reservation reservation;
    private final Reservation perBatch;
    private final ScanColumn[] columns;
    private boolean isOpen;
    private List<DictionaryFilter> dictionaryFilters;
    private List<ScanShape.Conjunct> conjuncts;
    private int[] codes;
    private int[] blocks;
    private int nextBlock;
    private int row;
    private int blockEnd;

    /// the rows of the window still in, relative to `row`; all of them if `isWhole`
    private int[] selected;
    private int[] chosen;
    private int count;
    private boolean isWhole;
    /// columns read for the whole window
    private final Column[] windowColumns;

    SegmentScan(ScanShape shape, List<KeyFilter> keyFilters, ScanTask task, ScanMetrics metrics, QueryContext context) {
        this.shape = shape;
        this.keyFilters = keyFilters;
        this.segment = task.segment();
        this.liveRows = task.liveRows();
        this.live = liveRows == null ? null : liveRows.getIntIterator();
        this.metrics = metrics;
        this.context = context;
        reservation = new Reservation(context.memory());
        perBatch = reservation.another();
        columns = new ScanColumn[shape.columns().size()];
        windowColumns = new Column[columns.length];
    }

    private void open() {
        isOpen = true;
        reservation.grow(4L * Batch.ROWS_MAX * Integer.BYTES);
        selected = new int[Batch.ROWS_MAX];
        chosen = new int[Batch.ROWS_MAX];
        codes = new int[Batch.ROWS_MAX];
        for (int column = 0; column < columns.length; column++) {
            columns[column] = new ScanColumn(segment, shape.columns().get(column), reservation);
        }
        blocks = new int[segment.blockCount()];
        int kept = 0;
        long rows = 0;
        for (int block = 0; block < blocks.length; block++) {
            long liveCount = liveCount(block);
            boolean skip = liveCount == 0 || !mayMatch(block);
            metrics.block(skip);
            if (!skip) {
                blocks[kept++] = block;
                rows += liveCount;
            }
        }
        blocks = Arrays.copyOf(blocks, kept);
        if (kept > 0) {
            prepareConjuncts(rows);
        }
        if (blocks.length > 0) {
            metrics.rows(rows);
        }
    }

    private long liveCount(int block) {
        long first = (long) block * Segment.BLOCK_ROWS;
        int rows = segment.blockRowCount(block);
        return liveRows == null ? rows : liveRows.rangeCardinality(first, first + rows);
    }

    private boolean mayMatch(int block) {
        for (KeyFilter filter : keyFilters) {
            if (!filter.keys().mayMatch(columns[filter.column()].bounds(block))) {
                return false;
            }
        }
        return shape.predicate() == null
                || FragmentExecutor.mayMatch(shape.predicate(), column -> columns[column].bounds(block));
    }

    /// A dictionary is asked instead of the rows if it has fewer values than there are rows.
    private void prepareConjuncts(long rows) {
        dictionaryFilters = new ArrayList<>();
        conjuncts = new ArrayList<>();
        QueryScratch scratch = new QueryScratch(context, reservation, chosen);
        for (ScanShape.Conjunct conjunct : shape.conjuncts()) {
            ScanColumn column = conjunct.columns().length == 1 ? columns[conjunct.columns()[0]] : null;
            boolean isCoded = column != null && column.dictionary() != null && column.dictionary().size() <= rows;
            DictionaryFilter filter = isCoded ? DictionaryFilter.of(conjunct, column, scratch) : null;
            if (filter == null) {
                conjuncts.add(conjunct);
            } else if (filter.isNever()) {
                blocks = new int[0];
                return;
            } else {
                dictionaryFilters.add(filter);
            }
        }
    }

    Batch next() {
        if (!isOpen) {
            open();
        }
        perBatch.set(BatchBytes.fixed(2 * columns.length + 1));
        while (advance()) {
            context.check();
            int first = row;
            int rows = Math.min(Batch.ROWS_MAX, blockEnd - row);
            row += rows;
            if (select(first, rows)) {
                Batch batch = output(first);
                perBatch.grow(BatchBytes.variable(batch));
                return batch;
            }
        }
        return null;
    }

    /// Whether there is a window at `row`.
    private boolean advance() {
        if (row >= blockEnd) {
            if (nextBlock == blocks.length) {
                return false;
            }
            int block = blocks[nextBlock++];
            row = block * Segment.BLOCK_ROWS;
            blockEnd = row + segment.blockRowCount(block);
        }
        return true;
    }

    /// Whether any row of the window is in.
    private boolean select(int first, int rows) {
        Arrays.fill(windowColumns, null);
        selectLive(first, rows);
        for (DictionaryFilter filter : dictionaryFilters) {
            if (count > 0) {
                ScanColumn column = columns[filter.column()];
                column.codes(first, rows, codes);
                keep(filter.filter(codes, column.nulls(first, rows), isWhole ? null : selected, count, chosen));
            }
        }
        for (ScanShape.Conjunct conjunct : conjuncts) {
            if (count > 0) {
                ask(conjunct, first, rows);
            }
        }
        for (KeyFilter filter : keyFilters) {
            if (count > 0) {
                LongColumn values = (LongColumn) column(filter.column(), first, rows);
                keep(filter.keys().filter(values.values(), values.nulls(), isWhole ? null : selected, count, chosen));
            }
        }
        return count > 0;
    }

    private void selectLive(int first, int rows) {
        isWhole = true;
        count = rows;
        if (live == null) {
            return;
        }
        int found = 0;
        live.advanceIfNeeded(first);
        while (live.hasNext() && live.peekNext() < first + rows) {
            chosen[found++] = live.next() - first;
        }
        keep(found);
    }

    private void ask(ScanShape.Conjunct conjunct, int first, int rows) {
        List<Column> inputs = new ArrayList<>(conjunct.columns().length);
        for (int column : conjunct.columns()) {
            inputs.add(column(column, first, rows));
        }
        int found = Selection.select(conjunct.compiled().evaluate(new Batch(count, inputs)), count, chosen);
        if (!isWhole) {
            for (int index = 0; index < found; index++) {
                chosen[index] = selected[chosen[index]];
            }
        }
        keep(found);
    }

    /// What `chosen` holds is what is left.
    private void keep(int found) {
        if (found < count) {
            int[] swapped = selected;
            selected = chosen;
            chosen = swapped;
            count = found;
            isWhole = false;
        }
    }

    /// The rows still in. A column read while all rows are in stays for later use.
    private Column column(int column, int first, int rows) {
        if (windowColumns[column] == null && isWhole) {
            windowColumns[column] = columns[column].read(first, null, rows);
        }
        if (windowColumns[column] == null) {
            return columns[column].read(first, selected, count);
        }
        return isWhole ? windowColumns[column] : Columns.gather(windowColumns[column], selected, count);
    }

    private Batch output(int first) {
        List<Column> output = new ArrayList<>(columns.length);
        for (int column = 0; column < columns.length; column++) {
            output.add(column(column, first, count));
        }
        return new Batch(count, output);
    }

    @Override
    public void close() {
        perBatch.close();
        reservation.close();
    }
}
