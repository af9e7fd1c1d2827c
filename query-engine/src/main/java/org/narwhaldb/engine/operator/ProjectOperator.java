package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.expression.CompiledExpression;
import org.narwhaldb.engine.expression.ExpressionCompiler;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;

/// Computes columns from columns; a mere reference passes its column on.
final class ProjectOperator implements Operator {
    private final Operator input;
    private final QueryContext context;
    private final Reservation reservation;
    private final List<Expression> expressions;
    private final List<CompiledExpression> compiled;

    ProjectOperator(PlanNode.Project node, Operator input, QueryContext context) {
        this.input = input;
        this.context = context;
        this.reservation = new Reservation(context.memory());
        expressions = node.expressions();
        compiled = expressions.stream().map(ExpressionCompiler::compile).toList();
    }

    @Override
    public Batch next() {
        context.check();
        reservation.set(BatchBytes.fixed(expressions.size()));
        Batch batch = input.next();
        if (batch == null) {
            return null;
        }
        List<Column> columns = new ArrayList<>(expressions.size());
        List<Column> made = new ArrayList<>();
        for (int index = 0; index < expressions.size(); index++) {
            if (expressions.get(index) instanceof Expression.InputReference reference) {
                columns.add(batch.column(reference.index()));
            } else {
                columns.add(compiled.get(index).evaluate(batch));
                made.add(columns.getLast());
            }
        }
        reservation.grow(BatchBytes.variable(new Batch(batch.rowCount(), made)));
        return new Batch(batch.rowCount(), columns);
    }

    @Override
    public void close() {
        input.close();
        reservation.close();
    }
}
