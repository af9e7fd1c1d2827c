package org.narwhaldb.ingest.build;

import org.narwhaldb.segment.SegmentSummary;
import org.narwhaldb.store.version.SegmentEntry;

/// A segment that lies in the store, not yet part of any version.
public record BuiltSegment(SegmentEntry entry, SegmentSummary summary) {}
