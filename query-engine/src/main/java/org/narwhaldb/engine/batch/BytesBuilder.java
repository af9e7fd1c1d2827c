package org.narwhaldb.engine.batch;

import java.util.Arrays;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Growing pool of byte strings: bytes are appended to the open entry, [#endEntry] closes it.
public final class BytesBuilder {
    private byte[] bytes;
    private int[] offsets;
    private int size;
    private int length;

    public BytesBuilder(int expectedEntries, int expectedBytes) {
        offsets = new int[Math.max(expectedEntries, 4) + 1];
        bytes = new byte[Math.max(expectedBytes, 16)];
    }

    /// Entries closed so far.
    public int size() {
        return size;
    }

    /// Bytes written so far, the open entry's too.
    public int byteCount() {
        return length;
    }

    public void append(byte value) {
        reserve(1);
        bytes[length++] = value;
    }

    public void append(byte[] source) {
        append(source, 0, source.length);
    }

    public void append(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    public void endEntry() {
        if (size + 2 > offsets.length) {
            offsets = Arrays.copyOf(offsets, offsets.length * 2);
        }
        offsets[++size] = length;
    }

    /// The pool as a column without codes; the builder is not to be used any more.
    public BytesColumn build(boolean[] nulls) {
        return new BytesColumn(bytes, Arrays.copyOf(offsets, size + 1), null, nulls);
    }

    private void reserve(int count) {
        long needed = (long) length + count;
        if (needed > bytes.length) {
            if (needed > Integer.MAX_VALUE - 16) {
                throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED,
                        "The text of one batch exceeds 2 GB; select shorter values");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 16, Math.max(needed, bytes.length * 2L)));
        }
    }
}
