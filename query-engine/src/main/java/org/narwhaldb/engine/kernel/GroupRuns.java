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
    private final int[] otherEnds;
    private final int[] otherGroups;
    private final long[] totals;
    private final int[] rowGroups;
    private boolean isFilled;
    private int most;
    private int count;

    /// @param rowsMax of a window
    public GroupRuns(int rowsMax) {
        ends = new int[most(rowsMax)];
        runGroups = new int[ends.length];
        otherEnds = new int[ends.length];
        otherGroups = new int[ends.length];
        totals = new long[ends.length];
        rowGroups = new int[rowsMax];
    }

    /// Begins with one run of all the window's rows, of group 0.
    public void start(int rows) {
        clear(rows);
        ends[0] = rows;
        runGroups[0] = 0;
        count = 1;
    }

    private void clear(int rows) {
        count = 0;
        most = most(rows);
        isFilled = false;
    }

    /// Takes in one more key: runs end where those of the key do, and its ids are added to groups. Whether runs are still long
    /// enough on average.
    ///
    /// @param keyEnds ascending; the last is the window's end
    /// @param ids of the key, as many
    /// @param stride that an id counts
    public boolean cut(int[] keyEnds, int[] ids, int keyRuns, int stride) {
        if (count == 1) {
            if (keyRuns > most) {
                return false;
            }
            int group = runGroups[0];
            for (int run = 0; run < keyRuns; run++) {
                ends[run] = keyEnds[run];
                runGroups[run] = group + ids[run] * stride;
            }
            count = keyRuns;
            return true;
        }
        System.arraycopy(ends, 0, otherEnds, 0, count);
        System.arraycopy(runGroups, 0, otherGroups, 0, count);
        int others = count;
        int other = 0;
        int run = 0;
        for (count = 0; other < others && count < most; count++) {
            int end = otherEnds[other];
            int keyEnd = keyEnds[run];
            runGroups[count] = otherGroups[other] + ids[run] * stride;
            ends[count] = Math.min(end, keyEnd);
            other += end <= keyEnd ? 1 : 0;
            run += keyEnd <= end ? 1 : 0;
        }
        return other == others;
    }

    /// How many runs a window of so many rows may have.
    public static int most(int rows) {
        return rows / ROWS_PER_RUN + 1;
    }

    /// Of each run's values; the array serves the next call too.
    public long[] sums(long[] values) {
        int from = 0;
        for (int run = 0; run < count; run++) {
            totals[run] = GroupLoops.sum(values, from, ends[run]);
            from = ends[run];
        }
        return totals;
    }

    /// As [#sums].
    public long[] mins(long[] values) {
        int from = 0;
        for (int run = 0; run < count; run++) {
            totals[run] = GroupLoops.min(values, from, ends[run]);
            from = ends[run];
        }
        return totals;
    }

    /// As [#sums].
    public long[] maxs(long[] values) {
        int from = 0;
        for (int run = 0; run < count; run++) {
            totals[run] = GroupLoops.max(values, from, ends[run]);
            from = ends[run];
        }
        return totals;
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
