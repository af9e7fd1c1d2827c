package org.narwhaldb.engine.expression;

import java.util.Arrays;

/// Null flags of columns; null stands for "no row is NULL".
final class Nulls {
    private Nulls() {}

    static boolean[] union(boolean[] a, boolean[] b, int rowCount) {
        if (a == null || a == b) {
            return b;
        }
        if (b == null) {
            return a;
        }
        boolean[] result = new boolean[rowCount];
        for (int row = 0; row < rowCount; row++) {
            result[row] = a[row] | b[row];
        }
        return result;
    }

    /// Flags that the caller may change, equal to `nulls` for a start.
    static boolean[] copy(boolean[] nulls, int rowCount) {
        return nulls == null ? new boolean[rowCount] : Arrays.copyOf(nulls, rowCount);
    }

    static boolean isNull(boolean[] nulls, int row) {
        return nulls != null && nulls[row];
    }
}
