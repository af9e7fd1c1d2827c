package org.narwhaldb.engine.exchange;

/// One immutable unit of an answer: a segment together with the file that says which of its rows are alive.
/// Every cache keys on it.
///
/// @param liveRowsId empty when all rows are alive
public record PairId(String segmentId, String liveRowsId) {}
