package org.narwhaldb.engine.execution;

import org.narwhaldb.segment.Segment;
import org.roaringbitmap.RoaringBitmap;

/// One (segment, live rows) pair to read, or a stretch of its blocks; pinned by the caller until the fragment is done.
///
/// @param liveRows row ids that count, or null if all do
/// @param firstBlock,endBlock the blocks to read, the last one exclusive
public record ScanTask(Segment segment, RoaringBitmap liveRows, int firstBlock, int endBlock) {
    /// All blocks.
    public ScanTask(Segment segment, RoaringBitmap liveRows) {
        this(segment, liveRows, 0, segment.blockCount());
    }

    public ScanTask blocks(int first, int end) {
        return new ScanTask(segment, liveRows, first, end);
    }
}
