package org.narwhaldb.segment;

/// Gives the rows of NULLs a value that compresses: the one before them, or the first one for those at the start.
final class NullFill {
    private NullFill() {}

    /// @return the first row with a value; there is one
    static int fill(long[] values, boolean[] isNull, int count) {
        int first = firstValue(isNull);
        for (int i = 0; i < count; i++) {
            if (isNull[i]) {
                values[i] = values[i < first ? first : i - 1];
            }
        }
        return first;
    }

    static int fill(int[] values, boolean[] isNull, int count) {
        int first = firstValue(isNull);
        for (int i = 0; i < count; i++) {
            if (isNull[i]) {
                values[i] = values[i < first ? first : i - 1];
            }
        }
        return first;
    }

    static int fill(double[] values, boolean[] isNull, int count) {
        int first = firstValue(isNull);
        for (int i = 0; i < count; i++) {
            if (isNull[i]) {
                values[i] = values[i < first ? first : i - 1];
            }
        }
        return first;
    }

    static int fill(boolean[] values, boolean[] isNull, int count) {
        int first = firstValue(isNull);
        for (int i = 0; i < count; i++) {
            if (isNull[i]) {
                values[i] = values[i < first ? first : i - 1];
            }
        }
        return first;
    }

    private static int firstValue(boolean[] isNull) {
        int first = 0;
        while (isNull[first]) {
            first++;
        }
        return first;
    }
}
