package org.narwhaldb.segment.encoding;

import java.util.Arrays;

/// How a block of integers is written as differences: the width of each group of 1,024, and how many of its rows restart.
///
/// @param scale of which all differences are multiples
/// @param widths by group the bits of its differences that are packed
/// @param restarts rows with a difference that is negative or wider
record DeltaShape(int scale, int[] widths, int restarts) {
    private static final int RESTART_BYTES = Long.BYTES + Short.BYTES;
    /// Rows for each descent at least: with more descents packed values are as small.
    private static final int DESCENT_ROWS_MIN = 16;

    /// Whether values ascend enough for it to be worth a look.
    static boolean isWorthwhile(long[] values, int count) {
        int descents = 0;
        for (int i = 1; i < count; i++) {
            descents += values[i] < values[i - 1] ? 1 : 0;
        }
        return descents <= count / DESCENT_ROWS_MIN;
    }

    static DeltaShape of(long[] values, int count, int scale) {
        int[] widths = new int[Lanes.groups(count)];
        int restarts = 0;
        int[] byWidth = new int[Long.SIZE + 1];
        for (int group = 0; group < widths.length; group++) {
            int start = group << Lanes.GROUP_SHIFT;
            int end = Math.min(count, start + Lanes.GROUP);
            Arrays.fill(byWidth, 0);
            for (int i = start + 1; i < end; i++) {
                byWidth[width(values[i] - values[i - 1], scale)]++;
            }
            widths[group] = best(byWidth);
            for (int width = widths[group] + 1; width <= Long.SIZE; width++) {
                restarts += byWidth[width];
            }
        }
        return new DeltaShape(scale, widths, restarts);
    }

    long bytes() {
        return PackedGroups.bytes(widths, widths.length) + BlockLayout.padded((long) restarts * Long.BYTES)
                + BlockLayout.padded((long) restarts * Short.BYTES);
    }

    int widest() {
        int widest = 0;
        for (int width : widths) {
            widest = Math.max(widest, width);
        }
        return widest;
    }

    boolean isRestart(long difference, int group) {
        return width(difference, scale) > widths[group];
    }

    /// Of a negative difference 64.
    private static int width(long difference, int scale) {
        return difference < 0 ? Long.SIZE : Lanes.width(scale == 1 ? difference : difference / scale);
    }

    /// The width that takes the least bytes with its restarts.
    private static int best(int[] byWidth) {
        int wider = 0;
        for (int width = Lanes.WIDTH_MAX + 1; width <= Long.SIZE; width++) {
            wider += byWidth[width];
        }
        int best = Lanes.WIDTH_MAX;
        long least = Long.MAX_VALUE;
        for (int width = Lanes.WIDTH_MAX; width >= 0; width--) {
            long bytes = Lanes.bytes(width) + (long) wider * RESTART_BYTES;
            if (bytes < least) {
                least = bytes;
                best = width;
            }
            wider += byWidth[width];
        }
        return best;
    }
}
