package org.narwhaldb.segment;

/// Exact facts about the physical rows of one block.
///
/// @param nullCount rows that are null
/// @param min smallest non-null value in the shape of `NestedValues`, null if there is none or the type has no order.
///     For DOUBLE the order is that of Double.compare with -0.0 = 0.0, NaN largest
/// @param max largest non-null value, likewise
public record BlockStatistics(int nullCount, Object min, Object max) {}
