package org.narwhaldb.engine.leaf;

import org.narwhaldb.engine.kernel.GroupRuns;
import org.narwhaldb.engine.operator.LogHistogram;

/// The running values of an aggregate, one a group, as one thread adds rows to them. Groups are numbers from 0; those
/// that no row belongs to hold neutral values.
interface Tally {
    /// Makes room for groups `[0, groups)`.
    void reserve(int groups);

    /// @param groups of the window's rows; null if all are in group `constant`
    void add(Window window, int[] groups, int constant);

    /// The same of rows whose groups come in runs.
    default void addRuns(Window window, GroupRuns runs) {
        if (runs.count() == 1) {
            add(window, null, runs.group(0));
        } else {
            add(window, runs.groups(), 0);
        }
    }

    /// Adds a whole block whose rows are all in one group, if statistics suffice.
    ///
    /// @return false if not: nothing was added
    default boolean addBlock(int block, int rows, int group) {
        return false;
    }

    /// Adds what `other` has of groups `from[0, count)` to groups `to[0, count)`, each of them once.
    void merge(Tally other, int[] from, int[] to, int count);

    /// Adds what `other` has of groups `[from, to)`, where groups are the same places in both.
    ///
    /// @param from a multiple of the bits of a long
    default void mergePlaces(Tally other, int from, int to) {
        int[] places = new int[Math.min(Window.ROWS_MAX, to - from)];
        for (int first = from; first < to; first += places.length) {
            int count = Math.min(places.length, to - first);
            for (int i = 0; i < count; i++) {
                places[i] = first + i;
            }
            merge(other, places, places, count);
        }
    }

    /// A tally that can say how many rows counted.
    interface Counting extends Tally {
        long count(int group);

        /// Finds groups of `[from, to)` that rows count for, in order.
        ///
        /// @param target as many as it holds
        /// @return how many
        default int present(int from, int to, int[] target) {
            int found = 0;
            for (int group = from; group < to && found < target.length; group++) {
                target[found] = group;
                found += count(group) > 0 ? 1 : 0;
            }
            return found;
        }
    }

    /// A tally that ends in histograms.
    interface Quantiles extends Tally {
        /// Null if the group has no value.
        LogHistogram histogram(int group);
    }
}
