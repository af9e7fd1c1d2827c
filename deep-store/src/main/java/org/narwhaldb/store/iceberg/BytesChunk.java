package org.narwhaldb.store.iceberg;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.apache.iceberg.FieldMetrics;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.narwhaldb.segment.ValueHash;

/// Texts and other bytes, and decimals of more than 18 digits.
final class BytesChunk extends ColumnChunk {
    private static final int FIRST_SLOTS = 1 << 10;
    private static final int FIRST_BYTES = 1 << 14;
    private static final long TAG_MASK = -1L << Integer.SIZE;

    /// Of every value, or 0.
    private final int fixedLength;
    /// Of decimals: their absolute values are below. Else null.
    private final BigInteger limit;
    private byte[] bytes = new byte[FIRST_BYTES];
    /// Where the value of a row begins, and, behind the last row set, ends; the same while they are gathered.
    private final int[] starts;
    private final int[] valueStarts;
    private final int[] valueEnds;
    /// The dictionary's values one behind the other.
    private byte[] dictionary = new byte[FIRST_BYTES];
    private int[] dictionaryStarts = new int[FIRST_SLOTS / 2 + 1];
    private int dictionarySize;
    /// Half of the hash, and code + 1; 0 is free.
    private long[] slots = new long[FIRST_SLOTS];
    /// By code the page that had it last.
    private int[] pageOfCode = new int[FIRST_SLOTS / 2];
    private int page;

    BytesChunk(ColumnDescriptor descriptor, Limits limits) {
        super(descriptor, limits);
        PrimitiveType type = descriptor.getPrimitiveType();
        this.fixedLength = type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY ? type.getTypeLength() : 0;
        this.limit = type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal
                ? BigInteger.TEN.pow(decimal.getPrecision()) : null;
        this.starts = new int[limits.pageRows() + 1];
        this.valueStarts = new int[limits.pageRows()];
        this.valueEnds = new int[limits.pageRows()];
    }

    @Override
    void setNull(int row) {
        super.setNull(row);
        starts[row + 1] = starts[row];
    }

    @Override
    void setBytes(int row, byte[] value, int offset, int length) {
        if (fixedLength > 0 && length != fixedLength) {
            super.setBytes(row, value, offset, length);
        }
        int end = Math.addExact(starts[row], length);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, (int) Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8)));
        }
        System.arraycopy(value, offset, bytes, starts[row], length);
        starts[row + 1] = end;
        setPresent(row);
    }

    @Override
    void setShape(int row, Object value) {
        switch (value) {
            case byte[] text when limit == null -> setBytes(row, text, 0, text.length);
            case BigInteger unscaled when limit != null && unscaled.abs().compareTo(limit) < 0 -> {
                byte[] digits = unscaled.toByteArray();
                byte[] fixed = new byte[fixedLength];
                Arrays.fill(fixed, 0, fixedLength - digits.length, (byte) (unscaled.signum() < 0 ? -1 : 0));
                System.arraycopy(digits, 0, fixed, fixedLength - digits.length, digits.length);
                setBytes(row, fixed, 0, fixedLength);
            }
            default -> throw RowWriter.doesNotFit(descriptor(), value);
        }
    }

    @Override
    void gather(int rowCount) {
        int count = 0;
        for (int row = 0; row < rowCount; row++) {
            if (!isNull(row)) {
                valueStarts[count] = starts[row];
                valueEnds[count++] = starts[row + 1];
            }
        }
    }

    @Override
    boolean encode(int count, int[] codes, long bytesMax) {
        for (int i = 0; i < count; i++) {
            int from = valueStarts[i];
            int to = valueEnds[i];
            if (i > 0 && Arrays.equals(bytes, from, to, bytes, valueStarts[i - 1], valueEnds[i - 1])) {
                codes[i] = codes[i - 1];
                continue;
            }
            codes[i] = code(ValueHash.hash(bytes, from, to - from), from, to);
            if (dictionaryBytes() > bytesMax) {
                return false;
            }
        }
        return true;
    }

    private int code(long hash, int from, int to) {
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        long tag = hash & TAG_MASK;
        for (long entry = slots[slot]; entry != 0; entry = slots[slot]) {
            int code = (int) entry - 1;
            if ((entry & TAG_MASK) == tag
                    && Arrays.equals(bytes, from, to, dictionary, dictionaryStarts[code], dictionaryStarts[code + 1])) {
                return code;
            }
            slot = slot + 1 & mask;
        }
        if (dictionarySize == pageOfCode.length) {
            grow();
            return code(hash, from, to);
        }
        int start = dictionaryStarts[dictionarySize];
        int end = start + to - from;
        if (end > dictionary.length) {
            dictionary = Arrays.copyOf(dictionary, Math.max(end, dictionary.length * 2));
        }
        System.arraycopy(bytes, from, dictionary, start, to - from);
        dictionaryStarts[++dictionarySize] = end;
        slots[slot] = tag | dictionarySize;
        return dictionarySize - 1;
    }

    private void grow() {
        pageOfCode = Arrays.copyOf(pageOfCode, pageOfCode.length * 2);
        dictionaryStarts = Arrays.copyOf(dictionaryStarts, pageOfCode.length + 1);
        slots = new long[slots.length * 2];
        int mask = slots.length - 1;
        for (int code = 0; code < dictionarySize; code++) {
            long hash = ValueHash.hash(dictionary, dictionaryStarts[code], dictionaryStarts[code + 1] - dictionaryStarts[code]);
            int slot = (int) hash & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = hash & TAG_MASK | code + 1;
        }
    }

    @Override
    void measure(int count, int[] codes, Statistics<?> statistics) {
        page++;
        int least = -1;
        int most = -1;
        for (int i = 0; i < count; i++) {
            if (codes != null) {
                if (pageOfCode[codes[i]] == page) {
                    continue;
                }
                pageOfCode[codes[i]] = page;
            }
            if (limit != null) {
                // their order is that of signed numbers
                statistics.updateStats(value(i));
            } else if (least < 0) {
                least = i;
                most = i;
            } else if (compare(i, least) < 0) {
                least = i;
            } else if (compare(i, most) > 0) {
                most = i;
            }
        }
        if (least >= 0) {
            statistics.updateStats(value(least));
            statistics.updateStats(value(most));
        }
    }

    private Binary value(int index) {
        return Binary.fromConstantByteArray(Arrays.copyOfRange(bytes, valueStarts[index], valueEnds[index]));
    }

    private int compare(int one, int other) {
        return Arrays.compareUnsigned(
                bytes, valueStarts[one], valueEnds[one], bytes, valueStarts[other], valueEnds[other]);
    }

    @Override
    Optional<FieldMetrics<?>> metrics(int fieldId, long valueCount, long nullCount) {
        return Optional.empty();
    }

    @Override
    int dictionarySize() {
        return dictionarySize;
    }

    @Override
    long dictionaryBytes() {
        return dictionaryStarts[dictionarySize] + (fixedLength > 0 ? 0L : (long) dictionarySize * Integer.BYTES);
    }

    @Override
    void clearDictionary() {
        dictionarySize = 0;
        Arrays.fill(slots, 0);
        Arrays.fill(pageOfCode, 0);
    }

    @Override
    void putDictionary(PageOutput target) {
        for (int code = 0; code < dictionarySize; code++) {
            put(dictionary, dictionaryStarts[code], dictionaryStarts[code + 1], target);
        }
    }

    @Override
    long plainBytes(int count) {
        return count == 0 ? 0 : valueEnds[count - 1] - valueStarts[0] + (fixedLength > 0 ? 0L : (long) count * Integer.BYTES);
    }

    @Override
    void putPlain(int count, PageOutput target) {
        for (int i = 0; i < count; i++) {
            put(bytes, valueStarts[i], valueEnds[i], target);
        }
    }

    private void put(byte[] source, int from, int to, PageOutput target) {
        if (fixedLength == 0) {
            target.putInt(to - from);
        }
        target.putBytes(source, from, to);
    }
}
