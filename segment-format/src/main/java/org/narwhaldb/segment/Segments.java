package org.narwhaldb.segment;

import java.nio.file.Path;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/// The door of this module: building, opening and checking segment files.
public final class Segments {
    /// Of the files written, and of the only ones read: segments of another version are built again.
    public static final int FORMAT_VERSION = Footer.FORMAT_VERSION;

    private Segments() {}

    /// @param sortKeys the row order; empty keeps arrival order
    public static SegmentBuilder builder(List<Field> fields, List<SortKey> sortKeys) {
        return new BufferedSegmentBuilder(fields, sortKeys);
    }

    /// Maps the file and checks its footer, lengths and every part's checksum.
    ///
    /// @throws org.narwhaldb.segment.error.NarwhalException CORRUPT_SEGMENT with the file's name and what is wrong:
    ///     truncated, wrong magic or version, checksum of which part
    public static Segment open(Path file) {
        return MappedSegment.open(file);
    }

    /// Row ids of rows that came from `positions` (sorted ascending) of the build's source file `sourceFile`;
    /// `positions == null` means every row of that file. Reads the origin part only.
    public static RoaringBitmap rowsFrom(Path file, int sourceFile, long[] positions) {
        return OriginReader.rowsFrom(file, sourceFile, positions);
    }
}
