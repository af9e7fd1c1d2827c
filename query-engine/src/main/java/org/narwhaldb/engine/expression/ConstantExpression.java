package org.narwhaldb.engine.expression;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.segment.ColumnType;

/// A literal. The column is kept from batch to batch.
final class ConstantExpression implements CompiledExpression {
    private final Object value;
    private final ColumnType type;
    private Column column;
    private int capacity;

    ConstantExpression(Object value, ColumnType type) {
        this.value = value;
        this.type = type;
    }

    @Override
    public ColumnType type() {
        return type;
    }

    boolean isNull() {
        return value == null;
    }

    @Override
    public Column evaluate(Batch input) {
        if (input.rowCount() > capacity) {
            capacity = Math.max(input.rowCount(), Math.min(Batch.ROWS_MAX, capacity * 4));
            column = Columns.constant(value, type, capacity);
        }
        return column;
    }
}
