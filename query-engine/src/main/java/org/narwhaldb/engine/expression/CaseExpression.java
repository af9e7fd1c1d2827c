package org.narwhaldb.engine.expression;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.segment.ColumnType;

/// CASE: conditions and values alternate, the last branch is the value otherwise.
final class CaseExpression implements CompiledExpression {
    private final ColumnType type;
    private final List<Branch> branches;
    private final ResultAssembler result;

    CaseExpression(ColumnType type, List<Branch> branches) {
        this.type = type;
        this.branches = branches;
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
        int[] chosen = new int[rowCount];
        int openCount = rowCount;
        for (int row = 0; row < rowCount; row++) {
            open[row] = row;
        }
        result.start(rowCount);
        for (int branch = 0; branch + 1 < branches.size() && openCount > 0; branch += 2) {
            Branch.Values condition = branches.get(branch).evaluate(input, open, openCount);
            int chosenCount = split(condition, open, openCount, chosen);
            if (chosenCount > 0) {
                result.put(branches.get(branch + 1).evaluate(input, chosen, chosenCount), chosen, chosenCount);
                openCount -= chosenCount;
            }
        }
        if (openCount > 0) {
            if (branches.size() % 2 == 1) {
                result.put(branches.getLast().evaluate(input, open, openCount), open, openCount);
            } else {
                result.putNulls(open, openCount);
            }
        }
        return result.finish();
    }

    /// Moves the rows where the condition is TRUE from `open` to `chosen`.
    private static int split(Branch.Values condition, int[] open, int openCount, int[] chosen) {
        boolean[] truth = ((BooleanColumn) condition.column()).values();
        boolean[] nulls = condition.column().nulls();
        int left = 0;
        int chosenCount = 0;
        for (int i = 0; i < openCount; i++) {
            int row = open[i];
            int at = condition.dense() ? i : row;
            boolean holds = truth[at] && (nulls == null || !nulls[at]);
            chosen[chosenCount] = row;
            open[left] = row;
            chosenCount += holds ? 1 : 0;
            left += holds ? 0 : 1;
        }
        return chosenCount;
    }
}
