package org.narwhaldb.engine.leaf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.kernel.RowIds;

/// Computes an [ExactNumber] window by window, in loops that the compiler makes vectors of. One thread at a time.
final class ExactLoops {
    private final Node root;
    private final List<Input> inputs = new ArrayList<>();
    private final long[] skipMask = new long[Window.ROWS_MAX / Long.SIZE];

    ExactLoops(ExactNumber number, LaneColumns columns) {
        root = node(number, columns);
    }

    private sealed interface Node {
        long[] evaluate(Window window);
    }

    private record Column(Input input) implements Node {
        @Override
        public long[] evaluate(Window window) {
            input.load(window);
            return input.longs();
        }
    }

    private record Constant(long[] values) implements Node {
        @Override
        public long[] evaluate(Window window) {
            return values;
        }
    }

    private record Operation(ExactNumber number, Node left, Node right, long[] result) implements Node {
        @Override
        public long[] evaluate(Window window) {
            long[] a = left.evaluate(window);
            long[] b = right.evaluate(window);
            switch (number.function()) {
                case PLUS -> add(a, b, window.count(), result);
                case MINUS -> subtract(a, b, window.count(), result);
                default -> multiply(a, b, window.count(), result);
            }
            return result;
        }

        private static void add(long[] a, long[] b, int count, long[] result) {
            for (int i = 0; i < count; i++) {
                result[i] = a[i] + b[i];
            }
        }

        private static void subtract(long[] a, long[] b, int count, long[] result) {
            for (int i = 0; i < count; i++) {
                result[i] = a[i] - b[i];
            }
        }

        private static void multiply(long[] a, long[] b, int count, long[] result) {
            for (int i = 0; i < count; i++) {
                result[i] = a[i] * b[i];
            }
        }
    }

    private Node node(ExactNumber number, LaneColumns columns) {
        if (number.function() != null) {
            return new Operation(number, node(number.left(), columns), node(number.right(), columns), new long[Window.ROWS_MAX]);
        }
        if (number.column() == null) {
            long[] values = new long[Window.ROWS_MAX];
            Arrays.fill(values, number.min());
            return new Constant(values);
        }
        Input input = new Input(number.column(), columns, new FilterBits[0]);
        inputs.add(input);
        return new Column(input);
    }

    /// The window's numbers; where a column is NULL, anything.
    long[] evaluate(Window window) {
        return root.evaluate(window);
    }

    /// Writes where any column is NULL, by the place in the window; returns how many rows that are.
    ///
    /// @param target has room for a vector more
    int nulls(Window window, int[] target) {
        boolean isNone = true;
        for (Input input : inputs) {
            isNone &= input.skips() == 0;
        }
        if (isNone) {
            return 0;
        }
        Arrays.fill(skipMask, 0);
        for (Input input : inputs) {
            int[] skipAt = input.skipAt();
            for (int i = 0; i < input.skips(); i++) {
                skipMask[skipAt[i] >> 6] |= 1L << skipAt[i];
            }
        }
        return RowIds.of(skipMask, 0, Bitmaps.words(window.count()), target);
    }
}
