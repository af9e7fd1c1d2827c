package org.narwhaldb.engine.expression;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.ColumnType;

/// IS [NOT] NULL, IS [NOT] TRUE, IS [NOT] FALSE: never NULL.
record TruthTest(ScalarFunction function, CompiledExpression argument) implements CompiledExpression {
    @Override
    public ColumnType type() {
        return ColumnType.BOOLEAN;
    }

    @Override
    public Column evaluate(Batch input) {
        Column column = argument.evaluate(input);
        int rowCount = input.rowCount();
        boolean[] nulls = column.nulls();
        boolean[] result = new boolean[rowCount];
        switch (function) {
            case IS_NULL -> {
                if (nulls != null) {
                    System.arraycopy(nulls, 0, result, 0, rowCount);
                }
            }
            case IS_NOT_NULL -> {
                for (int row = 0; row < rowCount; row++) {
                    result[row] = nulls == null || !nulls[row];
                }
            }
            case IS_TRUE -> fill(column, true, true, result);
            case IS_NOT_TRUE -> fill(column, true, false, result);
            case IS_FALSE -> fill(column, false, true, result);
            case IS_NOT_FALSE -> fill(column, false, false, result);
            default -> throw new IllegalStateException(function + " is no truth test");
        }
        return new BooleanColumn(result, null);
    }

    private static void fill(Column column, boolean wanted, boolean resultIfWanted, boolean[] result) {
        boolean[] values = ((BooleanColumn) column).values();
        boolean[] nulls = column.nulls();
        for (int row = 0; row < result.length; row++) {
            boolean isWanted = values[row] == wanted && (nulls == null || !nulls[row]);
            result[row] = isWanted == resultIfWanted;
        }
    }

    static Column not(Column[] arguments, int rowCount, boolean[] nulls) {
        boolean[] values = ((BooleanColumn) arguments[0]).values();
        boolean[] result = new boolean[rowCount];
        for (int row = 0; row < rowCount; row++) {
            result[row] = !values[row];
        }
        return new BooleanColumn(result, nulls);
    }
}
