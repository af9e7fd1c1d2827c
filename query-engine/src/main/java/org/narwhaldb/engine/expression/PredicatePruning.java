package org.narwhaldb.engine.expression;

import org.narwhaldb.engine.execution.FragmentExecutor.ColumnBounds;
import org.narwhaldb.engine.plan.Expression;

/// Whether a predicate may be true for some row of which only column bounds are known. Never wrongly false.
public final class PredicatePruning {
    private PredicatePruning() {}

    public static boolean mayMatch(Expression predicate, ColumnBounds bounds) {
        throw new UnsupportedOperationException();
    }
}
