package org.narwhaldb.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.encoding.BitmapBooleans;
import org.narwhaldb.segment.encoding.BlockRecord;
import org.narwhaldb.segment.encoding.BooleanBlock;
import org.narwhaldb.segment.encoding.BytesBlock;
import org.narwhaldb.segment.encoding.CodeBlock;
import org.narwhaldb.segment.encoding.DoubleBlock;
import org.narwhaldb.segment.encoding.Int128Block;
import org.narwhaldb.segment.encoding.LittleEndian;
import org.narwhaldb.segment.encoding.LongBlock;
import org.narwhaldb.segment.encoding.ValueBlock;

/// A column over the mapped file: a reader for each block, opened and checked with the segment.
final class MappedColumn implements SegmentColumn {
    private static final int BLOCK_SHIFT = 16;
    private static final int BLOCK_MASK = Segment.BLOCK_ROWS - 1;

    private final Path file;
    private final Footer footer;
    private final Field field;
    private final MemorySegment directory;
    private final MemorySegment statistics;
    private final MappedDictionary dictionary;
    private final ValueBlock[] blocks;
    /// By block; null where no row or every row is NULL.
    private final BitmapBooleans[] nullBitmaps;
    private final boolean hasNulls;

    private MappedColumn(Path file, Footer footer, Field field, Map<Part.Kind, MemorySegment> parts) {
        this.file = file;
        this.footer = footer;
        this.field = field;
        directory = parts.get(Part.Kind.DIRECTORY);
        statistics = parts.get(Part.Kind.STATISTICS);
        MemorySegment dictionaryPart = parts.get(Part.Kind.DICTIONARY);
        dictionary = dictionaryPart == null ? null : MappedDictionary.open(file, field.name(), dictionaryPart);
        blocks = new ValueBlock[footer.blockCount()];
        nullBitmaps = new BitmapBooleans[blocks.length];
        MemorySegment data = parts.get(Part.Kind.DATA);
        boolean nullSeen = false;
        for (int block = 0; block < blocks.length; block++) {
            BlockRecord record = record(block);
            nullSeen |= record.nullCount() > 0;
            openBlock(block, record, data);
            if (record.has(BlockRecord.BOUNDED)) {
                statistics(block);
            }
        }
        hasNulls = nullSeen;
    }

    /// @param parts of this column, checksums verified
    /// @throws IllegalArgumentException or IndexOutOfBoundsException if the parts make no sense
    static MappedColumn open(Path file, Footer footer, int column, Map<Part.Kind, MemorySegment> parts) {
        if (!parts.containsKey(Part.Kind.DATA) || !parts.containsKey(Part.Kind.DIRECTORY)) {
            throw new IllegalArgumentException("it has no data or no block directory");
        }
        return new MappedColumn(file, footer, footer.fields().get(column), parts);
    }

    @Override
    public Field field() {
        return field;
    }

    @Override
    public boolean hasNulls() {
        return hasNulls;
    }

    @Override
    public void readNulls(int row, int count, boolean[] target, int offset) {
        check(row, count, target.length, offset);
        if (!hasNulls) {
            Arrays.fill(target, offset, offset + count, false);
            return;
        }
        read(row, count, (block, from, rows, done) -> {
            if (nullBitmaps[block] != null) {
                nullBitmaps[block].read(from, rows, target, offset + done);
            } else {
                boolean allNull = record(block).has(BlockRecord.ALL_NULL);
                Arrays.fill(target, offset + done, offset + done + rows, allNull);
            }
        });
    }

    @Override
    public void readBooleans(int row, int count, boolean[] target, int offset) {
        require(Physical.BOOLEAN);
        check(row, count, target.length, offset);
        read(row, count, (block, from, rows, done) ->
                ((BooleanBlock) blocks[block]).read(from, rows, target, offset + done));
    }

    @Override
    public void readLongs(int row, int count, long[] target, int offset) {
        require(Physical.LONG);
        check(row, count, target.length, offset);
        read(row, count, (block, from, rows, done) ->
                ((LongBlock) blocks[block]).read(from, rows, target, offset + done));
    }

    @Override
    public void readDoubles(int row, int count, double[] target, int offset) {
        require(Physical.DOUBLE);
        check(row, count, target.length, offset);
        read(row, count, (block, from, rows, done) ->
                ((DoubleBlock) blocks[block]).read(from, rows, target, offset + done));
    }

    @Override
    public void readInt128(int row, int count, long[] high, long[] low, int offset) {
        require(Physical.INT128);
        check(row, count, Math.min(high.length, low.length), offset);
        read(row, count, (block, from, rows, done) ->
                ((Int128Block) blocks[block]).read(from, rows, high, low, offset + done));
    }

    @Override
    public void readNested(int row, int count, Object[] target, int offset) {
        require(Physical.NESTED);
        check(row, count, target.length, offset);
        int[] next = {offset};
        ByteSink decoder = (bytes, from, length) -> target[next[0]++] =
                length == 0 ? null : NestedCodec.decode(bytes, from, length, field.type());
        read(row, count, (block, from, rows, done) -> ((BytesBlock) blocks[block]).read(from, rows, decoder));
    }

    @Override
    public SegmentDictionary dictionary() {
        require(Physical.BYTES);
        return dictionary;
    }

    @Override
    public void readCodes(int row, int count, int[] target, int offset) {
        requireDictionary(true);
        check(row, count, target.length, offset);
        read(row, count, (block, from, rows, done) ->
                ((CodeBlock) blocks[block]).read(from, rows, target, offset + done));
    }

    @Override
    public void readBytes(int row, int count, ByteSink sink) {
        requireDictionary(false);
        Objects.checkFromIndexSize(row, count, footer.rowCount());
        read(row, count, (block, from, rows, done) -> ((BytesBlock) blocks[block]).read(from, rows, sink));
    }

    @Override
    public ValueBlock values(int block) {
        return blocks[Objects.checkIndex(block, blocks.length)];
    }

    @Override
    public BitmapBooleans nullBitmap(int block) {
        return nullBitmaps[Objects.checkIndex(block, blocks.length)];
    }

    @Override
    public BlockStatistics statistics(int block) {
        BlockRecord record = record(Objects.checkIndex(block, blocks.length));
        boolean bounded = record.has(BlockRecord.BOUNDED);
        return new BlockStatistics(record.nullCount(), bounded ? bound(record.min()) : null,
                bounded ? bound(record.max()) : null);
    }

    @Override
    public String encodingName(int block) {
        return record(Objects.checkIndex(block, blocks.length)).layout().name();
    }

    private void openBlock(int block, BlockRecord record, MemorySegment data) {
        int rows = footer.blockRowCount(block);
        blocks[block] = switch (field.type().physical()) {
            case BOOLEAN -> BooleanBlock.open(record.layout(), rows, data);
            case LONG -> LongBlock.open(record.layout(), rows, data);
            case DOUBLE -> DoubleBlock.open(record.layout(), rows, data);
            case INT128 -> Int128Block.open(record.layout(), rows, data);
            case BYTES -> dictionary == null ? BytesBlock.open(record.layout(), rows, data)
                    : CodeBlock.open(record.layout(), rows, data);
            case NESTED -> BytesBlock.open(record.layout(), rows, data);
        };
        if (record.has(BlockRecord.HAS_NULLS)) {
            nullBitmaps[block] = BitmapBooleans.openNulls(record.nullsOffset(), rows, data);
        }
    }

    private BlockRecord record(int block) {
        return BlockRecord.read(directory, block, footer.blockRowCount(block));
    }

    private Object bound(long stored) {
        return switch (field.type().physical()) {
            case BOOLEAN -> stored != 0;
            case LONG -> stored;
            case DOUBLE -> Double.longBitsToDouble(stored);
            case INT128 -> Int128Buffer.value(statisticsPart().get(LittleEndian.I64, stored),
                    statisticsPart().get(LittleEndian.I64, stored + Long.BYTES));
            case BYTES -> dictionary != null
                    ? dictionary.value((int) Objects.checkIndex(stored, (long) dictionary.size()))
                    : statisticsPart().asSlice(stored + Integer.BYTES, LittleEndian.u32(statisticsPart(), stored))
                            .toArray(ValueLayout.JAVA_BYTE);
            case NESTED -> throw new IllegalArgumentException("nested values with bounds");
        };
    }

    private MemorySegment statisticsPart() {
        if (statistics == null) {
            throw new IllegalArgumentException("it has no statistics part");
        }
        return statistics;
    }

    private void check(int row, int count, int targetLength, int offset) {
        Objects.checkFromIndexSize(row, count, footer.rowCount());
        Objects.checkFromIndexSize(offset, count, targetLength);
    }

    private void require(Physical physical) {
        if (field.type().physical() != physical) {
            throw new IllegalStateException("Column %s is not read as %s".formatted(field, physical));
        }
    }

    private void requireDictionary(boolean expected) {
        require(Physical.BYTES);
        if ((dictionary != null) != expected) {
            throw new IllegalStateException("Column %s has %s dictionary".formatted(field, expected ? "no" : "a"));
        }
    }

    /// Calls the reader for each block that the rows touch. Arguments are checked before, so that what is out of bounds
    /// in there is the file's fault.
    private void read(int row, int count, BlockReader reader) {
        int done = 0;
        try {
            while (done < count) {
                int from = row + done & BLOCK_MASK;
                int rows = Math.min(count - done, Segment.BLOCK_ROWS - from);
                reader.read(row + done >>> BLOCK_SHIFT, from, rows, done);
                done += rows;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw SegmentFileReader.corrupt(file, "column [%s], block [%d]"
                    .formatted(field.name(), row + done >>> BLOCK_SHIFT), e.getMessage(), e);
        }
    }

    @FunctionalInterface
    private interface BlockReader {
        /// @param from first row in the block
        /// @param done rows of the whole read that earlier blocks gave
        void read(int block, int from, int rows, int done);
    }
}
