package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.plan.WindowCall;
import org.narwhaldb.engine.plan.WindowFunction;

/// STDDEV and VAR of any frame, from a tree of counts, means and sums of squared distances, merged as in [VarianceAccumulator].
final class VarianceWindow implements WindowEvaluator {
    private static final int WORDS = 3;

    private final WindowCall call;
    private final WindowFrames frames;
    private final int size;
    /// count, mean, squares of each node; the values from `size` on
    private final double[] tree;
    private double count;
    private double mean;
    private double squares;

    VarianceWindow(WindowCall call, WindowRows rows) {
        this.call = call;
        frames = new WindowFrames(call.frame(), rows);
        size = rows.ready();
        rows.reservation().grow(2L * size * WORDS * Double.BYTES);
        tree = new double[Math.multiplyExact(2 * WORDS, size)];
        int argument = WindowFrames.column(call.arguments().getFirst());
        int scale = call.arguments().getFirst().type().scale();
        for (int from = 0; from < size; from += Batch.ROWS_MAX) {
            int rowCount = Math.min(Batch.ROWS_MAX, size - from);
            Column column = rows.range(argument, from, rowCount);
            double[] values = NumbersAsDoubles.of(column, scale, rowCount);
            for (int index = 0; index < rowCount; index++) {
                if (!column.isNull(index)) {
                    int leaf = WORDS * (size + from + index);
                    tree[leaf] = 1;
                    tree[leaf + 1] = values[index];
                }
            }
        }
        for (int node = size - 1; node > 0; node--) {
            clear();
            merge(2 * node);
            merge(2 * node + 1);
            tree[WORDS * node] = count;
            tree[WORDS * node + 1] = mean;
            tree[WORDS * node + 2] = squares;
        }
    }

    private void clear() {
        count = 0;
        mean = 0;
        squares = 0;
    }

    private void merge(int node) {
        double other = tree[WORDS * node];
        if (other == 0) {
            return;
        }
        double total = count + other;
        double distance = tree[WORDS * node + 1] - mean;
        squares += tree[WORDS * node + 2] + (count == 0 ? 0 : distance * distance * count * other / total);
        mean = count == 0 ? tree[WORDS * node + 1] : mean + distance * other / total;
        count = total;
    }

    @Override
    public Column evaluate(WindowBounds bounds) {
        int[] from = new int[bounds.count()];
        int[] to = new int[bounds.count()];
        frames.find(bounds, from, to);
        boolean isSample = call.function() == WindowFunction.VAR_SAMP || call.function() == WindowFunction.STDDEV_SAMP;
        boolean isRoot = call.function() == WindowFunction.STDDEV_POP || call.function() == WindowFunction.STDDEV_SAMP;
        double[] values = new double[bounds.count()];
        boolean[] nulls = null;
        for (int row = 0; row < values.length; row++) {
            find(from[row], to[row]);
            double divisor = count - (isSample ? 1 : 0);
            if (divisor <= 0) {
                nulls = nulls == null ? new boolean[values.length] : nulls;
                nulls[row] = true;
            } else {
                values[row] = isRoot ? Math.sqrt(squares / divisor) : squares / divisor;
            }
        }
        return new DoubleColumn(values, nulls);
    }

    private void find(int from, int to) {
        clear();
        int low = from + size;
        int high = to + size;
        while (low < high) {
            if ((low & 1) == 1) {
                merge(low++);
            }
            if ((high & 1) == 1) {
                merge(--high);
            }
            low >>= 1;
            high >>= 1;
        }
    }
}
