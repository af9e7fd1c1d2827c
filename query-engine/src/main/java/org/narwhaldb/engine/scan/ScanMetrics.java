package org.narwhaldb.engine.scan;

/// What the scans of one operator tree have read so far. Written by the threads that scan; read it after.
public final class ScanMetrics {
    private long rowsScanned;
    private long blocksScanned;
    private long blocksSkipped;

    public ScanMetrics() {}

    /// Live rows of the blocks that were read, before the predicate.
    public long rowsScanned() {
        return rowsScanned;
    }

    public long blocksScanned() {
        return blocksScanned;
    }

    /// Blocks that statistics ruled out, or that hold no live row.
    public long blocksSkipped() {
        return blocksSkipped;
    }

    synchronized void rows(long count) {
        rowsScanned += count;
    }

    synchronized void block(boolean skipped) {
        if (skipped) {
            blocksSkipped++;
        } else {
            blocksScanned++;
        }
    }

    /// What was read without a scan operator.
    public synchronized void add(long rows, int scanned, int skipped) {
        rowsScanned += rows;
        blocksScanned += scanned;
        blocksSkipped += skipped;
    }
}
