package org.narwhaldb.segment.encoding;

import java.util.Arrays;

/// What decides how a block of integers is written: its range, its runs, and the range of each group of 1,024.
///
/// @param runs of equal values
/// @param scale of which all values are a multiple apart; 1 if there is no larger one
/// @param groupMin by group its least value
/// @param widths by group the bits of its largest residual over its least value; above 32 it can't be packed
record IntegerShape(long min, long max, int runs, int scale, long[] groupMin, int[] widths) {
    private static final int SAMPLES = 64;

    static IntegerShape of(long[] values, int count, boolean scaled) {
        int groups = Lanes.groups(count);
        long[] groupMin = new long[groups];
        long[] groupMax = new long[groups];
        int runs = 1;
        for (int group = 0; group < groups; group++) {
            int start = group << Lanes.GROUP_SHIFT;
            int end = Math.min(count, start + Lanes.GROUP);
            bound(values, start, end, group, groupMin, groupMax);
            runs += changes(values, Math.max(1, start), end);
        }
        long min = Arrays.stream(groupMin).min().getAsLong();
        long max = Arrays.stream(groupMax).max().getAsLong();
        int scale = scaled && runs > 1 && max - min > 0 ? scale(values, count) : 1;
        int[] widths = new int[groups];
        for (int group = 0; group < groups; group++) {
            widths[group] = Lanes.width(Long.divideUnsigned(groupMax[group] - groupMin[group], scale));
        }
        return new IntegerShape(min, max, runs, scale, groupMin, widths);
    }

    /// Of PACKED; more than any other encoding takes if it is not possible.
    long packedBytes() {
        return widest() > Lanes.WIDTH_MAX ? Long.MAX_VALUE : PackedGroups.bytes(widths, widths.length);
    }

    int widest() {
        int widest = 0;
        for (int width : widths) {
            widest = Math.max(widest, width);
        }
        return widest;
    }

    private static void bound(long[] values, int start, int end, int group, long[] groupMin, long[] groupMax) {
        long min = values[start];
        long max = values[start];
        for (int i = start; i < end; i++) {
            min = Math.min(min, values[i]);
            max = Math.max(max, values[i]);
        }
        groupMin[group] = min;
        groupMax[group] = max;
    }

    private static int changes(long[] values, int start, int end) {
        int changes = 0;
        for (int i = start; i < end; i++) {
            changes += values[i] == values[i - 1] ? 0 : 1;
        }
        return changes;
    }

    /// The greatest common divisor of all differences: first of a few values, which mostly ends at 1.
    private static int scale(long[] values, int count) {
        long divisor = 0;
        int step = Math.max(1, count / SAMPLES);
        for (int i = step; i < count && divisor != 1; i += step) {
            divisor = divisor(divisor, values[i] - values[0]);
        }
        for (int i = 1; i < count && divisor != 1; i++) {
            long difference = values[i] - values[0];
            if (divisor == 0 || difference % divisor != 0) {
                divisor = divisor(divisor, difference);
            }
        }
        return divisor > Integer.MAX_VALUE ? 1 : (int) divisor;
    }

    private static long divisor(long a, long b) {
        long larger = Math.abs(a);
        long smaller = Math.abs(b);
        while (smaller != 0) {
            long rest = larger % smaller;
            larger = smaller;
            smaller = rest;
        }
        return larger;
    }
}
