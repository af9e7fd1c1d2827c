package org.narwhaldb.store.iceberg;

import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.narwhaldb.segment.ByteValues;
import org.narwhaldb.segment.ValueBatch;

/// A flat column of byte values: a batch is codes of the row group's dictionary as long as its pages are, else copies of
/// the values row by row.
final class FlatBytes extends FlatColumn {
    private static final ByteValues EMPTY = new ByteValues(new byte[0], new int[1]);

    /// Of a FIXED_LEN_BYTE_ARRAY, else 0.
    private final int fixedLength;
    private ByteValues dictionary = EMPTY;
    private int[] codes = {};
    private boolean coded;
    private byte[] bytes = {};
    private int[] starts = {0};
    private int size;

    FlatBytes(ColumnDescriptor descriptor, Object pageLock) {
        super(descriptor, pageLock);
        boolean fixed = descriptor.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
        this.fixedLength = fixed ? descriptor.getPrimitiveType().getTypeLength() : 0;
    }

    @Override
    void setDictionary(Dictionary source) {
        dictionary = EMPTY;
        if (source == null) {
            return;
        }
        int[] ends = new int[source.getMaxId() + 2];
        byte[] all = new byte[1 << 10];
        for (int id = 0; id <= source.getMaxId(); id++) {
            byte[] value = source.decodeToBinary(id).getBytesUnsafe();
            ends[id + 1] = Math.addExact(ends[id], value.length);
            if (ends[id + 1] > all.length) {
                all = Arrays.copyOf(all, (int) Math.min(Integer.MAX_VALUE - Long.BYTES, Math.max(2L * all.length, ends[id + 1])));
            }
            System.arraycopy(value, 0, all, ends[id], value.length);
        }
        dictionary = new ByteValues(all, ends);
    }

    @Override
    void start(int rows) {
        if (codes.length < rows) {
            codes = new int[rows];
            starts = new int[rows + 1];
        }
        coded = true;
        size = 0;
    }

    @Override
    void take(int row, int count, int present) {
        if (hasIds() && coded) {
            takeCodes(row, count, present);
            return;
        }
        if (coded) {
            coded = false;
            for (int i = 0; i < row; i++) {
                takeCoded(i, isNull(i) ? -1 : codes[i]);
            }
        }
        if (hasIds()) {
            int[] ids = ids(present);
            int next = 0;
            for (int i = row; i < row + count; i++) {
                takeCoded(i, isNull(i) ? -1 : ids[next++]);
            }
        } else if (other() != null) {
            takeOther(row, count);
        } else if (fixedLength > 0) {
            takeFixed(row, count, present);
        } else {
            takePlain(row, count);
        }
    }

    private void takeCodes(int row, int count, int present) {
        int[] ids = ids(present);
        int ceiling = dictionary.starts().length - 1;
        for (int i = 0; i < present; i++) {
            if (ids[i] < 0 || ids[i] >= ceiling) {
                throw new ParquetDecodingException("id [%d] in a dictionary of %d values".formatted(ids[i], ceiling));
            }
        }
        if (present == count) {
            System.arraycopy(ids, 0, codes, row, count);
            return;
        }
        int next = 0;
        for (int i = row; i < row + count; i++) {
            codes[i] = isNull(i) ? 0 : ids[next++];
        }
    }

    private void takeCoded(int row, int code) {
        if (code >= 0) {
            append(dictionary.bytes(), dictionary.starts()[code], dictionary.length(code));
        }
        starts[row + 1] = size;
    }

    private void takeOther(int row, int count) {
        for (int i = row; i < row + count; i++) {
            if (!isNull(i)) {
                Binary value = other().readBytes();
                byte[] copy = value.getBytesUnsafe();
                append(copy, 0, copy.length);
            }
            starts[i + 1] = size;
        }
    }

    private void takeFixed(int row, int count, int present) {
        int at = plainAt();
        plainDone((long) present * fixedLength);
        for (int i = row; i < row + count; i++) {
            if (!isNull(i)) {
                append(plain(), at, fixedLength);
                at += fixedLength;
            }
            starts[i + 1] = size;
        }
    }

    private void takePlain(int row, int count) {
        byte[] page = plain();
        int from = plainAt();
        int end = plainEnd();
        int at = from;
        for (int i = row; i < row + count; i++) {
            if (!isNull(i)) {
                int length = end - at < Integer.BYTES ? -1 : (int) INTS.get(page, at);
                at += Integer.BYTES;
                if (length < 0 || length > end - at) {
                    throw new ParquetDecodingException("a page ends before its last value");
                }
                append(page, at, length);
                at += length;
            }
            starts[i + 1] = size;
        }
        plainDone(at - from);
    }

    private void append(byte[] source, int at, int length) {
        if (length > bytes.length - size) {
            long needed = (long) size + length;
            if (needed > Integer.MAX_VALUE - Long.BYTES) {
                throw new ParquetDecodingException("[%d] bytes in a few rows of one column".formatted(needed));
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - Long.BYTES, Math.max(2L * bytes.length, needed)));
        }
        System.arraycopy(source, at, bytes, size, length);
        size += length;
    }

    @Override
    ValueBatch finish(boolean[] nulls) {
        return coded ? new ValueBatch.Codes(dictionary, codes, nulls)
                : new ValueBatch.Bytes(new ByteValues(bytes, starts), nulls);
    }
}
