package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.plan.PlanNode;

/// Skips rows, passes some on, and closes its input as soon as it needs no more.
final class LimitOperator implements Operator {
    private final Operator input;
    private final QueryContext context;
    private long toSkip;
    private long toPass;

    LimitOperator(PlanNode.Limit node, Operator input, QueryContext context) {
        this.input = input;
        this.context = context;
        toSkip = node.offset();
        toPass = node.limit() < 0 ? Long.MAX_VALUE : node.limit();
    }

    @Override
    public Batch next() {
        while (toPass > 0) {
            context.check();
            Batch batch = input.next();
            if (batch == null) {
                break;
            }
            int from = (int) Math.min(toSkip, batch.rowCount());
            int count = (int) Math.min(toPass, batch.rowCount() - from);
            toSkip -= from;
            if (count > 0) {
                toPass -= count;
                return slice(batch, from, count);
            }
        }
        toPass = 0;
        input.close();
        return null;
    }

    private static Batch slice(Batch batch, int from, int count) {
        if (count == batch.rowCount()) {
            return batch;
        }
        List<Column> columns = new ArrayList<>(batch.columns().size());
        for (Column column : batch.columns()) {
            columns.add(Columns.slice(column, from, count));
        }
        return new Batch(count, columns);
    }

    @Override
    public void close() {
        input.close();
    }
}
