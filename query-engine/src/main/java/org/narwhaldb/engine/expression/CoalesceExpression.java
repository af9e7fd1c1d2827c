package org.narwhaldb.engine.expression;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.segment.ColumnType;

/// COALESCE: the first operand that is not NULL; later ones are evaluated only where the earlier ones are NULL.
final class CoalesceExpression implements CompiledExpression {
    private final ColumnType type;
    private final List<Branch> operands;
    private final ResultAssembler result;

    CoalesceExpression(ColumnType type, List<Branch> operands) {
        this.type = type;
        this.operands = operands;
        this.result = new ResultAssembler(type);
    }

    @Override
    public ColumnType type() {
        return type;
    }

    @Override
    public Column evaluate(Batch input) {
        int rowCount = input.rowCount();
        int[] open = new int[rowCount];
        int openCount = rowCount;
        for (int row = 0; row < rowCount; row++) {
            open[row] = row;
        }
        result.start(rowCount);
        for (Branch operand : operands) {
            Branch.Values values = operand.evaluate(input, open, openCount);
            result.put(values, open, openCount);
            boolean[] nulls = values.column().nulls();
            int left = 0;
            for (int i = 0; nulls != null && i < openCount; i++) {
                int row = open[i];
                open[left] = row;
                left += nulls[values.dense() ? i : row] ? 1 : 0;
            }
            openCount = left;
            if (openCount == 0) {
                break;
            }
        }
        return result.finish();
    }
}
