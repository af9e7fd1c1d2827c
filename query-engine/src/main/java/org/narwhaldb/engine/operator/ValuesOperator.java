package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.ColumnBuilder;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;

/// Constant rows.
final class ValuesOperator implements Operator {
    private final PlanNode.Values node;
    private final QueryContext context;
    private final Reservation reservation;
    private int emitted;

    ValuesOperator(PlanNode.Values node, QueryContext context) {
        this.node = node;
        this.context = context;
        reservation = new Reservation(context.memory());
    }

    @Override
    public Batch next() {
        context.check();
        int count = Math.min(Batch.ROWS_MAX, node.rows().size() - emitted);
        if (count == 0) {
            return null;
        }
        reservation.set(BatchBytes.fixed(node.output().size()));
        List<List<Expression.Literal>> rows = node.rows().subList(emitted, emitted + count);
        List<Column> columns = new ArrayList<>();
        for (int column = 0; column < node.output().size(); column++) {
            ColumnBuilder builder = ColumnBuilder.of(node.output().get(column).type());
            for (List<Expression.Literal> row : rows) {
                builder.appendValue(row.get(column).value());
            }
            columns.add(builder.build());
        }
        emitted += count;
        return new Batch(count, columns);
    }

    @Override
    public void close() {
        reservation.close();
    }
}
