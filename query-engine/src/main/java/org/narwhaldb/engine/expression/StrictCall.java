package org.narwhaldb.engine.expression;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.ColumnType;

/// A call whose arguments are all evaluated for all rows, and that is NULL where one of them is.
record StrictCall(ColumnType type, List<CompiledExpression> arguments, Kernel kernel) implements CompiledExpression {
    @Override
    public Column evaluate(Batch input) {
        Column[] columns = new Column[arguments.size()];
        boolean[] nulls = null;
        for (int i = 0; i < columns.length; i++) {
            columns[i] = arguments.get(i).evaluate(input);
            nulls = Nulls.union(nulls, columns[i].nulls(), input.rowCount());
        }
        return kernel.apply(columns, input.rowCount(), nulls);
    }
}
