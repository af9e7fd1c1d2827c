package org.narwhaldb.engine.plan;

/// The aggregate functions of the engine. NULL inputs are skipped (but for COUNT_STAR); no input gives NULL (COUNT: 0).
public enum AggregateFunction {
    /// rows; no argument
    COUNT_STAR,
    COUNT,
    /// integers → LONG, decimals → DECIMAL(38, s); wider partials, NUMERIC_OUT_OF_RANGE only if the final value
    /// overflows; FLOAT, DOUBLE → DOUBLE
    SUM,
    /// as SUM, but 0 instead of NULL when there is no input
    SUM_OR_ZERO,
    MIN, MAX,
    /// integers and doubles → DOUBLE, decimals → DECIMAL(38, max(s, 6)) half up
    AVG,
    STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP,
    BOOL_AND, BOOL_OR,
    /// any type but nested ones → LONG: about how many distinct values; the standard error is 0.8 %
    APPROX_COUNT_DISTINCT,
    /// (number, fraction from 0 to 1, a constant) → DOUBLE: a value that differs by less than 0.4 % from the one at rank
    /// ceil(fraction * rows)
    APPROX_QUANTILE,
    /// some value of the group, the first seen
    ANY_VALUE,
    /// the one value of the group; CARDINALITY_VIOLATION if there are two rows
    SINGLE_VALUE
}
