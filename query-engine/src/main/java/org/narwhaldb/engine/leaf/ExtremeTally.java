package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import org.narwhaldb.engine.kernel.GroupLoops;
import org.narwhaldb.engine.kernel.GroupRuns;
import org.narwhaldb.engine.operator.Reservation;

/// The smallest or the largest of integers, or of doubles as integers of the same order: NaN above all, zeros equal.
final class ExtremeTally implements Tally {
    private final Input input;
    private final boolean isMax;
    private final boolean ofDoubles;
    private final long neutral;
    private final Reservation reservation;
    private long[] values = new long[0];
    private final long[] ends = new long[2];
    private long[] scratch;

    ExtremeTally(Input input, boolean isMax, boolean ofDoubles, Reservation reservation) {
        this.input = input;
        this.isMax = isMax;
        this.ofDoubles = ofDoubles;
        this.reservation = reservation;
        neutral = isMax ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    @Override
    public void reserve(int groups) {
        int present = values.length;
        values = reservation.longs(values, groups);
        Arrays.fill(values, present, values.length, neutral);
    }

    @Override
    public void add(Window window, int[] groups, int constant) {
        if (!ofDoubles && addFew(window, groups, constant)) {
            return;
        }
        long[] source = load(window);
        int count = window.count();
        if (groups == null) {
            include(constant, isMax ? GroupLoops.max(source, 0, count) : GroupLoops.min(source, 0, count));
        } else if (isMax) {
            GroupLoops.max(groups, count, source, values);
        } else {
            GroupLoops.min(groups, count, source, values);
        }
    }

    /// Where most rows are skipped: looks at the others only.
    private boolean addFew(Window window, int[] groups, int constant) {
        input.load(window);
        if (input.skips() == 0 || !input.keepsFew(window)) {
            return false;
        }
        int[] keptAt = input.keptAt(window);
        long[] source = input.longs();
        for (int i = 0; i < input.kept(); i++) {
            include(groups == null ? constant : groups[keptAt[i]], source[keptAt[i]]);
        }
        return true;
    }

    @Override
    public void addRuns(Window window, GroupRuns runs) {
        long[] source = load(window);
        long[] totals = isMax ? runs.maxs(source) : runs.mins(source);
        for (int run = 0; run < runs.count(); run++) {
            include(runs.group(run), totals[run]);
        }
    }

    private void include(int group, long value) {
        values[group] = isMax ? Math.max(values[group], value) : Math.min(values[group], value);
    }

    /// The window's numbers, those skipped neutral.
    private long[] load(Window window) {
        input.load(window);
        int count = window.count();
        long[] source = ofDoubles ? ordered(count) : input.longs();
        if (input.skips() > 0) {
            scratch = scratch == null ? new long[Window.ROWS_MAX] : scratch;
            if (source != scratch) {
                System.arraycopy(source, 0, scratch, 0, count);
            }
            for (int i = 0; i < input.skips(); i++) {
                scratch[input.skipAt()[i]] = neutral;
            }
            source = scratch;
        }
        return source;
    }

    @Override
    public boolean addBlock(int block, int rows, int group) {
        if (ofDoubles || !input.bounds(block, rows, ends)) {
            return false;
        }
        values[group] = isMax ? Math.max(values[group], ends[1]) : Math.min(values[group], ends[0]);
        return true;
    }

    private long[] ordered(int count) {
        scratch = scratch == null ? new long[Window.ROWS_MAX] : scratch;
        double[] doubles = input.doubles();
        for (int i = 0; i < count; i++) {
            // Adding zero makes -0.0 positive.
            scratch[i] = order(Double.doubleToLongBits(doubles[i] + 0.0));
        }
        return scratch;
    }

    private static long order(long bits) {
        return bits ^ bits >> 63 & Long.MAX_VALUE;
    }

    @Override
    public void merge(Tally other, int[] from, int[] to, int count) {
        long[] added = ((ExtremeTally) other).values;
        for (int i = 0; i < count; i++) {
            values[to[i]] = isMax ? Math.max(values[to[i]], added[from[i]]) : Math.min(values[to[i]], added[from[i]]);
        }
    }

    long value(int group) {
        return values[group];
    }

    double doubleValue(int group) {
        return Double.longBitsToDouble(order(values[group]));
    }
}
