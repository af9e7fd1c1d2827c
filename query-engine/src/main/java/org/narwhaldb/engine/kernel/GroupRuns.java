package org.narwhaldb.engine.kernel;

import java.util.Arrays;

/// Runs of rows of one group in a window of rows. Where they are long, as in columns that segments are sorted by, an aggregate
/// adds up a run at once: no row waits for the store of the one before, and the group of each row need not be written down.
public final class GroupRuns {
    static final Kernel RUNS = new Kernel("runs of groups");
    /// Shorter ones do not pay.
    private static final int ROWS_PER_RUN = 16;

    private final int[] ends;
    private final int[] runGroups;
    private final int[] rowGroups;
    private boolean isFilled;
    private int most;
    private int count;

    /// @param rowsMax of a window
    public GroupRuns(int rowsMax) {
        ends = new int[rowsMax / ROWS_PER_RUN + 1];
        runGroups = new int[ends.length];
        rowGroups = new int[rowsMax];
    }

    /// Begins with no run of a window of so many rows.
    public void clear(int rows) {
        count = 0;
        most = rows / ROWS_PER_RUN + 1;
        isFilled = false;
    }

    /// Whether runs are long enough on average, this one included.
    ///
    /// @param end the place in the window behind the run's last row
    public boolean add(int end, int group) {
        if (count == most) {
            return false;
        }
        runGroups[count] = group;
        ends[count++] = end;
        return true;
    }

    /// Finds the runs of known groups; whether they are long enough on average.
    ///
    /// @param groups of at least one row
    public boolean find(int[] groups, int rows) {
        clear(rows);
        int found = 0;
        int done = 0;
        if (RUNS.isVector()) {
            done = rows - 1 & -VectorGroups.lanes();
            found = VectorGroups.ends(groups, done, most - 1, ends);
        }
        for (; found >= 0 && done < rows - 1; done++) {
            if (groups[done] != groups[done + 1]) {
                if (found == most - 1) {
                    return false;
                }
                ends[found++] = done + 1;
            }
        }
        if (found < 0) {
            return false;
        }
        ends[found] = rows;
        count = found + 1;
        for (int run = 0; run < count; run++) {
            runGroups[run] = groups[ends[run] - 1];
        }
        return true;
    }

    public int count() {
        return count;
    }

    /// The place in the window behind the run's last row.
    public int end(int run) {
        return ends[run];
    }

    public int group(int run) {
        return runGroups[run];
    }

    /// The group of each row of the window.
    public int[] groups() {
        if (!isFilled) {
            int from = 0;
            for (int run = 0; run < count; run++) {
                Arrays.fill(rowGroups, from, ends[run], runGroups[run]);
                from = ends[run];
            }
            isFilled = true;
        }
        return rowGroups;
    }
}
