package org.narwhaldb.engine.leaf;

import org.narwhaldb.engine.plan.Expression;

/// What an [Input] reads, the same in all threads.
///
/// @param argument null with source NONE
/// @param filter null if every row counts
/// @param blockFilter which of the filters that are asked by blocks this one is, or -1
/// @param column scan column, with source COLUMN
/// @param exponent the power of ten that the doubles are multiplied with to be read as integers, or -1
/// @param isBounded whether `min` and `max` hold for every value that is not skipped
/// @param neverSkips whether every row counts
/// @param exact how plain arithmetic computes the argument, with source EXPRESSION; or null
record InputPlan(Source source, Values values, Expression argument, Expression filter, int blockFilter, int column,
        int exponent, boolean isBounded, long min, long max, boolean neverSkips, ExactNumber exact) {

    InputPlan(Source source, Values values, Expression argument, Expression filter, int blockFilter, int column, int exponent,
            boolean isBounded, long min, long max, boolean neverSkips) {
        this(source, values, argument, filter, blockFilter, column, exponent, isBounded, min, max, neverSkips, null);
    }

    enum Source {
        /// no argument: the filter alone counts rows
        NONE,
        COLUMN, EXPRESSION
    }

    enum Values {
        /// which rows are NULL is all that matters
        NONE,
        /// integers of 64 bits; of an expression perhaps of 128
        LONGS,
        DOUBLES
    }
}
