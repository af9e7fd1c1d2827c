package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Batch;

/// The candidate pairs (left row, right row) of a left batch, listed up to a batch of pairs at a time.
final class JoinPairs {
    private final JoinBuild build;
    private final int[] groups = new int[Batch.ROWS_MAX];
    private final int[] left = new int[Batch.ROWS_MAX];
    private final int[] right = new int[Batch.ROWS_MAX];
    private int rowCount;
    private int row;
    private int place;
    private int end;

    JoinPairs(JoinBuild build) {
        this.build = build;
    }

    /// The key number of each left row, to be filled before [#start].
    int[] groups() {
        return groups;
    }

    void start(int rows) {
        rowCount = rows;
        row = 0;
        enter();
    }

    void skipAll() {
        row = rowCount;
    }

    boolean isDone() {
        return row >= rowCount;
    }

    int[] left() {
        return left;
    }

    int[] right() {
        return right;
    }

    private void enter() {
        if (row < rowCount) {
            place = build.from(groups[row]);
            end = build.to(groups[row]);
        }
    }

    /// Lists the next pairs, returns how many.
    ///
    /// @param settled left rows no further pairs of which matter; or null
    int next(boolean[] settled) {
        if (build.isUnique()) {
            return nextUnique();
        }
        int count = 0;
        while (row < rowCount && count < Batch.ROWS_MAX) {
            if (place == end || settled != null && settled[row]) {
                row++;
                enter();
                continue;
            }
            int stop = Math.min(end, place + Batch.ROWS_MAX - count);
            for (; place < stop; place++) {
                left[count] = row;
                right[count++] = build.row(place);
            }
        }
        return count;
    }

    private int nextUnique() {
        int count = 0;
        for (; row < rowCount; row++) {
            left[count] = row;
            right[count] = groups[row];
            count += groups[row] >= 0 ? 1 : 0;
        }
        return count;
    }

    /// All left rows of a unique build, those that match nothing paired with -1.
    int nextPadded() {
        for (; row < rowCount; row++) {
            left[row] = row;
            right[row] = groups[row];
        }
        return rowCount;
    }

    /// Keeps the pairs that `chosen` numbers.
    void keep(int[] chosen, int count) {
        for (int index = 0; index < count; index++) {
            left[index] = left[chosen[index]];
            right[index] = right[chosen[index]];
        }
    }

    /// Whether the listed pairs have each left row once, in order.
    boolean isWholeBatch(int count) {
        if (count != rowCount) {
            return false;
        }
        for (int index = 0; index < count; index++) {
            if (left[index] != index) {
                return false;
            }
        }
        return true;
    }
}
