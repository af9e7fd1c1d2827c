package org.narwhaldb.engine.expression;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Values of expressions without input references: the planner folds constants with the engine's own semantics.
public final class ConstantEvaluator {
    private static final Batch ONE_ROW = new Batch(1, List.of());

    private ConstantEvaluator() {}

    /// @return the value in the shape of `NestedValues`
    public static Object evaluate(Expression expression) {
        if (!References.of(expression).isEmpty()) {
            throw NarwhalException.of(ErrorCode.INTERNAL, "[%s] is no constant: it reads input columns", expression);
        }
        return Columns.valueAt(ExpressionCompiler.compile(expression).evaluate(ONE_ROW), 0, expression.type());
    }
}
