package org.narwhaldb.engine.expression;

import org.narwhaldb.engine.plan.Expression;

/// Turns expressions of the plan into [CompiledExpression]s.
public final class ExpressionCompiler {
    private ExpressionCompiler() {}

    public static CompiledExpression compile(Expression expression) {
        throw new UnsupportedOperationException();
    }
}
