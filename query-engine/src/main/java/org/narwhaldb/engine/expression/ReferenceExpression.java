package org.narwhaldb.engine.expression;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.ColumnType;

record ReferenceExpression(int index, ColumnType type) implements CompiledExpression {
    @Override
    public Column evaluate(Batch input) {
        return input.column(index);
    }
}
