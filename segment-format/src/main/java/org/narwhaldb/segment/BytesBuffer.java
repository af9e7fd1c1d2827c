package org.narwhaldb.segment;

import java.util.Arrays;
import org.narwhaldb.segment.SegmentSummary.ColumnSummary;
import org.narwhaldb.segment.encoding.BlockBytes;
import org.narwhaldb.segment.encoding.CodeBlock;
import org.narwhaldb.segment.encoding.PagedBytes;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The collected values of a BYTES or NESTED column. Bytes are numbered as they come (4 bytes a row) until there are
/// too many distinct ones for a dictionary; then, as nested values from the start, each row holds the address of its
/// own.
final class BytesBuffer extends ColumnBuffer {
    /// Above it a sorted dictionary costs more than it saves.
    static final int DISTINCT_MAX = 3 << 20;
    /// Fewer distinct values get a dictionary even if hardly one repeats: it is small in any case.
    static final int DISTINCT_SMALL = 1 << 10;
    /// Codes of larger dictionaries are not counted, and not in blocks of few rows a code.
    private static final int COUNTED_MAX = 1 << 8;
    private static final int COUNTED_ROWS_MIN = 16;
    /// Of the rows: up to here codes, which queries group and compare instead of the values, cost hardly any bytes.
    private static final double DISTINCT_SHARE_MAX = 0.9;
    /// From so many distinct values, and such a share of the values, on, the bytes of both forms are compared.
    private static final int DISTINCT_MANY = 1 << 15;
    private static final double DISTINCT_SHARE_MANY = 0.5;
    /// About what symbols leave of a text.
    private static final double SYMBOLS_SHARE = 0.4;
    private static final double DICTIONARY_SHARE_MAX = 1.1;
    private static final long POOL_BYTES_MAX = 1L << 30;
    private static final int UUID_BYTES = 16;
    private static final byte[] EMPTY = {};

    private final BytePool pool = new BytePool();
    private final boolean nested;
    private final int fixedLength;
    private ValueNumbers numbers;
    private IntChunks codes = new IntChunks();
    private LongChunks addresses;
    /// After prepare(): by number its place in the sorted dictionary.
    private int[] ranks;
    private SortedDictionary dictionary;
    /// The dictionary of the batches that come, and by its codes the number (or, of plain values, the address), -1 if
    /// not seen yet.
    private ByteValues batchDictionary;
    private long[] batchNumbers = {};
    private int[] rowNumbers = {};
    private int[] codeScratch;
    private PagedBytes.Writer writer;
    private final DistinctEstimator distinct = new DistinctEstimator();
    private byte[] min;
    private byte[] max;

    BytesBuffer(Field field) {
        super(field);
        nested = field.type().isNested();
        fixedLength = switch (field.type().kind()) {
            case FIXED -> field.type().precision();
            case UUID -> UUID_BYTES;
            default -> -1;
        };
        if (nested) {
            codes = null;
            addresses = new LongChunks();
        } else {
            numbers = new ValueNumbers(pool);
        }
    }

    @Override
    public void appendBytes(byte[] value, int offset, int length) {
        if (nested) {
            super.appendBytes(value, offset, length);
        }
        requireLength(length);
        add(value, offset, length);
        endValue();
    }

    @Override
    public void appendNested(Object value) {
        if (!nested) {
            super.appendNested(value);
        }
        if (value == null) {
            appendNull();
            return;
        }
        byte[] bytes = NestedCodec.encode(value, field().type());
        add(bytes, 0, bytes.length);
        endValue();
    }

    @Override
    void appendValues(ValueBatch batch, BatchRows rows) {
        if (nested) {
            throw wrongType("batch that is no shapes");
        }
        switch (batch) {
            case ValueBatch.Codes codes -> {
                requireLengths(codes.dictionary(), null, BatchRows.first(codes.dictionary().starts().length - 1));
                appendCodes(codes, rows);
            }
            case ValueBatch.Bytes bytes -> {
                requireLengths(bytes.values(), bytes.isNull(), rows);
                appendBytes(bytes, rows);
            }
            default -> throw wrongType("batch that is no bytes");
        }
        if (addresses == null && isTooMuch()) {
            becomePlain();
        }
    }

    private void requireLengths(ByteValues values, boolean[] isNull, BatchRows rows) {
        if (fixedLength < 0) {
            return;
        }
        for (int i = 0; i < rows.count(); i++) {
            int row = rows.row(i);
            if (isNull == null || !isNull[row]) {
                requireLength(values.length(row));
            }
        }
    }

    private void requireLength(int length) {
        if (fixedLength >= 0 && length != fixedLength) {
            throw NarwhalException.of(ErrorCode.BAD_INPUT_ROW, "Value of [%d] bytes in column [%s] of type %s", length,
                    field().name(), field().type());
        }
    }

    private void appendCodes(ValueBatch.Codes batch, BatchRows rows) {
        ByteValues values = batch.dictionary();
        if (batchDictionary != values) {
            batchDictionary = values;
            batchNumbers = new long[values.starts().length - 1];
            Arrays.fill(batchNumbers, -1);
        }
        int count = rows.count();
        rowNumbers = rowNumbers.length < count ? new int[count] : rowNumbers;
        for (int i = 0; i < count; i++) {
            int row = rows.row(i);
            long number = addresses == null ? 0 : -1;
            if (batch.isNull() == null || !batch.isNull()[row]) {
                int code = batch.codes()[row];
                number = batchNumbers[code];
                if (number < 0) {
                    int start = values.starts()[code];
                    number = addresses == null ? numbers.number(values.bytes(), start, values.length(code))
                            : pool.add(values.bytes(), start, values.length(code));
                    batchNumbers[code] = number;
                }
            }
            if (addresses == null) {
                rowNumbers[i] = (int) number;
            } else {
                addresses.add(number);
            }
        }
        if (addresses == null) {
            codes.add(rowNumbers, 0, count);
        }
    }

    private void appendBytes(ValueBatch.Bytes batch, BatchRows rows) {
        if (addresses == null) {
            numbers.number(batch.values(), batch.isNull(), rows, codes);
            return;
        }
        byte[] bytes = batch.values().bytes();
        int[] starts = batch.values().starts();
        for (int i = 0; i < rows.count(); i++) {
            int row = rows.row(i);
            addresses.add(batch.isNull() != null && batch.isNull()[row] ? -1
                    : pool.add(bytes, starts[row], starts[row + 1] - starts[row]));
        }
    }

    @Override
    void appendPlaceholder() {
        if (addresses == null) {
            codes.add(0);
        } else {
            addresses.add(-1);
        }
    }

    @Override
    long valueBytes() {
        long perRow = addresses == null ? codes.memoryBytes() + numbers.memoryBytes() : addresses.memoryBytes();
        return pool.memoryBytes() + (long) batchNumbers.length * Long.BYTES + perRow;
    }

    /// Decides between dictionary and plain, and orders the dictionary.
    @Override
    void prepare() {
        if (addresses == null && numbers.size() > DISTINCT_SMALL && numbers.size() > (count() - nullCount()) * DISTINCT_SHARE_MAX) {
            becomePlain();
        }
        int[] order = addresses == null ? BytesSort.order(pool, numbers.addresses()) : null;
        if (order != null && isBetterPlain(order)) {
            becomePlain();
            order = null;
        }
        if (order != null) {
            ranks = new int[order.length];
            for (int rank = 0; rank < order.length; rank++) {
                ranks[order[rank]] = rank;
            }
            dictionary = new SortedDictionary(pool, numbers, order);
            codeScratch = new int[Math.min(count(), Segment.BLOCK_ROWS)];
        }
    }

    /// Of many values that share few first bytes, texts above all, the dictionary takes more than the values, which are
    /// compressed by symbols.
    private boolean isBetterPlain(int[] order) {
        long values = count() - nullCount();
        if (order.length < DISTINCT_MANY || order.length < values * DISTINCT_SHARE_MANY) {
            return false;
        }
        LongChunks known = numbers.addresses();
        long dictionaryBytes = 0;
        for (int i = 0; i < order.length; i++) {
            long address = known.get(order[i]);
            int shared = 0;
            if (i % FrontCoding.PAGE_VALUES > 0) {
                long before = known.get(order[i - 1]);
                shared = Arrays.mismatch(pool.page(before), pool.start(before), pool.start(before) + pool.length(before),
                        pool.page(address), pool.start(address), pool.start(address) + pool.length(address));
            }
            dictionaryBytes += FrontCoding.entryBytes(shared, pool.length(address) - shared);
        }
        double codeBytes = (double) values * (Integer.SIZE - Integer.numberOfLeadingZeros(order.length)) / Byte.SIZE;
        double plainBytes = values * (1 + SYMBOLS_SHARE * pool.valueBytes() / order.length);
        return dictionaryBytes + codeBytes > plainBytes * DICTIONARY_SHARE_MAX;
    }

    @Override
    void sortKeys(int word, long bucketMicros, long[] keys) {
        if (dictionary != null) {
            for (int row = 0; row < keys.length; row++) {
                keys[row] = isNull(row) ? 0 : ranks[codes.get(row)];
            }
            return;
        }
        var present = new LongChunks();
        var presentRows = new IntChunks();
        for (int row = 0; row < keys.length; row++) {
            keys[row] = 0;
            if (!isNull(row)) {
                present.add(addresses.get(row));
                presentRows.add(row);
            }
        }
        int[] order = BytesSort.order(pool, present);
        long rank = 0;
        for (int i = 0; i < order.length; i++) {
            if (i > 0 && pool.compare(present.get(order[i - 1]), present.get(order[i])) != 0) {
                rank++;
            }
            keys[presentRows.get(order[i])] = rank;
        }
    }

    @Override
    EncodedBlock encode(BlockRows rows, boolean[] isNull, BlockBytes data, BlockBytes statistics) {
        return dictionary != null ? encodeCodes(rows, isNull, data, statistics) : encodePages(rows, isNull, data, statistics);
    }

    @Override
    void writeExtraParts(PartSink file, int column) {
        if (dictionary != null) {
            dictionary.write(file, column);
        }
    }

    @Override
    ColumnSummary summary() {
        long values = count() - nullCount();
        if (values == 0) {
            return new ColumnSummary(nullCount(), null, null, 0);
        }
        if (dictionary != null) {
            int size = dictionary.size();
            return new ColumnSummary(nullCount(), dictionary.value(0), dictionary.value(size - 1), size);
        }
        return new ColumnSummary(nullCount(), min, max, Math.clamp(distinct.estimate(), 1, values));
    }

    private void add(byte[] value, int offset, int length) {
        if (addresses == null) {
            codes.add(numbers.number(value, offset, length));
            if (isTooMuch()) {
                becomePlain();
            }
        } else {
            addresses.add(pool.add(value, offset, length));
        }
    }

    private boolean isTooMuch() {
        return numbers.size() > DISTINCT_MAX || pool.valueBytes() > POOL_BYTES_MAX;
    }

    private void becomePlain() {
        addresses = new LongChunks();
        LongChunks known = numbers.addresses();
        for (int row = 0; row < codes.size(); row++) {
            addresses.add(isNull(row) ? -1 : known.get(codes.get(row)));
        }
        codes = null;
        numbers = null;
        batchDictionary = null;
    }

    private EncodedBlock encodeCodes(BlockRows rows, boolean[] isNull, BlockBytes data, BlockBytes statistics) {
        int count = rows.count();
        for (int i = 0; i < count; i++) {
            codeScratch[i] = isNull != null && isNull[i] ? 0 : ranks[codes.get(rows.source(i))];
        }
        int first = isNull == null ? 0 : NullFill.fill(codeScratch, isNull, count);
        int least = codeScratch[first];
        int greatest = least;
        for (int i = 0; i < count; i++) {
            least = Math.min(least, codeScratch[i]);
            greatest = Math.max(greatest, codeScratch[i]);
        }
        var block = EncodedBlock.bounded(CodeBlock.encode(codeScratch, count, dictionary.size(), data), least,
                greatest);
        boolean countable = dictionary.size() <= COUNTED_MAX && count >= COUNTED_ROWS_MIN * dictionary.size();
        return least < greatest && countable ? block.counted(writeCounts(isNull, count, statistics)) : block;
    }

    /// How many rows of the block have each code, a u16 for each: it has at least two codes.
    private long writeCounts(boolean[] isNull, int count, BlockBytes statistics) {
        int[] counts = new int[dictionary.size()];
        for (int i = 0; i < count; i++) {
            counts[codeScratch[i]] += isNull != null && isNull[i] ? 0 : 1;
        }
        long at = statistics.offset();
        for (int rows : counts) {
            statistics.putShort(rows);
        }
        return at;
    }

    private EncodedBlock encodePages(BlockRows rows, boolean[] isNull, BlockBytes data, BlockBytes statistics) {
        writer = writer == null ? new PagedBytes.Writer() : writer;
        long least = -1;
        long greatest = -1;
        for (int i = 0; i < rows.count(); i++) {
            if (isNull != null && isNull[i]) {
                writer.add(EMPTY, 0, 0);
                continue;
            }
            long address = addresses.get(rows.source(i));
            byte[] page = pool.page(address);
            int start = pool.start(address);
            int length = pool.length(address);
            writer.add(page, start, length);
            distinct.add(ValueHash.hash(page, start, length));
            least = least < 0 || !nested && pool.compare(address, least) < 0 ? address : least;
            greatest = greatest < 0 || !nested && pool.compare(address, greatest) > 0 ? address : greatest;
        }
        if (nested) {
            return EncodedBlock.unbounded(writer.finish(data));
        }
        byte[] blockMin = pool.value(least);
        byte[] blockMax = pool.value(greatest);
        min = min == null || Arrays.compareUnsigned(blockMin, min) < 0 ? blockMin : min;
        max = max == null || Arrays.compareUnsigned(blockMax, max) > 0 ? blockMax : max;
        long minAt = writeBound(blockMin, statistics);
        long maxAt = writeBound(blockMax, statistics);
        return EncodedBlock.bounded(writer.finish(data), minAt, maxAt);
    }

    private static long writeBound(byte[] bound, BlockBytes statistics) {
        long at = statistics.offset();
        statistics.putInt(bound.length);
        statistics.putBytes(bound, 0, bound.length);
        return at;
    }
}
