package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;

/// The running values of one aggregate call, one a group. What goes in (arguments or states) and what comes out (states
/// or the final value) was chosen when it was made.
interface Accumulator {
    /// The groups of a batch that has no keys: all rows in group 0. Recognised by identity, for loops that keep their
    /// sum in a register. As long as the largest batch.
    int[] ONE_GROUP = new int[Batch.ROWS_MAX];

    /// Makes room for groups `[0, groups)`.
    void reserve(int groups);

    /// Row `i` of the columns belongs to `groups[i]`.
    void add(Column[] columns, int[] groups, int count);

    /// The output columns for groups `[from, from + count)`.
    Column[] output(int from, int count);
}
