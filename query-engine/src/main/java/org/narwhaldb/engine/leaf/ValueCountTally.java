package org.narwhaldb.engine.leaf;

import org.narwhaldb.engine.kernel.GroupRuns;
import org.narwhaldb.engine.operator.LogHistogram;
import org.narwhaldb.engine.operator.Reservation;

/// APPROX_QUANTILE of integers that are of few values: how often each group has each. Histograms are made of that at the end.
final class ValueCountTally implements Tally.Quantiles {
    /// Values times groups, so that the counts stay in the cache.
    private static final long PLACES_MAX = 1 << 20;

    private final Input input;
    private final long base;
    private final int range;
    private final double divisor;
    private final Reservation reservation;
    private final boolean[] skipped = new boolean[Window.ROWS_MAX];
    private int[] counts = new int[0];

    /// @param base the smallest value
    /// @param max the largest
    /// @param divisor what makes integers the values
    ValueCountTally(Input input, long base, long max, double divisor, Reservation reservation) {
        this.input = input;
        this.base = base;
        range = (int) (max - base) + 1;
        this.divisor = divisor;
        this.reservation = reservation;
    }

    static boolean canCount(InputPlan input, long groups) {
        long distance = input.max() - input.min();
        return input.isBounded() && input.values() == InputPlan.Values.LONGS && distance >= 0 && distance < PLACES_MAX
                && (distance + 1) * groups <= PLACES_MAX;
    }

    @Override
    public void reserve(int groups) {
        counts = reservation.ints(counts, groups * range);
    }

    @Override
    public void add(Window window, int[] groups, int constant) {
        load(window);
        if (groups == null) {
            add(constant, 0, window.count());
        } else {
            long[] values = input.longs();
            for (int i = 0; i < window.count(); i++) {
                if (!skipped[i]) {
                    counts[groups[i] * range + (int) (values[i] - base)]++;
                }
            }
        }
        clear();
    }

    @Override
    public void addRuns(Window window, GroupRuns runs) {
        load(window);
        int from = 0;
        for (int run = 0; run < runs.count(); run++) {
            add(runs.group(run), from, runs.end(run));
            from = runs.end(run);
        }
        clear();
    }

    private void add(int group, int from, int to) {
        long[] values = input.longs();
        int start = group * range;
        for (int i = from; i < to; i++) {
            if (!skipped[i]) {
                counts[start + (int) (values[i] - base)]++;
            }
        }
    }

    private void load(Window window) {
        input.load(window);
        for (int i = 0; i < input.skips(); i++) {
            skipped[input.skipAt()[i]] = true;
        }
    }

    private void clear() {
        for (int i = 0; i < input.skips(); i++) {
            skipped[input.skipAt()[i]] = false;
        }
    }

    @Override
    public void merge(Tally other, int[] from, int[] to, int count) {
        int[] added = ((ValueCountTally) other).counts;
        for (int i = 0; i < count; i++) {
            for (int value = 0; value < range; value++) {
                counts[to[i] * range + value] += added[from[i] * range + value];
            }
        }
    }

    @Override
    public LogHistogram histogram(int group) {
        LogHistogram histogram = null;
        for (int value = 0; value < range; value++) {
            int times = counts[group * range + value];
            if (times > 0) {
                histogram = histogram == null ? new LogHistogram() : histogram;
                histogram.add((base + value) / divisor, times);
            }
        }
        return histogram;
    }
}
