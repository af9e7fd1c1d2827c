package org.narwhaldb.engine.expression;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.segment.ColumnType;

/// AND, OR over any number of operands, in three-valued logic. An operand is evaluated only for the rows that the ones
/// before it left open, in the order written.
record LogicExpression(boolean conjunction, List<Branch> operands) implements CompiledExpression {
    @Override
    public ColumnType type() {
        return ColumnType.BOOLEAN;
    }

    @Override
    public Column evaluate(Batch input) {
        int rowCount = input.rowCount();
        // FALSE decides a conjunction, TRUE a disjunction; rows not decided in the end are the opposite, or NULL
        boolean deciding = !conjunction;
        boolean[] decided = new boolean[rowCount];
        boolean[] nulls = null;
        int[] open = new int[rowCount];
        int openCount = rowCount;
        for (int row = 0; row < rowCount; row++) {
            open[row] = row;
        }
        for (Branch operand : operands) {
            if (openCount == 0) {
                break;
            }
            Branch.Values values = operand.evaluate(input, open, openCount);
            boolean[] truth = ((BooleanColumn) values.column()).values();
            boolean[] truthNulls = values.column().nulls();
            int left = 0;
            for (int i = 0; i < openCount; i++) {
                int row = open[i];
                int at = values.dense() ? i : row;
                boolean isNull = truthNulls != null && truthNulls[at];
                if (isNull) {
                    nulls = nulls == null ? new boolean[rowCount] : nulls;
                    nulls[row] = true;
                }
                boolean decides = !isNull & truth[at] == deciding;
                decided[row] = decides;
                open[left] = row;
                left += decides ? 0 : 1;
            }
            openCount = left;
        }
        boolean[] result = new boolean[rowCount];
        for (int row = 0; row < rowCount; row++) {
            result[row] = decided[row] == deciding;
            if (nulls != null) {
                nulls[row] &= !decided[row];
            }
        }
        return new BooleanColumn(result, nulls);
    }
}
