package org.narwhaldb.server.partial;

import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.engine.execution.ScanTask;

/// A segment with its live rows, pinned, ready to be read.
public record Pair(PairId id, ScanTask task) {}
