package org.narwhaldb.engine.kernel;

/// The inner loops of grouping: one load, one operation and one store a row on an array that the group's number
/// addresses. No machine scatters with addition, so that these are scalar; what counts is that the array is small
/// enough for the cache, and that nothing else is in the loop. Rows come in turn from four places: neighbours are often in
/// one group, and each would wait for the store of the one before.
public final class GroupLoops {
    static final Kernel REDUCE = new Kernel("sums and extremes");
    static final Kernel COUNT = new Kernel("counts of few groups");
    /// So few are counted by comparing all rows with each.
    private static final int FEW_GROUPS = 8;

    private GroupLoops() {}

    /// @param size how many groups there are
    public static void count(int[] groups, int count, int[] counts, int size) {
        if (size <= FEW_GROUPS && COUNT.isVector()) {
            int whole = count & -VectorGroups.lanes();
            for (int group = 0; group < size; group++) {
                counts[group] += VectorGroups.count(groups, whole, group);
            }
            for (int i = whole; i < count; i++) {
                counts[groups[i]]++;
            }
            return;
        }
        int quarter = count >> 2;
        for (int i = 0; i < quarter; i++) {
            counts[groups[i]]++;
            counts[groups[i + quarter]]++;
            counts[groups[i + 2 * quarter]]++;
            counts[groups[i + 3 * quarter]]++;
        }
        for (int i = 4 * quarter; i < count; i++) {
            counts[groups[i]]++;
        }
    }

    /// Sum and count in one: the count in the lowest `countBits`, above them the distances from `base`.
    public static void addPacked(int[] groups, int count, long[] values, long base, int countBits, long[] packed) {
        int quarter = count >> 2;
        for (int i = 0; i < quarter; i++) {
            packed[groups[i]] += (values[i] - base << countBits) + 1;
            packed[groups[i + quarter]] += (values[i + quarter] - base << countBits) + 1;
            packed[groups[i + 2 * quarter]] += (values[i + 2 * quarter] - base << countBits) + 1;
            packed[groups[i + 3 * quarter]] += (values[i + 3 * quarter] - base << countBits) + 1;
        }
        for (int i = 4 * quarter; i < count; i++) {
            packed[groups[i]] += (values[i] - base << countBits) + 1;
        }
    }

    public static void add(int[] groups, int count, long[] values, long[] sums) {
        int quarter = count >> 2;
        for (int i = 0; i < quarter; i++) {
            sums[groups[i]] += values[i];
            sums[groups[i + quarter]] += values[i + quarter];
            sums[groups[i + 2 * quarter]] += values[i + 2 * quarter];
            sums[groups[i + 3 * quarter]] += values[i + 3 * quarter];
        }
        for (int i = 4 * quarter; i < count; i++) {
            sums[groups[i]] += values[i];
        }
    }

    public static void add(int[] groups, int count, double[] values, double[] sums) {
        for (int i = 0; i < count; i++) {
            sums[groups[i]] += values[i];
        }
    }

    public static void min(int[] groups, int count, long[] values, long[] minima) {
        for (int i = 0; i < count; i++) {
            int group = groups[i];
            if (values[i] < minima[group]) {
                minima[group] = values[i];
            }
        }
    }

    public static void max(int[] groups, int count, long[] values, long[] maxima) {
        for (int i = 0; i < count; i++) {
            int group = groups[i];
            if (values[i] > maxima[group]) {
                maxima[group] = values[i];
            }
        }
    }

    public static void mark(int[] groups, int count, long[] seenBits) {
        for (int i = 0; i < count; i++) {
            seenBits[groups[i] >> 6] |= 1L << groups[i];
        }
    }

    /// Sums in 128 bits: `low` carries into `high`.
    public static void addWide(int[] groups, int count, long[] values, long[] low, long[] high) {
        for (int i = 0; i < count; i++) {
            int group = groups[i];
            long value = values[i];
            long sum = low[group] + value;
            low[group] = sum;
            high[group] += (value >> 63) + (Long.compareUnsigned(sum, value) < 0 ? 1 : 0);
        }
    }

    /// As [#addWide] of 128-bit numbers.
    public static void addWide(int[] groups, int count, long[] lows, long[] highs, long[] low, long[] high) {
        for (int i = 0; i < count; i++) {
            int group = groups[i];
            long sum = low[group] + lows[i];
            low[group] = sum;
            high[group] += highs[i] + (Long.compareUnsigned(sum, lows[i]) < 0 ? 1 : 0);
        }
    }

    /// Of values `[from, to)`.
    public static long sum(long[] values, int from, int to) {
        if (REDUCE.isVector()) {
            return VectorGroups.sum(values, from, to);
        }
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum;
    }

    public static long min(long[] values, int from, int to) {
        if (REDUCE.isVector()) {
            return VectorGroups.min(values, from, to);
        }
        long min = Long.MAX_VALUE;
        for (int i = from; i < to; i++) {
            min = Math.min(min, values[i]);
        }
        return min;
    }

    public static long max(long[] values, int from, int to) {
        if (REDUCE.isVector()) {
            return VectorGroups.max(values, from, to);
        }
        long max = Long.MIN_VALUE;
        for (int i = from; i < to; i++) {
            max = Math.max(max, values[i]);
        }
        return max;
    }

    /// `target[i] = ids[i] * stride`, or added to it.
    public static void place(int[] ids, int count, int stride, boolean add, int[] target) {
        if (add) {
            for (int i = 0; i < count; i++) {
                target[i] += ids[i] * stride;
            }
        } else {
            for (int i = 0; i < count; i++) {
                target[i] = ids[i] * stride;
            }
        }
    }

    public static void place(long[] ids, int count, long stride, boolean add, long[] target) {
        if (add) {
            for (int i = 0; i < count; i++) {
                target[i] += ids[i] * stride;
            }
        } else {
            for (int i = 0; i < count; i++) {
                target[i] = ids[i] * stride;
            }
        }
    }

    /// `target[i] = map[ids[i]]`.
    public static void map(int[] ids, int count, int[] map, int[] target) {
        for (int i = 0; i < count; i++) {
            target[i] = map[ids[i]];
        }
    }
}
