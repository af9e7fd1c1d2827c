package org.narwhaldb.engine.operator;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.plan.PlanNode;

/// Keeps all rows, orders them, yields them.
final class SortOperator implements Operator {
    private final Operator input;
    private final QueryContext context;
    private final Reservation reservation;
    private final RowStore store;
    private final RowOrder order;
    private final int width;
    private final long offset;
    private int[] rows;
    private int emitted;

    SortOperator(PlanNode.Sort node, Operator input, QueryContext context) {
        this.input = input;
        this.context = context;
        reservation = new Reservation(context.memory());
        store = new RowStore(node.output(), reservation.another());
        order = new RowOrder(node.orders());
        width = node.output().size();
        offset = node.offset();
    }

    @Override
    public Batch next() {
        if (rows == null) {
            for (Batch batch = input.next(); batch != null; batch = input.next()) {
                context.check();
                store.append(batch.columns(), null, batch.rowCount());
            }
            input.close();
            rows = order.sorted(store, reservation);
            emitted = (int) Math.min(offset, rows.length);
            reservation.grow(BatchBytes.fixed(width));
        }
        context.check();
        int count = Math.min(Batch.ROWS_MAX, rows.length - emitted);
        if (count == 0) {
            return null;
        }
        int[] next = Arrays.copyOfRange(rows, emitted, emitted + count);
        emitted += count;
        return store.batch(next, count);
    }

    @Override
    public void close() {
        input.close();
        store.close();
        reservation.close();
    }
}
