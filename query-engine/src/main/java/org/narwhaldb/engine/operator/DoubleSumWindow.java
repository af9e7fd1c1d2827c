package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.DoubleColumn;
import org.narwhaldb.engine.plan.WindowCall;
import org.narwhaldb.engine.plan.WindowFunction;
import org.narwhaldb.segment.ColumnType;

/// SUM and AVG of doubles. A frame that begins with its partition is summed in order as it grows; any other from a tree of sums:
/// differences of running sums would lose digits, and NaN and infinity would never leave them.
final class DoubleSumWindow implements WindowEvaluator {
    private final WindowCall call;
    private final WindowFrames frames;
    private final PresentRows present;
    private final int size;
    /// the values from `size` on; below, each the sum of its two children
    private final double[] tree;
    private int sumFrom = -1;
    private int sumTo;
    private double sum;

    DoubleSumWindow(WindowCall call, WindowRows rows) {
        this.call = call;
        frames = new WindowFrames(call.frame(), rows);
        present = PresentRows.of(List.of(call.arguments().getFirst()), rows);
        size = rows.ready();
        rows.reservation().grow(2L * size * Double.BYTES);
        tree = new double[2 * size];
        int argument = WindowFrames.column(call.arguments().getFirst());
        for (int from = 0; from < size; from += Batch.ROWS_MAX) {
            int count = Math.min(Batch.ROWS_MAX, size - from);
            DoubleColumn column = (DoubleColumn) rows.range(argument, from, count);
            for (int index = 0; index < count; index++) {
                tree[size + from + index] = column.isNull(index) ? 0 : column.values()[index];
            }
        }
        for (int node = size - 1; node > 0 && !frames.beginsWithPartition(); node--) {
            tree[node] = tree[2 * node] + tree[2 * node + 1];
        }
    }

    @Override
    public Column evaluate(WindowBounds bounds) {
        int[] from = new int[bounds.count()];
        int[] to = new int[bounds.count()];
        frames.find(bounds, from, to);
        double[] values = new double[bounds.count()];
        boolean[] nulls = null;
        for (int row = 0; row < values.length; row++) {
            int count = present.count(from[row], to[row]);
            if (count == 0 && call.function() != WindowFunction.SUM_OR_ZERO) {
                nulls = nulls == null ? new boolean[values.length] : nulls;
                nulls[row] = true;
                continue;
            }
            double value = frames.beginsWithPartition() ? running(from[row], to[row]) : treeSum(from[row], to[row]);
            value = call.function() == WindowFunction.AVG ? value / count : value;
            values[row] = call.type().kind() == ColumnType.Kind.FLOAT ? (float) value : value;
        }
        return new DoubleColumn(values, nulls);
    }

    private double running(int from, int to) {
        if (from != sumFrom || to < sumTo) {
            sumFrom = from;
            sumTo = from;
            sum = 0;
        }
        for (; sumTo < to; sumTo++) {
            sum += tree[size + sumTo];
        }
        return sum;
    }

    private double treeSum(int from, int to) {
        double left = 0;
        double right = 0;
        int low = from + size;
        int high = to + size;
        while (low < high) {
            if ((low & 1) == 1) {
                left += tree[low++];
            }
            if ((high & 1) == 1) {
                right = tree[--high] + right;
            }
            low >>= 1;
            high >>= 1;
        }
        return left + right;
    }
}
