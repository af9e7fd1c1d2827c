package org.narwhaldb.engine.plan;

/// The functions of a [PlanNode.Window]. Those from COUNT_STAR on are aggregates over the frame, typed as [AggregateFunction] has it;
/// FIRST_VALUE, LAST_VALUE and NTH_VALUE read the frame, the others the whole partition.
public enum WindowFunction {
    /// → LONG
    ROW_NUMBER, RANK, DENSE_RANK,
    /// → DOUBLE
    PERCENT_RANK, CUME_DIST,
    /// (buckets) → LONG
    NTILE,
    /// (value, offset, default)
    LAG, LEAD,
    /// (value)
    FIRST_VALUE, LAST_VALUE,
    /// (value, n from 1)
    NTH_VALUE,
    /// rows of the frame; no argument
    COUNT_STAR,
    /// (column…): rows of the frame where none is null
    COUNT,
    SUM, SUM_OR_ZERO, AVG, MIN, MAX, BOOL_AND, BOOL_OR, STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP
}
