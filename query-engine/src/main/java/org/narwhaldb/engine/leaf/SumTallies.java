package org.narwhaldb.engine.leaf;

import java.util.Arrays;
import org.narwhaldb.engine.kernel.GroupLoops;
import org.narwhaldb.engine.kernel.GroupRuns;
import org.narwhaldb.engine.operator.Reservation;

/// Sums. Skipped rows are added with all others, which keeps the loop free of
/// branches, and taken out again: integers come back exactly, whatever a skipped row holds.
final class SumTallies {
    private SumTallies() {}

    /// An exact sum: `high` and `low` are one number of 128 bits.
    interface Exact extends Tally {
        long low(int group);

        long high(int group);
    }

    /// Sum and count in one long, so that a row costs one load, addition and store: the count in the lower bits, the
    /// sum of the distances from the smallest value above. Before either could overflow, all is moved to wide arrays.
    static final class Packed implements Exact, Tally.Counting {
        private static final int COUNT_BITS = 24;
        private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
        private static final long SUM_MAX = (1L << Long.SIZE - COUNT_BITS) - 1;

        private final Input input;
        private final long base;
        private final long[] blockSum = new long[1];
        private final long rowsMax;
        private final Reservation reservation;
        private long[] packed = new long[0];
        private long rows;
        /// null until the first move
        private long[] sums;
        private long[] counts;

        /// @param base the smallest value
        /// @param max the largest
        Packed(Input input, long base, long max, Reservation reservation) {
            this.input = input;
            this.base = base;
            this.reservation = reservation;
            rowsMax = rowsMax(base, max);
        }

        /// How many rows fit before a move.
        static long rowsMax(long base, long max) {
            return Math.min(COUNT_MASK, SUM_MAX / Math.max(1, max - base));
        }

        @Override
        public void reserve(int groups) {
            packed = reservation.longs(packed, groups);
            if (sums != null) {
                sums = reservation.longs(sums, packed.length);
                counts = reservation.longs(counts, packed.length);
            }
        }

        @Override
        public void add(Window window, int[] groups, int constant) {
            input.load(window);
            int count = window.count();
            if (rows + count > rowsMax) {
                move();
            }
            rows += count;
            long[] values = input.longs();
            int skips = input.skips();
            if (groups == null) {
                long sum = input.sum(window);
                long counted = count - skips;
                packed[constant] += (sum - base * counted << COUNT_BITS) + counted;
                return;
            }
            if (skips > 0 && input.keepsFew(window)) {
                int[] keptAt = input.keptAt(window);
                for (int i = 0; i < input.kept(); i++) {
                    int row = keptAt[i];
                    packed[groups[row]] += (values[row] - base << COUNT_BITS) + 1;
                }
            } else {
                GroupLoops.addPacked(groups, count, values, base, COUNT_BITS, packed);
                for (int i = 0; i < skips; i++) {
                    int row = input.skipAt()[i];
                    packed[groups[row]] -= (values[row] - base << COUNT_BITS) + 1;
                }
            }
        }

        @Override
        public void addRuns(Window window, GroupRuns runs) {
            input.load(window);
            if (input.skips() > 0 && input.keepsFew(window)) {
                add(window, runs.groups(), 0);
                return;
            }
            if (rows + window.count() > rowsMax) {
                move();
            }
            rows += window.count();
            long[] values = input.longs();
            int[] skipAt = input.skipAt();
            int skips = input.skips();
            int skip = 0;
            int from = 0;
            long[] totals = runs.sums(values);
            for (int run = 0; run < runs.count(); run++) {
                int to = runs.end(run);
                long sum = totals[run];
                long counted = to - from;
                for (; skip < skips && skipAt[skip] < to; skip++) {
                    sum -= values[skipAt[skip]];
                    counted--;
                }
                packed[runs.group(run)] += (sum - base * counted << COUNT_BITS) + counted;
                from = to;
            }
        }

        @Override
        public boolean addBlock(int block, int rowsOfBlock, int group) {
            int counted = input.countOf(block, rowsOfBlock);
            if (counted < 0 || !input.sum(block, counted, blockSum)) {
                return false;
            }
            if (sums == null) {
                move();
            }
            sums[group] += blockSum[0] - base * counted;
            counts[group] += counted;
            return true;
        }

        private void move() {
            if (sums == null) {
                sums = reservation.longs(new long[0], packed.length);
                counts = reservation.longs(new long[0], packed.length);
            }
            for (int group = 0; group < packed.length; group++) {
                sums[group] += packed[group] >>> COUNT_BITS;
                counts[group] += packed[group] & COUNT_MASK;
                packed[group] = 0;
            }
            rows = 0;
        }

        @Override
        public void merge(Tally other, int[] from, int[] to, int count) {
            Packed that = (Packed) other;
            if (sums == null) {
                move();
            }
            for (int i = 0; i < count; i++) {
                sums[to[i]] += that.distances(from[i]);
                counts[to[i]] += that.count(from[i]);
            }
        }

        /// Sum of the distances from the smallest value.
        private long distances(int group) {
            return (packed[group] >>> COUNT_BITS) + (sums == null ? 0 : sums[group]);
        }

        @Override
        public long count(int group) {
            return (packed[group] & COUNT_MASK) + (counts == null ? 0 : counts[group]);
        }

        @Override
        public long low(int group) {
            return distances(group) + base * count(group);
        }

        @Override
        public long high(int group) {
            return low(group) >> 63;
        }
    }

    /// Of integers of which no number of the query's rows can overflow a long.
    static final class Plain implements Exact {
        private final Input input;
        private final long[] blockSum = new long[1];
        private final Reservation reservation;
        private long[] sums = new long[0];

        Plain(Input input, Reservation reservation) {
            this.input = input;
            this.reservation = reservation;
        }

        @Override
        public void reserve(int groups) {
            sums = reservation.longs(sums, groups);
        }

        @Override
        public void add(Window window, int[] groups, int constant) {
            input.load(window);
            long[] values = input.longs();
            int skips = input.skips();
            if (groups == null) {
                sums[constant] += input.sum(window);
                return;
            }
            if (skips > 0 && input.keepsFew(window)) {
                int[] keptAt = input.keptAt(window);
                for (int i = 0; i < input.kept(); i++) {
                    sums[groups[keptAt[i]]] += values[keptAt[i]];
                }
                return;
            }
            GroupLoops.add(groups, window.count(), values, sums);
            for (int i = 0; i < skips; i++) {
                int row = input.skipAt()[i];
                sums[groups[row]] -= values[row];
            }
        }

        @Override
        public void addRuns(Window window, GroupRuns runs) {
            input.load(window);
            long[] values = input.longs();
            int[] skipAt = input.skipAt();
            int skips = input.skips();
            int skip = 0;
            long[] totals = runs.sums(values);
            for (int run = 0; run < runs.count(); run++) {
                long sum = totals[run];
                for (; skip < skips && skipAt[skip] < runs.end(run); skip++) {
                    sum -= values[skipAt[skip]];
                }
                sums[runs.group(run)] += sum;
            }
        }

        @Override
        public boolean addBlock(int block, int rows, int group) {
            int counted = input.countOf(block, rows);
            if (counted < 0 || !input.sum(block, counted, blockSum)) {
                return false;
            }
            sums[group] += blockSum[0];
            return true;
        }

        @Override
        public void merge(Tally other, int[] from, int[] to, int count) {
            long[] added = ((Plain) other).sums;
            for (int i = 0; i < count; i++) {
                sums[to[i]] += added[from[i]];
            }
        }

        @Override
        public long low(int group) {
            return sums[group];
        }

        @Override
        public long high(int group) {
            return sums[group] >> 63;
        }
    }

    /// Of any integers, in 128 bits.
    static final class Wide implements Exact {
        /// Upper halves below this cannot overflow by as many rows as there can be.
        private static final long HIGH_MAX = 1L << 31;

        private final Input input;
        private final Reservation reservation;
        private final int[] constants = new int[Window.ROWS_MAX];
        private long[] lows = new long[0];
        private long[] highs = new long[0];
        private final long[] blockSum = new long[1];
        private long[] scratchLows;
        private long[] scratchHighs;

        Wide(Input input, Reservation reservation) {
            this.input = input;
            this.reservation = reservation;
        }

        @Override
        public void reserve(int groups) {
            lows = reservation.longs(lows, groups);
            highs = reservation.longs(highs, groups);
        }

        @Override
        public void add(Window window, int[] groups, int constant) {
            input.load(window);
            int count = window.count();
            long[] values = input.longs();
            long[] upper = input.highs();
            if (input.skips() > 0) {
                values = scratchLows = without(values, count, scratchLows);
                upper = upper == null ? null : (scratchHighs = without(upper, count, scratchHighs));
            }
            int[] numbers = groups;
            if (groups == null) {
                Arrays.fill(constants, 0, count, constant);
                numbers = constants;
            }
            if (upper == null) {
                GroupLoops.addWide(numbers, count, values, lows, highs);
                return;
            }
            for (int i = 0; i < count; i++) {
                if (upper[i] >= HIGH_MAX || upper[i] < -HIGH_MAX) {
                    throw new Unsupported("sums of numbers that could overflow 128 bits");
                }
            }
            GroupLoops.addWide(numbers, count, values, upper, lows, highs);
        }

        @Override
        public boolean addBlock(int block, int rows, int group) {
            int counted = input.countOf(block, rows);
            if (counted < 0 || !input.sum(block, counted, blockSum)) {
                return false;
            }
            long low = lows[group] + blockSum[0];
            highs[group] += (blockSum[0] >> 63) + (Long.compareUnsigned(low, blockSum[0]) < 0 ? 1 : 0);
            lows[group] = low;
            return true;
        }

        private long[] without(long[] values, int count, long[] scratch) {
            long[] result = scratch == null ? new long[Window.ROWS_MAX] : scratch;
            System.arraycopy(values, 0, result, 0, count);
            for (int i = 0; i < input.skips(); i++) {
                result[input.skipAt()[i]] = 0;
            }
            return result;
        }

        @Override
        public void merge(Tally other, int[] from, int[] to, int count) {
            Wide that = (Wide) other;
            for (int i = 0; i < count; i++) {
                int group = to[i];
                long sum = lows[group] + that.lows[from[i]];
                highs[group] += that.highs[from[i]] + (Long.compareUnsigned(sum, lows[group]) < 0 ? 1 : 0);
                lows[group] = sum;
            }
        }

        @Override
        public long low(int group) {
            return lows[group];
        }

        @Override
        public long high(int group) {
            return highs[group];
        }
    }

    /// Of doubles, in the order of rows: for threads with a fixed share of the rows.
    static final class Doubles implements Tally {
        private final Input input;
        private final Reservation reservation;
        private double[] sums = new double[0];
        private double[] scratch;

        Doubles(Input input, Reservation reservation) {
            this.input = input;
            this.reservation = reservation;
        }

        @Override
        public void reserve(int groups) {
            sums = reservation.doubles(sums, groups);
        }

        @Override
        public void add(Window window, int[] groups, int constant) {
            input.load(window);
            int count = window.count();
            double[] values = input.doubles();
            if (input.skips() > 0) {
                scratch = scratch == null ? new double[Window.ROWS_MAX] : scratch;
                System.arraycopy(values, 0, scratch, 0, count);
                for (int i = 0; i < input.skips(); i++) {
                    scratch[input.skipAt()[i]] = 0;
                }
                values = scratch;
            }
            if (groups != null) {
                GroupLoops.add(groups, count, values, sums);
                return;
            }
            double sum = sums[constant];
            for (int i = 0; i < count; i++) {
                sum += values[i];
            }
            sums[constant] = sum;
        }

        @Override
        public void merge(Tally other, int[] from, int[] to, int count) {
            double[] added = ((Doubles) other).sums;
            for (int i = 0; i < count; i++) {
                sums[to[i]] += added[from[i]];
            }
        }

        double sum(int group) {
            return sums[group];
        }
    }
}
