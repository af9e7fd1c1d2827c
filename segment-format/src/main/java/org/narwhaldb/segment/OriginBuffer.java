package org.narwhaldb.segment;

import org.narwhaldb.segment.encoding.BlockBytes;
import org.narwhaldb.segment.encoding.BlockRecord;
import org.narwhaldb.segment.encoding.LongBlock;

/// Where collected rows came from, as runs of consecutive positions of one source file: a file read from front to back
/// is one run.
final class OriginBuffer {
    private final IntChunks firstRows = new IntChunks();
    private final IntChunks sourceFiles = new IntChunks();
    private final LongChunks positions = new LongChunks();
    private int count;
    private int lastSource;
    private long nextPosition;

    void add(int sourceFile, long position) {
        if (count == 0 || sourceFile != lastSource || position != nextPosition) {
            firstRows.add(count);
            sourceFiles.add(sourceFile);
            positions.add(position);
            lastSource = sourceFile;
        }
        nextPosition = position + 1;
        count++;
    }

    void add(int sourceFile, long firstPosition, BatchRows rows) {
        if (rows.count() == 0) {
            return;
        }
        if (rows.rows() == null) {
            add(sourceFile, firstPosition + rows.from());
            count += rows.count() - 1;
            nextPosition += rows.count() - 1;
            return;
        }
        for (int i = 0; i < rows.count(); i++) {
            add(sourceFile, firstPosition + rows.row(i));
        }
    }

    int count() {
        return count;
    }

    long memoryBytes() {
        return firstRows.memoryBytes() + sourceFiles.memoryBytes() + positions.memoryBytes();
    }

    /// Writes both parts: blocks of source files and of (position - place in the order), which is constant over a run that
    /// stayed together.
    ///
    /// @param order by place the appended row; null for the order in which they were appended
    void write(SegmentFileWriter file, int[] order) {
        var data = new BlockBytes();
        var sources = new BlockBytes();
        var shifts = new BlockBytes();
        long[] source = new long[Math.min(count, Segment.BLOCK_ROWS)];
        long[] shift = new long[source.length];
        file.beginPart();
        for (int start = 0; start < count; start += Segment.BLOCK_ROWS) {
            var rows = new BlockRows(order, start, Math.min(Segment.BLOCK_ROWS, count - start));
            gather(rows, source, shift);
            writeBlock(source, rows.count(), data, sources);
            writeBlock(shift, rows.count(), data, shifts);
            data.drainTo(file::write);
        }
        file.endPart(Part.Kind.ORIGIN_DATA, Part.NO_COLUMN);
        file.beginPart();
        sources.drainTo(file::write);
        shifts.endBuffer();
        shifts.drainTo(file::write);
        file.endPart(Part.Kind.ORIGIN_DIRECTORY, Part.NO_COLUMN);
    }

    private void gather(BlockRows rows, long[] source, long[] shift) {
        int run = 0;
        int runStart = 0;
        int runEnd = 0;
        for (int i = 0; i < rows.count(); i++) {
            int row = rows.source(i);
            if (row < runStart || row >= runEnd) {
                run = run(row);
                runStart = firstRows.get(run);
                runEnd = run + 1 < firstRows.size() ? firstRows.get(run + 1) : count;
            }
            source[i] = sourceFiles.get(run);
            shift[i] = positions.get(run) + (row - runStart) - (rows.start() + i);
        }
    }

    /// The last run that starts at or before the row.
    private int run(int row) {
        int low = 0;
        int high = firstRows.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (firstRows.get(middle) <= row) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private static void writeBlock(long[] values, int count, BlockBytes data, BlockBytes directory) {
        long min = values[0];
        long max = values[0];
        for (int i = 1; i < count; i++) {
            min = Math.min(min, values[i]);
            max = Math.max(max, values[i]);
        }
        new BlockRecord(LongBlock.encode(values, count, data), BlockRecord.BOUNDED, 0, 0, min, max, 0, 0)
                .writeTo(directory);
    }
}
