package org.narwhaldb.segment;

import java.math.BigInteger;
import org.narwhaldb.segment.SegmentBuilder.ColumnAppender;
import org.narwhaldb.segment.SegmentSummary.ColumnSummary;
import org.narwhaldb.segment.encoding.BitmapBooleans;
import org.narwhaldb.segment.encoding.BlockBytes;
import org.narwhaldb.segment.encoding.BlockLayout;
import org.narwhaldb.segment.encoding.BlockRecord;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The collected values of one column and how they are written. A subclass for each physical form holds the values and
/// encodes a block; this class counts rows, keeps the NULLs and writes the column's parts.
abstract sealed class ColumnBuffer implements ColumnAppender
        permits BooleanBuffer, LongBuffer, DoubleBuffer, Int128Buffer, BytesBuffer {
    private final Field field;
    private final RowFlags nulls = new RowFlags();
    private int count;

    ColumnBuffer(Field field) {
        this.field = field;
    }

    static ColumnBuffer of(Field field) {
        return switch (field.type().physical()) {
            case BOOLEAN -> new BooleanBuffer(field);
            case LONG -> new LongBuffer(field);
            case DOUBLE -> new DoubleBuffer(field);
            case INT128 -> new Int128Buffer(field);
            case BYTES, NESTED -> new BytesBuffer(field);
        };
    }

    /// An encoded block, and the facts its directory entry holds.
    ///
    /// @param flags of BOUNDED, SUMMED and COUNTED
    record EncodedBlock(BlockLayout layout, int flags, long min, long max, long sum, int sumHigh) {
        static EncodedBlock unbounded(BlockLayout layout) {
            return new EncodedBlock(layout, 0, 0, 0, 0, 0);
        }

        static EncodedBlock bounded(BlockLayout layout, long min, long max) {
            return new EncodedBlock(layout, BlockRecord.BOUNDED, min, max, 0, 0);
        }

        /// With a sum of at most 96 bits.
        EncodedBlock summed(BlockSum total) {
            return new EncodedBlock(layout, flags | BlockRecord.SUMMED, min, max, total.low(), (int) total.high());
        }

        /// @param at where the counts of codes stand in the statistics part
        EncodedBlock counted(long at) {
            return new EncodedBlock(layout, flags | BlockRecord.COUNTED, min, max, at, 0);
        }
    }

    final Field field() {
        return field;
    }

    final int count() {
        return count;
    }

    final boolean hasNulls() {
        return nulls.count() > 0;
    }

    final long nullCount() {
        return nulls.count();
    }

    final boolean isNull(int row) {
        return nulls.get(row);
    }

    final void endValue() {
        count++;
    }

    @Override
    public final void appendNull() {
        requireNullable();
        nulls.set(count);
        appendPlaceholder();
        count++;
    }

    private void requireNullable() {
        if (!field.nullable()) {
            throw NarwhalException.of(ErrorCode.BAD_INPUT_ROW,
                    "NULL in column [%s], which is NOT NULL; remove the row or make the column optional", field.name());
        }
    }

    @Override
    public void appendBoolean(boolean value) {
        throw wrongType("boolean");
    }

    @Override
    public void appendLong(long value) {
        throw wrongType("long");
    }

    @Override
    public void appendDouble(double value) {
        throw wrongType("double");
    }

    @Override
    public void appendInt128(BigInteger value) {
        throw wrongType("128-bit integer");
    }

    @Override
    public void appendBytes(byte[] value, int offset, int length) {
        throw wrongType("bytes");
    }

    @Override
    public void appendNested(Object value) {
        throw wrongType("nested value");
    }

    final void append(ValueBatch batch, BatchRows rows) {
        if (batch instanceof ValueBatch.Shapes(Object[] values)) {
            for (int i = 0; i < rows.count(); i++) {
                appendShape(values[rows.row(i)]);
            }
            return;
        }
        if (batch.isNull() != null) {
            markNulls(batch.isNull(), rows);
        }
        appendValues(batch, rows);
        count += rows.count();
    }

    private void markNulls(boolean[] isNull, BatchRows rows) {
        for (int i = 0; i < rows.count(); i++) {
            if (isNull[rows.row(i)]) {
                requireNullable();
                nulls.set(count + i);
            }
        }
    }

    private void appendShape(Object value) {
        if (value == null) {
            appendNull();
            return;
        }
        switch (field.type().physical()) {
            case BOOLEAN -> appendBoolean((Boolean) value);
            case LONG -> appendLong((Long) value);
            case DOUBLE -> appendDouble((Double) value);
            case INT128 -> appendInt128((BigInteger) value);
            case BYTES -> appendBytes((byte[]) value, 0, ((byte[]) value).length);
            case NESTED -> appendNested(value);
        }
    }

    /// Stores the batch's values, and any value for a NULL.
    abstract void appendValues(ValueBatch batch, BatchRows rows);

    /// Stores any value for a NULL.
    abstract void appendPlaceholder();

    abstract long valueBytes();

    /// Called once before keys are asked for and blocks are encoded.
    abstract void prepare();

    /// Keys that order the rows as unsigned longs: `words()` of them, the most significant first. NULLs' keys are
    /// equal.
    abstract void sortKeys(int word, long bucketMicros, long[] keys);

    int sortWords() {
        return 1;
    }

    /// Appends the buffers of a block that has at least one value. What it writes for a NULL is up to it.
    ///
    /// @param isNull by row; null if no row is
    /// @param statistics where bounds go that don't fit the directory
    abstract EncodedBlock encode(BlockRows rows, boolean[] isNull, BlockBytes data, BlockBytes statistics);

    /// Parts other than data, statistics and directory.
    void writeExtraParts(PartSink file, int column) {}

    /// After all blocks.
    abstract ColumnSummary summary();

    final long memoryBytes() {
        return valueBytes() + nulls.memoryBytes();
    }

    /// Writes all parts of the column.
    final ColumnSummary write(PartSink file, int column, int[] order) {
        var data = new BlockBytes();
        var directory = new BlockBytes();
        var statistics = new BlockBytes();
        boolean[] nullScratch = hasNulls() ? new boolean[Math.min(count, Segment.BLOCK_ROWS)] : null;
        file.beginPart();
        for (int start = 0; start < count; start += Segment.BLOCK_ROWS) {
            var rows = new BlockRows(order, start, Math.min(Segment.BLOCK_ROWS, count - start));
            writeBlock(rows, nullScratch, data, statistics).writeTo(directory);
            data.drainTo(file::write);
        }
        file.endPart(Part.Kind.DATA, column);
        writeExtraParts(file, column);
        if (statistics.offset() > 0) {
            statistics.endBuffer();
            file.beginPart();
            statistics.drainTo(file::write);
            file.endPart(Part.Kind.STATISTICS, column);
        }
        directory.endBuffer();
        file.beginPart();
        directory.drainTo(file::write);
        file.endPart(Part.Kind.DIRECTORY, column);
        return summary();
    }

    private BlockRecord writeBlock(BlockRows rows, boolean[] nullScratch, BlockBytes data, BlockBytes statistics) {
        int nullRows = 0;
        if (nullScratch != null) {
            for (int i = 0; i < rows.count(); i++) {
                nullScratch[i] = nulls.get(rows.source(i));
                nullRows += nullScratch[i] ? 1 : 0;
            }
        }
        if (nullRows == rows.count()) {
            return new BlockRecord(BlockLayout.constant(0), BlockRecord.ALL_NULL, nullRows, 0, 0, 0, 0, 0);
        }
        long nullsOffset = 0;
        int flags = 0;
        if (nullRows > 0) {
            nullsOffset = BitmapBooleans.encode(nullScratch, rows.count(), data).offset();
            flags = BlockRecord.HAS_NULLS;
        }
        EncodedBlock block = encode(rows, nullRows > 0 ? nullScratch : null, data, statistics);
        return new BlockRecord(block.layout(), flags | block.flags(), nullRows, nullsOffset, block.min(), block.max(),
                block.sum(), block.sumHigh());
    }

    final IllegalStateException wrongType(Object value) {
        return new IllegalStateException("A %s for column %s".formatted(value, field));
    }
}
