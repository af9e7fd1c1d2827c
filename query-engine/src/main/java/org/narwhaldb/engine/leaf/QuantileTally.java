package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import org.narwhaldb.engine.kernel.GroupRuns;
import org.narwhaldb.engine.operator.LogHistogram;
import org.narwhaldb.engine.operator.Reservation;

/// APPROX_QUANTILE: the histograms of the general operators, which depend on the values alone.
final class QuantileTally implements Tally.Quantiles {
    /// Windows between two looks at how much the histograms have grown.
    private static final int WINDOWS_PER_LOOK = 64;

    private final Input input;
    /// of integers, what makes them the values
    private final double divisor;
    private final Reservation reservation;
    private final boolean[] skipped = new boolean[Window.ROWS_MAX];
    private double[] scratch;
    /// by group; null without a value
    private LogHistogram[] histograms = new LogHistogram[0];
    private long reserved;
    private int windows;

    /// @param divisor 0 of doubles
    QuantileTally(Input input, double divisor, Reservation reservation) {
        this.input = input;
        this.divisor = divisor;
        this.reservation = reservation;
    }

    @Override
    public void reserve(int groups) {
        if (groups > histograms.length) {
            reservation.grow((long) (groups - histograms.length) * Long.BYTES);
            histograms = Arrays.copyOf(histograms, groups);
        }
    }

    @Override
    public void add(Window window, int[] groups, int constant) {
        double[] values = load(window);
        if (groups == null) {
            addAll(own(constant), values, 0, window.count());
        } else {
            for (int i = 0; i < window.count(); i++) {
                if (!skipped[i]) {
                    own(groups[i]).add(values[i]);
                }
            }
        }
        finish();
    }

    @Override
    public void addRuns(Window window, GroupRuns runs) {
        double[] values = load(window);
        int from = 0;
        for (int run = 0; run < runs.count(); run++) {
            addAll(own(runs.group(run)), values, from, runs.end(run));
            from = runs.end(run);
        }
        finish();
    }

    private double[] load(Window window) {
        input.load(window);
        for (int i = 0; i < input.skips(); i++) {
            skipped[input.skipAt()[i]] = true;
        }
        if (divisor == 0) {
            return input.doubles();
        }
        scratch = scratch == null ? new double[Window.ROWS_MAX] : scratch;
        long[] longs = input.longs();
        for (int i = 0; i < window.count(); i++) {
            scratch[i] = longs[i] / divisor;
        }
        return scratch;
    }

    private void addAll(LogHistogram histogram, double[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!skipped[i]) {
                histogram.add(values[i]);
            }
        }
    }

    private void finish() {
        for (int i = 0; i < input.skips(); i++) {
            skipped[input.skipAt()[i]] = false;
        }
        if (++windows % WINDOWS_PER_LOOK == 0) {
            account();
        }
    }

    private void account() {
        long bytes = 0;
        for (LogHistogram histogram : histograms) {
            bytes += histogram == null ? 0 : histogram.sizeBytes();
        }
        if (bytes > reserved) {
            reservation.grow(bytes - reserved);
            reserved = bytes;
        }
    }

    private LogHistogram own(int group) {
        LogHistogram histogram = histograms[group];
        return histogram == null ? histograms[group] = new LogHistogram() : histogram;
    }

    @Override
    public void merge(Tally other, int[] from, int[] to, int count) {
        LogHistogram[] added = ((QuantileTally) other).histograms;
        for (int i = 0; i < count; i++) {
            if (added[from[i]] != null) {
                own(to[i]).merge(added[from[i]]);
            }
        }
        account();
    }

    @Override
    public LogHistogram histogram(int group) {
        return histograms[group];
    }
}
