package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import org.narwhaldb.engine.kernel.GroupLoops;
import org.narwhaldb.engine.operator.LogHistogram;
import org.narwhaldb.engine.operator.Reservation;

/// APPROX_QUANTILE of integers, and of doubles that are decimals, whose bounds statistics know: rows are counted by group and by
/// bucket of the [LogHistogram] that comes out, in one array. The first few values of a group are kept as they are besides: of so
/// few, the histogram is exact.
final class QuantileTally implements Tally {
    /// in place of how many values a group has: more than are kept
    private static final int MANY = LogHistogram.VALUES_MAX + 1;

    /// Numbers the buckets that integers from `min` to `max`, over `divisor`, can be in: none are as close to 0 as most buckets.
    static final class Places {
        private final double divisor;
        /// how far from zero the bucket before that of the smallest number above zero is
        private final int nearest;
        private final int zero;
        private final int count;

        Places(long min, long max, double divisor) {
            this.divisor = divisor;
            nearest = LogHistogram.bucket(1 / divisor) - 1;
            zero = min < 0 ? distance(LogHistogram.bucket(-(min / divisor))) : 0;
            count = zero + 1 + (max > 0 ? distance(LogHistogram.bucket(max / divisor)) : 0);
        }

        private int distance(int magnitude) {
            return Math.max(0, magnitude - nearest);
        }

        int count() {
            return count;
        }

        void of(long[] values, int rows, int[] target) {
            for (int i = 0; i < rows; i++) {
                int bucket = LogHistogram.bucket(values[i] / divisor);
                int sign = bucket >> Integer.SIZE - 1;
                target[i] = zero + (distance(bucket ^ sign) ^ sign) - sign;
            }
        }

        private int bucket(int place) {
            int steps = place - zero;
            return steps == 0 ? 0 : steps > 0 ? nearest + steps : ~(nearest - steps);
        }

        private double value(long integer) {
            return integer / divisor;
        }
    }

    private final Input input;
    private final Places places;
    private final Reservation reservation;
    private final int width;
    private final int[] rowPlaces = new int[Window.ROWS_MAX];
    private int[] counts = new int[0];
    private int[] seen = new int[0];
    private long[] few = new long[0];
    private long[] minima = new long[0];
    private long[] maxima = new long[0];
    private long[] keptValues;
    private int[] keptGroups;

    QuantileTally(Input input, Places places, Reservation reservation) {
        this.input = input;
        this.places = places;
        this.reservation = reservation;
        width = places.count();
    }

    static long bytesPerGroup(Places places) {
        return places.count() * (long) Integer.BYTES + (LogHistogram.VALUES_MAX + 3) * (long) Long.BYTES;
    }

    @Override
    public void reserve(int groups) {
        int present = seen.length;
        seen = reservation.ints(seen, groups);
        counts = reservation.ints(counts, seen.length * width);
        few = reservation.longs(few, seen.length * LogHistogram.VALUES_MAX);
        minima = reservation.longs(minima, seen.length);
        maxima = reservation.longs(maxima, seen.length);
        Arrays.fill(minima, present, minima.length, Long.MAX_VALUE);
        Arrays.fill(maxima, present, maxima.length, Long.MIN_VALUE);
    }

    @Override
    public void add(Window window, int[] groups, int constant) {
        input.load(window);
        if (input.skips() == 0) {
            add(input.longs(), window.count(), groups, constant);
            return;
        }
        if (keptValues == null) {
            keptValues = new long[Window.ROWS_MAX];
            keptGroups = new int[Window.ROWS_MAX];
        }
        int[] keptAt = input.keptAt(window);
        long[] values = input.longs();
        int count = input.kept();
        for (int i = 0; i < count; i++) {
            keptValues[i] = values[keptAt[i]];
        }
        for (int i = 0; groups != null && i < count; i++) {
            keptGroups[i] = groups[keptAt[i]];
        }
        add(keptValues, count, groups == null ? null : keptGroups, constant);
    }

    private void add(long[] values, int count, int[] groups, int constant) {
        places.of(values, count, rowPlaces);
        if (groups == null) {
            for (int i = 0; i < count && seen[constant] < MANY; i++) {
                remember(constant, values[i]);
            }
            count(rowPlaces, count, constant * width, counts);
            minima[constant] = Math.min(minima[constant], GroupLoops.min(values, 0, count));
            maxima[constant] = Math.max(maxima[constant], GroupLoops.max(values, 0, count));
            return;
        }
        for (int i = 0; i < count; i++) {
            if (seen[groups[i]] < MANY) {
                remember(groups[i], values[i]);
            }
        }
        count(rowPlaces, count, groups, width, counts);
        GroupLoops.min(groups, count, values, minima);
        GroupLoops.max(groups, count, values, maxima);
    }

    private static void count(int[] places, int count, int first, int[] counts) {
        for (int i = 0; i < count; i++) {
            counts[first + places[i]]++;
        }
    }

    private static void count(int[] places, int count, int[] groups, int width, int[] counts) {
        for (int i = 0; i < count; i++) {
            counts[groups[i] * width + places[i]]++;
        }
    }

    private void remember(int group, long value) {
        if (seen[group] < LogHistogram.VALUES_MAX) {
            few[group * LogHistogram.VALUES_MAX + seen[group]] = value;
        }
        seen[group]++;
    }

    @Override
    public void merge(Tally other, int[] from, int[] to, int count) {
        QuantileTally that = (QuantileTally) other;
        for (int i = 0; i < count; i++) {
            int source = from[i];
            int target = to[i];
            if (that.seen[source] == 0) {
                continue;
            }
            for (int value = 0; value < Math.min(LogHistogram.VALUES_MAX, that.seen[source]) && seen[target] < MANY; value++) {
                remember(target, that.few[source * LogHistogram.VALUES_MAX + value]);
            }
            seen[target] = Math.max(seen[target], that.seen[source]);
            minima[target] = Math.min(minima[target], that.minima[source]);
            maxima[target] = Math.max(maxima[target], that.maxima[source]);
            for (int place = 0; place < width; place++) {
                counts[target * width + place] += that.counts[source * width + place];
            }
        }
    }

    LogHistogram histogram(int group) {
        LogHistogram histogram = new LogHistogram();
        if (seen[group] < MANY) {
            for (int value = 0; value < seen[group]; value++) {
                histogram.add(places.value(few[group * LogHistogram.VALUES_MAX + value]));
            }
            return histogram;
        }
        int[] buckets = new int[width];
        int[] times = new int[width];
        int used = 0;
        for (int place = 0; place < width; place++) {
            buckets[used] = places.bucket(place);
            times[used] = counts[group * width + place];
            used += times[used] == 0 ? 0 : 1;
        }
        histogram.addCounted(buckets, times, used, places.value(minima[group]), places.value(maxima[group]));
        return histogram;
    }
}
