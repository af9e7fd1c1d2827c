package org.narwhaldb.engine.expression;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;

/// IS [NOT] DISTINCT FROM and NULLIF: equality that looks at NULLs.
record EqualityExpression(
        ScalarFunction function,
        ColumnType type,
        CompiledExpression left,
        CompiledExpression right,
        CompiledExpression equality) implements CompiledExpression {

    static CompiledExpression of(Call call, List<CompiledExpression> arguments) {
        CompiledExpression left = arguments.getFirst();
        if (call.function() == ScalarFunction.NULL_IF) {
            left = Casts.coerce(left, call.type());
        }
        return new EqualityExpression(call.function(), call.type(), left, arguments.getLast(),
                Comparisons.compile(ScalarFunction.EQUAL, arguments));
    }

    @Override
    public Column evaluate(Batch input) {
        int rowCount = input.rowCount();
        BooleanColumn equal = (BooleanColumn) equality.evaluate(input);
        Column leftColumn = left.evaluate(input);
        if (function == ScalarFunction.NULL_IF) {
            boolean[] nulls = Nulls.copy(leftColumn.nulls(), rowCount);
            for (int row = 0; row < rowCount; row++) {
                nulls[row] |= equal.values()[row] && !equal.isNull(row);
            }
            return Columns.withNulls(leftColumn, nulls);
        }
        Column rightColumn = right.evaluate(input);
        boolean wanted = function == ScalarFunction.IS_NOT_DISTINCT_FROM;
        boolean[] result = new boolean[rowCount];
        for (int row = 0; row < rowCount; row++) {
            boolean same = equal.isNull(row)
                    ? leftColumn.isNull(row) && rightColumn.isNull(row) : equal.values()[row];
            result[row] = same == wanted;
        }
        return new BooleanColumn(result, null);
    }
}
