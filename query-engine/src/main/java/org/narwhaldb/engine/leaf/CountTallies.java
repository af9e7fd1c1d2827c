package org.narwhaldb.engine.leaf;

import org.narwhaldb.engine.kernel.GroupLoops;
import org.narwhaldb.engine.kernel.GroupRuns;
import org.narwhaldb.engine.operator.Reservation;

/// Counts of rows; a query that reads more rows than an int counts is not answered with these.
final class CountTallies {
    private CountTallies() {}

    /// Rows, or those that an input does not skip.
    static final class Rows implements Tally.Counting {
        private final Reservation reservation;
        /// null if every row counts
        private final Input input;
        private int[] counts = new int[0];
        private int size;

        Rows(Input input, Reservation reservation) {
            this.input = input;
            this.reservation = reservation;
        }

        @Override
        public void reserve(int groups) {
            size = groups;
            counts = reservation.ints(counts, groups);
        }

        @Override
        public void add(Window window, int[] groups, int constant) {
            int skips = 0;
            if (input != null) {
                input.load(window);
                skips = input.skips();
            }
            if (groups == null) {
                counts[constant] += window.count() - skips;
                return;
            }
            if (skips > 0 && input.keepsFew(window)) {
                int[] keptAt = input.keptAt(window);
                for (int i = 0; i < input.kept(); i++) {
                    counts[groups[keptAt[i]]]++;
                }
                return;
            }
            GroupLoops.count(groups, window.count(), counts, size);
            for (int i = 0; i < skips; i++) {
                counts[groups[input.skipAt()[i]]]--;
            }
        }

        @Override
        public void addRuns(Window window, GroupRuns runs) {
            int skips = 0;
            int[] skipAt = null;
            if (input != null) {
                input.load(window);
                if (input.isMasked()) {
                    addMasked(runs);
                    return;
                }
                skips = input.skips();
                skipAt = input.skipAt();
            }
            int skip = 0;
            int from = 0;
            for (int run = 0; run < runs.count(); run++) {
                int to = runs.end(run);
                int counted = to - from;
                for (; skip < skips && skipAt[skip] < to; skip++) {
                    counted--;
                }
                counts[runs.group(run)] += counted;
                from = to;
            }
        }

        private void addMasked(GroupRuns runs) {
            int from = 0;
            for (int run = 0; run < runs.count(); run++) {
                counts[runs.group(run)] += input.kept(from, runs.end(run));
                from = runs.end(run);
            }
        }

        @Override
        public boolean addBlock(int block, int rows, int group) {
            int counted = input == null ? rows : input.countOf(block, rows);
            counts[group] += Math.max(0, counted);
            return counted >= 0;
        }

        @Override
        public void merge(Tally other, int[] from, int[] to, int count) {
            int[] added = ((Rows) other).counts;
            for (int i = 0; i < count; i++) {
                counts[to[i]] += added[from[i]];
            }
        }

        @Override
        public long count(int group) {
            return counts[group];
        }
    }

    /// Whether a group has any row: for keys without aggregates. A bit a group, so that millions stay in the cache.
    static final class Seen implements Tally.Counting {
        private final Reservation reservation;
        private long[] bits = new long[0];

        Seen(Reservation reservation) {
            this.reservation = reservation;
        }

        @Override
        public void reserve(int groups) {
            bits = reservation.longs(bits, (groups + Long.SIZE - 1) / Long.SIZE);
        }

        @Override
        public void add(Window window, int[] groups, int constant) {
            if (groups == null) {
                bits[constant / Long.SIZE] |= 1L << constant;
            } else {
                GroupLoops.mark(groups, window.count(), bits);
            }
        }

        @Override
        public void addRuns(Window window, GroupRuns runs) {
            for (int run = 0; run < runs.count(); run++) {
                int group = runs.group(run);
                bits[group / Long.SIZE] |= 1L << group;
            }
        }

        @Override
        public void merge(Tally other, int[] from, int[] to, int count) {
            Seen that = (Seen) other;
            for (int i = 0; i < count; i++) {
                bits[to[i] / Long.SIZE] |= that.count(from[i]) << to[i];
            }
        }

        /// A word at a time; `to` is the end of all, or a multiple of the bits of a long.
        @Override
        public void mergePlaces(Tally other, int from, int to) {
            long[] added = ((Seen) other).bits;
            int end = (to + Long.SIZE - 1) / Long.SIZE;
            for (int word = from / Long.SIZE; word < end; word++) {
                bits[word] |= added[word];
            }
        }

        @Override
        public long count(int group) {
            return bits[group / Long.SIZE] >>> group & 1;
        }

        /// How many of groups `[from, to)` have a row.
        int cardinality(int from, int to) {
            if (from == to) {
                return 0;
            }
            int word = from / Long.SIZE;
            int last = (to - 1) / Long.SIZE;
            long first = bits[word] & -1L << from;
            if (word == last) {
                return Long.bitCount(first & -1L >>> -to);
            }
            int count = Long.bitCount(first);
            while (++word < last) {
                count += Long.bitCount(bits[word]);
            }
            return count + Long.bitCount(bits[last] & -1L >>> -to);
        }

        @Override
        public int present(int from, int to, int[] target) {
            int found = 0;
            int word = from / Long.SIZE;
            int end = (to + Long.SIZE - 1) / Long.SIZE;
            long rest = word < end ? bits[word] & -1L << from : 0;
            while (word < end) {
                int first = word * Long.SIZE;
                while (rest != 0 && found < target.length) {
                    target[found++] = first + Long.numberOfTrailingZeros(rest);
                    rest &= rest - 1;
                }
                if (found == target.length) {
                    break;
                }
                rest = ++word < end ? bits[word] : 0;
            }
            return found;
        }
    }
}
