package org.narwhaldb.engine.expression;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.InputReference;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.segment.error.NarwhalException;

/// Replaces calls on literals by their value. A call that raises stays: whether its rows are ever needed is not known.
final class ConstantFolding {
    private static final Batch ONE_ROW = new Batch(1, List.of());

    private ConstantFolding() {}

    static Expression fold(Expression expression) {
        return switch (expression) {
            case InputReference reference -> reference;
            case Literal literal -> literal;
            case Call call -> fold(call);
        };
    }

    private static Expression fold(Call call) {
        List<Expression> arguments = call.arguments().stream().map(ConstantFolding::fold).toList();
        Call folded = new Call(call.function(), arguments, call.type());
        for (Expression argument : arguments) {
            if (!(argument instanceof Literal)) {
                return folded;
            }
        }
        try {
            var column = ExpressionCompiler.compileFolded(folded, false).evaluate(ONE_ROW);
            return new Literal(Columns.valueAt(column, 0, call.type()), call.type());
        } catch (NarwhalException _) {
            return folded;
        }
    }
}
