package org.narwhaldb.engine.plan;

/// One term of an ordering over a node's columns.
///
/// @param nullsFirst the default of SQL here: NULLs sort high, so last ascending and first descending
public record SortOrder(int column, boolean descending, boolean nullsFirst) {}
