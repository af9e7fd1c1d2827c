package org.narwhaldb.engine.execution;

import org.narwhaldb.segment.Segment;
import org.roaringbitmap.RoaringBitmap;

/// One (segment, live rows) pair to read, pinned by the caller until the fragment is done.
///
/// @param liveRows row ids that count, or null if all do
public record ScanTask(Segment segment, RoaringBitmap liveRows) {}
