package org.narwhaldb.engine.expression;

import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;

/// An operand of CASE, COALESCE, AND or OR: evaluated only for the rows that need it, so that it raises nothing for
/// others.
///
/// @param inputs the input columns it reads
/// @param total whether it can raise nothing: then it may be evaluated for more rows than needed
record Branch(CompiledExpression expression, int[] inputs, boolean total) {
    /// Values of a branch. Dense: entry `i` belongs to the `i`-th row asked for; else to row `i` of the batch.
    record Values(Column column, boolean dense) {}

    Values evaluate(Batch input, int[] rows, int count) {
        int rowCount = input.rowCount();
        if (count == rowCount || (total && (inputs.length == 0 || count >= rowCount / 4))) {
            return new Values(expression.evaluate(input), false);
        }
        List<Column> columns = new ArrayList<>(input.columns());
        for (int index : inputs) {
            columns.set(index, Columns.gather(input.column(index), rows, count));
        }
        return new Values(expression.evaluate(new Batch(count, columns)), true);
    }
}
