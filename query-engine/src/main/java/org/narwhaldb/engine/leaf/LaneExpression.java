package org.narwhaldb.engine.leaf;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.expression.CompiledExpression;
import org.narwhaldb.engine.expression.ExpressionCompiler;
import org.narwhaldb.engine.plan.Expression;

/// An expression over the scan's columns, evaluated window by window over just those that it reads. One thread at a time.
final class LaneExpression {
    private final LaneColumns columns;
    private final List<Integer> read = new ArrayList<>();
    private final CompiledExpression compiled;
    private Column result;
    private long serial;

    LaneExpression(Expression expression, LaneColumns columns) {
        this.columns = columns;
        compiled = ExpressionCompiler.compile(renumber(expression, read));
    }

    /// The expression with its references by position in `read`, which grows by what is met.
    static Expression renumber(Expression expression, List<Integer> read) {
        return switch (expression) {
            case Expression.InputReference(int index, var type) -> {
                if (!read.contains(index)) {
                    read.add(index);
                }
                yield new Expression.InputReference(read.indexOf(index), type);
            }
            case Expression.Literal literal -> literal;
            case Expression.Call call -> new Expression.Call(call.function(), call.arguments().stream()
                    .map(argument -> renumber(argument, read)).toList(), call.type());
        };
    }

    Column evaluate(Window window) {
        if (result == null || serial != window.serial()) {
            List<Column> inputs = new ArrayList<>(read.size());
            for (int column : read) {
                inputs.add(columns.column(column, window));
            }
            result = compiled.evaluate(new Batch(window.count(), inputs));
            serial = window.serial();
        }
        return result;
    }
}
