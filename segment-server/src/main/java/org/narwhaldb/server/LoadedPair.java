package org.narwhaldb.server;

import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.server.hold.NamedPair;
import org.roaringbitmap.RoaringBitmap;

/// A pair that can be read.
///
/// @param liveRows null when all rows are alive
record LoadedPair(NamedPair pair, SegmentCache.Lease lease, RoaringBitmap liveRows) {
    ScanTask scanTask() {
        return new ScanTask(lease.segment(), liveRows);
    }

    long liveRowCount() {
        return liveRows == null ? lease.segment().rowCount() : liveRows.getLongCardinality();
    }
}
