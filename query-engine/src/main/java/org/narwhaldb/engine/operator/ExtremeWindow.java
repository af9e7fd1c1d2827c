package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.plan.WindowCall;
import org.narwhaldb.engine.plan.WindowFunction;

/// MIN and MAX of any frame, of any type that has an order: the row that holds it, from a tree of rows. A frame that begins with its
/// partition keeps its best row as it grows.
final class ExtremeWindow implements WindowEvaluator {
    private static final int NONE = -1;

    private final WindowCall call;
    private final WindowFrames frames;
    private final ColumnStore values;
    private final int sign;
    private final int size;
    /// rows from `size` on, below each the better of its two children; null if no frame needs it
    private final int[] tree;
    private int bestFrom = -1;
    private int bestTo;
    private int best;

    ExtremeWindow(WindowCall call, WindowRows rows) {
        this.call = call;
        frames = new WindowFrames(call.frame(), rows);
        values = rows.column(WindowFrames.column(call.arguments().getFirst()));
        sign = call.function() == WindowFunction.MAX || call.function() == WindowFunction.BOOL_OR ? -1 : 1;
        size = rows.ready();
        tree = frames.beginsWithPartition() ? null : tree(rows);
    }

    private int[] tree(WindowRows rows) {
        rows.reservation().grow(2L * size * Integer.BYTES);
        int[] nodes = new int[2 * size];
        for (int row = 0; row < size; row++) {
            nodes[size + row] = leaf(row);
        }
        for (int node = size - 1; node > 0; node--) {
            nodes[node] = better(nodes[2 * node], nodes[2 * node + 1]);
        }
        return nodes;
    }

    private int leaf(int row) {
        return values.nulls().isNull(row) ? NONE : row;
    }

    private int better(int left, int right) {
        if (left == NONE || right == NONE) {
            return Math.max(left, right);
        }
        int order = sign * values.compare(left, right);
        return order == 0 ? Math.min(left, right) : order < 0 ? left : right;
    }

    @Override
    public Column evaluate(WindowBounds bounds) {
        int[] from = new int[bounds.count()];
        int[] to = new int[bounds.count()];
        frames.find(bounds, from, to);
        int[] places = new int[bounds.count()];
        for (int row = 0; row < places.length; row++) {
            places[row] = tree == null ? running(from[row], to[row]) : search(from[row], to[row]);
        }
        return values.gatherPadded(places, places.length, call.type());
    }

    private int running(int from, int to) {
        if (from != bestFrom || to < bestTo) {
            bestFrom = from;
            bestTo = from;
            best = NONE;
        }
        for (; bestTo < to; bestTo++) {
            best = better(best, leaf(bestTo));
        }
        return best;
    }

    private int search(int from, int to) {
        int found = NONE;
        int low = from + size;
        int high = to + size;
        while (low < high) {
            if ((low & 1) == 1) {
                found = better(found, tree[low++]);
            }
            if ((high & 1) == 1) {
                found = better(found, tree[--high]);
            }
            low >>= 1;
            high >>= 1;
        }
        return found;
    }
}
