package org.narwhaldb.engine.expression;

import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;

/// Row numbers from boolean columns.
public final class Selection {
    private Selection() {}

    /// Writes the numbers of the rows that are TRUE, neither FALSE nor NULL, to `target`; returns how many.
    public static int select(Column booleans, int rowCount, int[] target) {
        BooleanColumn column = (BooleanColumn) booleans;
        boolean[] values = column.values();
        boolean[] nulls = column.nulls();
        int count = 0;
        if (nulls == null) {
            for (int row = 0; row < rowCount; row++) {
                target[count] = row;
                count += values[row] ? 1 : 0;
            }
        } else {
            for (int row = 0; row < rowCount; row++) {
                target[count] = row;
                count += values[row] & !nulls[row] ? 1 : 0;
            }
        }
        return count;
    }
}
