package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.scan.ScanThreshold;

/// The first `offset + limit` rows of an order. Collects up to about twice as many rows, then sorts and keeps the best;
/// the last of these is the threshold that later rows must beat to be kept at all. Memory is bounded by the limit,
/// whatever the input. A scan below learns the threshold and leaves out rows, and blocks, that are behind it.
final class TopNOperator implements Operator {
    private static final int SLACK = Batch.ROWS_MAX / 4;
    /// Rows beside the wanted ones before a scan below is told of the first threshold.
    private static final int SLACK_OVER_SCAN = Batch.ROWS_MAX / 16;

    private final Operator input;
    private final QueryContext context;
    private final Reservation reservation;
    private final RowOrder order;
    private final PlanNode.Sort node;
    private final ScanThreshold scanThreshold;
    private final int width;
    private final long offset;
    private final long wanted;
    private final int[] selected = new int[Batch.ROWS_MAX];
    private RowStore store;
    /// the store's first `wanted` rows are in order, the last one is the threshold
    private boolean hasThreshold;
    private int[] rows;
    private int emitted;

    /// @param scanThreshold of the scan that the input reads, or null
    TopNOperator(PlanNode.Sort node, Operator input, ScanThreshold scanThreshold, QueryContext context) {
        this.node = node;
        this.scanThreshold = scanThreshold;
        this.input = input;
        this.context = context;
        reservation = new Reservation(context.memory());
        store = new RowStore(node.output(), reservation.another());
        order = new RowOrder(node.orders());
        width = node.output().size();
        offset = node.offset();
        long sum = node.offset() + node.limit();
        wanted = node.limit() == 0 ? 0 : sum < 0 ? Long.MAX_VALUE : sum;
    }

    @Override
    public Batch next() {
        if (rows == null) {
            collect();
            input.close();
            rows = order.sorted(store, reservation);
            emitted = (int) Math.min(offset, rows.length);
            reservation.grow(BatchBytes.fixed(width));
        }
        context.check();
        int end = (int) Math.min(wanted, rows.length);
        int count = Math.min(Batch.ROWS_MAX, end - emitted);
        if (count <= 0) {
            return null;
        }
        int[] next = Arrays.copyOfRange(rows, emitted, emitted + count);
        emitted += count;
        return store.batch(next, count);
    }

    private void collect() {
        if (wanted == 0) {
            return;
        }
        int slack = scanThreshold == null ? SLACK : SLACK_OVER_SCAN;
        long full = wanted > Integer.MAX_VALUE ? Long.MAX_VALUE : Math.max(2 * wanted, wanted + slack);
        for (Batch batch = input.next(); batch != null; batch = input.next()) {
            context.check();
            if (!hasThreshold) {
                store.append(batch.columns(), null, batch.rowCount());
            } else {
                int count = selectBetter(batch);
                if (count > 0) {
                    store.append(batch.columns(), selected, count);
                }
            }
            if (store.size() >= full) {
                keepBest();
            }
        }
    }

    /// Rows that the threshold does not rule out by its first term, then by all.
    private int selectBetter(Batch batch) {
        int threshold = (int) wanted - 1;
        int candidates = order.selectNotAfter(store, threshold, batch, selected);
        int count = 0;
        for (int index = 0; index < candidates; index++) {
            int row = selected[index];
            selected[count] = row;
            count += order.compare(store, threshold, batch, row) > 0 ? 1 : 0;
        }
        return count;
    }

    private void keepBest() {
        RowStore best = store.another();
        Reservation scratch = reservation.another();
        try {
            int[] sorted = order.sorted(store, scratch);
            for (int from = 0; from < wanted; from += Batch.ROWS_MAX) {
                context.check();
                int count = (int) Math.min(Batch.ROWS_MAX, wanted - from);
                best.append(store.gather(Arrays.copyOfRange(sorted, from, from + count), count), null, count);
            }
        } catch (RuntimeException e) {
            best.close();
            throw e;
        } finally {
            scratch.close();
        }
        store.close();
        store = best;
        hasThreshold = true;
        if (scanThreshold != null) {
            int column = node.orders().getFirst().column();
            Column last = store.gather(column, new int[] {(int) wanted - 1}, 1, false);
            scanThreshold.set(Columns.valueAt(last, 0, node.output().get(column).type()));
        }
    }

    @Override
    public void close() {
        input.close();
        store.close();
        reservation.close();
    }
}
