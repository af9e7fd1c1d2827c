package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.expression.CompiledExpression;
import org.narwhaldb.engine.expression.ExpressionCompiler;
import org.narwhaldb.engine.expression.Selection;
import org.narwhaldb.engine.plan.PlanNode;

/// Rows for which the predicate is true.
final class FilterOperator implements Operator {
    private final Operator input;
    private final QueryContext context;
    private final CompiledExpression predicate;
    private final Reservation reservation;
    private final int width;
    private int[] selected;

    FilterOperator(PlanNode.Filter node, Operator input, QueryContext context) {
        this.input = input;
        this.context = context;
        predicate = ExpressionCompiler.compile(node.predicate());
        width = node.output().size();
        reservation = new Reservation(context.memory());
    }

    @Override
    public Batch next() {
        if (selected == null) {
            reservation.grow(BatchBytes.fixed(width + 1));
            selected = new int[Batch.ROWS_MAX];
        }
        for (Batch batch = input.next(); batch != null; batch = input.next()) {
            context.check();
            Column matches = predicate.evaluate(batch);
            int count = Selection.select(matches, batch.rowCount(), selected);
            if (count == batch.rowCount()) {
                return batch;
            }
            if (count > 0) {
                return Columns.gather(batch, selected, count);
            }
        }
        return null;
    }

    @Override
    public void close() {
        input.close();
        reservation.close();
    }
}
