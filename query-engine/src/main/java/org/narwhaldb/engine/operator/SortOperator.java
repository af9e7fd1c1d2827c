package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.SpillSpace;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.Field;

/// Keeps all rows, orders them, yields them. When memory is short the rows so far go to a file, in order; the files are
/// merged in the end.
final class SortOperator implements Operator {
    /// rows, their first terms and scratch for both
    private static final int SORT_BYTES_PER_ROW = 2 * (Integer.BYTES + Long.BYTES);

    /// few: the merge holds a batch of every run
    private static final int RUN_BATCH_ROWS = 256;

    private final Operator input;
    private final QueryContext context;
    private final Reservation reservation;
    private final List<Field> fields;
    private final RowOrder order;
    private final int width;
    private final SpillSpace spill;
    private final List<SpillFile> runs = new ArrayList<>();
    private RowStore store;
    private RunMerge merge;
    private long toSkip;
    private int[] rows;
    private int emitted;

    SortOperator(PlanNode.Sort node, Operator input, QueryContext context) {
        this.input = input;
        this.context = context;
        reservation = new Reservation(context.memory());
        fields = node.output();
        store = new RowStore(fields, reservation.another());
        order = new RowOrder(node.orders());
        width = fields.size();
        toSkip = node.offset();
        spill = SpillFile.takes(fields) ? context.memory().spill() : null;
    }

    @Override
    public Batch next() {
        if (rows == null) {
            collect();
        }
        context.check();
        return merge != null ? nextMerged() : nextKept();
    }

    private void collect() {
        for (Batch batch = input.next(); batch != null; batch = input.next()) {
            context.check();
            if (spill != null && store.size() > 0 && !reservation.canGrow(needed(batch))) {
                writeRun();
            }
            store.append(batch.columns(), null, batch.rowCount());
        }
        input.close();
        if (runs.isEmpty()) {
            rows = order.sorted(store, reservation);
            emitted = (int) Math.min(toSkip, rows.length);
        } else {
            writeRun();
            rows = new int[0];
            merge = new RunMerge(fields, order, runs, reservation.another());
        }
        reservation.grow(BatchBytes.fixed(width));
    }

    /// What the store may grow by for the batch, and what sorting takes then.
    private long needed(Batch batch) {
        return store.heldBytes() + BatchBytes.fixed(width) + BatchBytes.variable(batch)
                + (long) (store.size() + batch.rowCount()) * SORT_BYTES_PER_ROW;
    }

    private void writeRun() {
        Reservation scratch = reservation.another();
        SpillFile run = new SpillFile(spill, fields, reservation);
        runs.add(run);
        try {
            int[] sorted = order.sorted(store, scratch);
            for (int from = 0; from < sorted.length; from += RUN_BATCH_ROWS) {
                context.check();
                int count = Math.min(RUN_BATCH_ROWS, sorted.length - from);
                run.append(store.batch(Arrays.copyOfRange(sorted, from, from + count), count));
            }
        } finally {
            scratch.close();
        }
        store.close();
        store = new RowStore(fields, reservation.another());
    }

    private Batch nextKept() {
        int count = Math.min(Batch.ROWS_MAX, rows.length - emitted);
        if (count == 0) {
            return null;
        }
        int[] next = Arrays.copyOfRange(rows, emitted, emitted + count);
        emitted += count;
        return store.batch(next, count);
    }

    private Batch nextMerged() {
        Batch batch = merge.next();
        while (batch != null && toSkip >= batch.rowCount()) {
            toSkip -= batch.rowCount();
            context.check();
            batch = merge.next();
        }
        if (batch == null || toSkip == 0) {
            return batch;
        }
        int[] left = new int[batch.rowCount() - (int) toSkip];
        int skipped = (int) toSkip;
        Arrays.setAll(left, row -> row + skipped);
        toSkip = 0;
        return Columns.gather(batch, left, left.length);
    }

    @Override
    public void close() {
        input.close();
        store.close();
        if (merge != null) {
            merge.close();
        }
        runs.forEach(SpillFile::close);
        reservation.close();
    }
}
