package org.narwhaldb.engine.leaf;

import org.narwhaldb.engine.operator.Reservation;

/// Count, mean and sum of squared distances from it, by Welford (1962) and Chan, Golub and LeVeque (1979): see
/// `AggregateStates`. In the order of rows: for threads with a fixed share of the rows.
final class VarianceTally implements Tally.Counting {
    private final Input input;
    /// of integers, what they were multiplied with
    private final double divisor;
    private final Reservation reservation;
    private final boolean[] skipped = new boolean[Window.ROWS_MAX];
    private long[] counts = new long[0];
    private double[] means = new double[0];
    private double[] squares = new double[0];

    VarianceTally(Input input, double divisor, Reservation reservation) {
        this.input = input;
        this.divisor = divisor;
        this.reservation = reservation;
    }

    @Override
    public void reserve(int groups) {
        counts = reservation.longs(counts, groups);
        means = reservation.doubles(means, groups);
        squares = reservation.doubles(squares, groups);
    }

    @Override
    public void add(Window window, int[] groups, int constant) {
        input.load(window);
        for (int i = 0; i < input.skips(); i++) {
            skipped[input.skipAt()[i]] = true;
        }
        double[] doubles = input.doubles();
        long[] longs = input.longs();
        for (int i = 0; i < window.count(); i++) {
            if (skipped[i]) {
                skipped[i] = false;
                continue;
            }
            int group = groups == null ? constant : groups[i];
            double value = doubles != null ? doubles[i] : longs[i] / divisor;
            double distance = value - means[group];
            means[group] += distance / ++counts[group];
            squares[group] += distance * (value - means[group]);
        }
    }

    @Override
    public void merge(Tally other, int[] from, int[] to, int count) {
        VarianceTally that = (VarianceTally) other;
        for (int i = 0; i < count; i++) {
            int source = from[i];
            int group = to[i];
            long added = that.counts[source];
            if (added > 0 && counts[group] == 0) {
                counts[group] = added;
                means[group] = that.means[source];
                squares[group] = that.squares[source];
            } else if (added > 0) {
                double total = (double) counts[group] + added;
                double distance = that.means[source] - means[group];
                squares[group] += that.squares[source] + distance * distance * counts[group] * added / total;
                means[group] += distance * added / total;
                counts[group] += added;
            }
        }
    }

    @Override
    public long count(int group) {
        return counts[group];
    }

    double mean(int group) {
        return means[group];
    }

    double squares(int group) {
        return squares[group];
    }
}
