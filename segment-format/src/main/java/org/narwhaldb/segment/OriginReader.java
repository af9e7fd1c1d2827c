package org.narwhaldb.segment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import org.narwhaldb.segment.encoding.BlockRecord;
import org.narwhaldb.segment.encoding.LongBlock;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.RoaringBitmapWriter;

/// Finds the rows that came from places in a source file, by the origin part and the column in whose order that stands.
final class OriginReader {
    private final Footer footer;
    private final MemorySegment data;
    private final MemorySegment directory;
    private final int sourceFile;
    private final long[] positions;
    private final long[] sources = new long[Segment.BLOCK_ROWS];
    private final long[] shifts = new long[Segment.BLOCK_ROWS];
    private final RoaringBitmapWriter<RoaringBitmap> rows = RoaringBitmapWriter.writer().get();

    private OriginReader(Footer footer, MemorySegment data, MemorySegment directory, int sourceFile, long[] positions) {
        this.footer = footer;
        this.data = data;
        this.directory = directory;
        this.sourceFile = sourceFile;
        this.positions = positions;
    }

    static RoaringBitmap rowsFrom(Path file, int sourceFile, long[] positions) {
        // Shared, as that of segments: a second kind of arena makes the block readers' loops polymorphic and slow.
        try (var reader = new SegmentFileReader(file); Arena arena = Arena.ofShared()) {
            Footer footer = reader.footer();
            Part data = footer.part(Part.Kind.ORIGIN_DATA, Part.NO_COLUMN);
            Part directory = footer.part(Part.Kind.ORIGIN_DIRECTORY, Part.NO_COLUMN);
            if (data == null || directory == null) {
                throw SegmentFileReader.corrupt(file, "footer", "it names no origin parts");
            }
            long from = footer.queryEnd();
            MemorySegment mapped = reader.map(from, directory.end() - from, arena);
            try {
                RoaringBitmap places = new OriginReader(footer, reader.checked(mapped, from, data),
                        reader.checked(mapped, from, directory), sourceFile, positions).read();
                boolean moved = footer.originField() != OriginOrder.OF_ROWS && !places.isEmpty()
                        && places.getCardinality() < footer.rowCount();
                return moved ? rows(places, reader, arena) : places;
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw SegmentFileReader.corrupt(file, "origin", e.getMessage(), e);
            }
        }
    }

    /// The rows at places in the order of a column.
    private static RoaringBitmap rows(RoaringBitmap places, SegmentFileReader reader, Arena arena) {
        Footer footer = reader.footer();
        int column = footer.originColumn();
        MemorySegment data = part(Part.Kind.DATA, column, reader, arena);
        MemorySegment directory = part(Part.Kind.DIRECTORY, column, reader, arena);
        long[] keys = new long[footer.rowCount()];
        for (int block = 0; block < footer.blockCount(); block++) {
            int count = footer.blockRowCount(block);
            int start = block * Segment.BLOCK_ROWS;
            LongBlock.open(BlockRecord.read(directory, block, count).layout(), count, data).read(0, count, keys, start);
        }
        for (int row = 0; row < keys.length; row++) {
            keys[row] ^= Long.MIN_VALUE;
        }
        int[] rowsByPlace = OriginOrder.places(keys);
        BitSet rows = new BitSet(keys.length);
        places.forEach((IntConsumer) place -> rows.set(rowsByPlace[place]));
        RoaringBitmapWriter<RoaringBitmap> writer = RoaringBitmapWriter.writer().get();
        rows.stream().forEach(writer::add);
        return writer.get();
    }

    private static MemorySegment part(Part.Kind kind, int column, SegmentFileReader reader, Arena arena) {
        Part part = reader.footer().part(kind, column);
        if (part == null) {
            throw new IllegalArgumentException("column [%d], in whose order it is, has no %s".formatted(column, kind));
        }
        return reader.checked(reader.map(part.offset(), part.length(), arena), part.offset(), part);
    }

    /// The places, in the order of the origins, that hold one asked for.
    private RoaringBitmap read() {
        for (int block = 0; block < footer.blockCount(); block++) {
            int count = footer.blockRowCount(block);
            int start = block * Segment.BLOCK_ROWS;
            BlockRecord source = BlockRecord.read(directory, block, count);
            BlockRecord shift = BlockRecord.read(directory, footer.blockCount() + block, count);
            if (sourceFile < source.min() || sourceFile > source.max()
                    || !touches(shift.min() + start, shift.max() + start + count - 1)) {
                continue;
            }
            LongBlock.open(source.layout(), count, data).read(0, count, sources, 0);
            LongBlock.open(shift.layout(), count, data).read(0, count, shifts, 0);
            for (int i = 0; i < count; i++) {
                if (sources[i] == sourceFile && isAsked(shifts[i] + start + i)) {
                    rows.add(start + i);
                }
            }
        }
        return rows.get();
    }

    /// Whether any asked position is in the range.
    private boolean touches(long first, long last) {
        if (positions == null) {
            return true;
        }
        int at = Arrays.binarySearch(positions, first);
        return at >= 0 || -at - 1 < positions.length && positions[-at - 1] <= last;
    }

    private boolean isAsked(long position) {
        return positions == null || Arrays.binarySearch(positions, position) >= 0;
    }
}
