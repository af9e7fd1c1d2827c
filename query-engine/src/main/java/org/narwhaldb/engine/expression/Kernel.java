package org.narwhaldb.engine.expression;

import org.narwhaldb.engine.batch.Column;

/// The loop of a function that is NULL where an argument is NULL.
@FunctionalInterface
interface Kernel {
    /// @param nulls rows where an argument is NULL, or null if there is none: nothing may be raised for them, and the
    ///     result is NULL there (it may be in more rows)
    Column apply(Column[] arguments, int rowCount, boolean[] nulls);
}
