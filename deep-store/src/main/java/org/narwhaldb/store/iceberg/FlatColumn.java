package org.narwhaldb.store.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.values.RequiresPreviousReader;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.narwhaldb.segment.ValueBatch;

/// A top-level primitive column, decoded page by page (https://parquet.apache.org/docs/file-format/data-pages/): NULLs
/// from the definition levels, and plain values or dictionary ids by loops over the page's bytes. For other encodings
/// parquet-java's readers are asked value by value. A subclass holds the values of a batch.
abstract class FlatColumn implements BatchColumn {
    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ColumnDescriptor descriptor;
    private final Object pageLock;
    /// Plain booleans are bits, which parquet-java's reader counts.
    private final boolean isBits;
    private PageReader pages;
    private int pageLeft;
    private HybridInts levels;
    private ValuesReader otherLevels;
    private HybridInts ids;
    private ValuesReader other;
    private byte[] page;
    private int pageAt;
    private int pageEnd;
    private boolean[] isNull = {};
    private int[] numbers = {};

    /// @param pageLock held while a page is fetched: columns of a file share its stream and decompressors
    FlatColumn(ColumnDescriptor descriptor, Object pageLock) {
        this.descriptor = descriptor;
        this.pageLock = pageLock;
        this.isBits = descriptor.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BOOLEAN;
    }

    @Override
    public final void startRowGroup(PageReadStore store) {
        pages = store.getPageReader(descriptor);
        pageLeft = 0;
        other = null;
        try {
            DictionaryPage dictionary = pages.readDictionaryPage();
            setDictionary(dictionary == null ? null : dictionary.getEncoding().initDictionary(descriptor, dictionary));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public final ValueBatch read(int rows) {
        if (isNull.length < rows) {
            isNull = new boolean[rows];
            numbers = new int[rows];
        }
        start(rows);
        int nulls = 0;
        int row = 0;
        while (row < rows) {
            while (pageLeft == 0) {
                nextPage();
            }
            int count = Math.min(rows - row, pageLeft);
            int present = readLevels(row, count);
            take(row, count, present);
            nulls += count - present;
            pageLeft -= count;
            row += count;
        }
        return finish(nulls == 0 ? null : isNull);
    }

    /// @param dictionary of the row group that begins, null if it has none
    abstract void setDictionary(Dictionary dictionary);

    /// A batch begins.
    abstract void start(int rows);

    /// Decodes `present` values of the current page and puts them, in order, where of the `count` rows from `row` on
    /// `isNull` is false.
    abstract void take(int row, int count, int present);

    abstract ValueBatch finish(boolean[] nulls);

    final ColumnDescriptor descriptor() {
        return descriptor;
    }

    final boolean isNull(int row) {
        return isNull[row];
    }

    final boolean hasIds() {
        return ids != null;
    }

    /// The next values' dictionary ids.
    final int[] ids(int count) {
        ids.read(numbers, 0, count);
        return numbers;
    }

    /// Where to read values that are neither plain nor of the dictionary; null for plain ones.
    final ValuesReader other() {
        return other;
    }

    /// The bytes of plain values; the next one starts at `plainAt`.
    final byte[] plain() {
        return page;
    }

    final int plainAt() {
        return pageAt;
    }

    final int plainEnd() {
        return pageEnd;
    }

    /// Goes over plain values.
    final void plainDone(long bytes) {
        if (bytes < 0 || bytes > pageEnd - pageAt) {
            throw tooShort();
        }
        pageAt += (int) bytes;
    }

    final void requirePlain(long bytes) {
        if (bytes < 0 || bytes > pageEnd - pageAt) {
            throw tooShort();
        }
    }

    private ParquetDecodingException tooShort() {
        return new ParquetDecodingException("a page of column %s ends before its last value"
                .formatted(String.join(".", descriptor.getPath())));
    }

    /// The number of rows that are not NULL.
    private int readLevels(int row, int count) {
        if (descriptor.getMaxDefinitionLevel() == 0) {
            Arrays.fill(isNull, row, row + count, false);
            return count;
        }
        if (otherLevels == null) {
            levels.read(numbers, 0, count);
        } else {
            for (int i = 0; i < count; i++) {
                numbers[i] = otherLevels.readInteger();
            }
        }
        int present = 0;
        int full = descriptor.getMaxDefinitionLevel();
        for (int i = 0; i < count; i++) {
            boolean defined = numbers[i] == full;
            isNull[row + i] = !defined;
            present += defined ? 1 : 0;
        }
        return present;
    }

    private void nextPage() {
        ValuesReader previous = other;
        Encoding encoding;
        levels = null;
        otherLevels = null;
        synchronized (pageLock) {
            DataPage next = pages.readPage();
            if (next == null) {
                throw new ParquetDecodingException("column %s has fewer values than its row group has rows"
                        .formatted(String.join(".", descriptor.getPath())));
            }
            try {
                encoding = switch (next) {
                    case DataPageV1 v1 -> open(v1);
                    case DataPageV2 v2 -> open(v2);
                    default -> throw new ParquetDecodingException("a page of unknown kind " + next);
                };
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            pageLeft = next.getValueCount();
        }
        try {
            openValues(encoding, previous);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Encoding open(DataPageV1 next) throws IOException {
        setPage(next.getBytes().toByteBuffer());
        if (descriptor.getMaxDefinitionLevel() > 0) {
            if (next.getDlEncoding() == Encoding.RLE) {
                requirePlain(Integer.BYTES);
                int length = (int) INTS.get(page, pageAt);
                pageAt += Integer.BYTES;
                requirePlain(length);
                levels = new HybridInts(page, pageAt, pageAt + length, levelBits());
                pageAt += length;
            } else {
                otherLevels = next.getDlEncoding().getValuesReader(descriptor, ValuesType.DEFINITION_LEVEL);
                ByteBufferInputStream stream = ByteBufferInputStream.wrap(ByteBuffer.wrap(page, pageAt, pageEnd - pageAt));
                otherLevels.initFromPage(next.getValueCount(), stream);
                pageAt += (int) stream.position();
            }
        }
        return next.getValueEncoding();
    }

    private Encoding open(DataPageV2 next) throws IOException {
        if (descriptor.getMaxDefinitionLevel() > 0) {
            setPage(next.getDefinitionLevels().toByteBuffer());
            levels = new HybridInts(page, pageAt, pageEnd, levelBits());
        }
        setPage(next.getData().toByteBuffer());
        return next.getDataEncoding();
    }

    private int levelBits() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(descriptor.getMaxDefinitionLevel());
    }

    private void setPage(ByteBuffer buffer) {
        if (buffer.hasArray()) {
            page = buffer.array();
            pageAt = buffer.arrayOffset() + buffer.position();
        } else {
            page = new byte[buffer.remaining()];
            pageAt = 0;
            buffer.duplicate().get(page);
        }
        pageEnd = pageAt + buffer.remaining();
    }

    private void openValues(Encoding encoding, ValuesReader previous) throws IOException {
        ids = null;
        other = null;
        if (encoding.usesDictionary()) {
            // without any value there may be not even a width
            ids = pageAt == pageEnd ? new HybridInts(page, pageAt, pageEnd, 0)
                    : new HybridInts(page, pageAt + 1, pageEnd, page[pageAt]);
        } else if (encoding != Encoding.PLAIN || isBits) {
            other = encoding.getValuesReader(descriptor, ValuesType.VALUES);
            other.initFromPage(pageLeft, ByteBufferInputStream.wrap(ByteBuffer.wrap(page, pageAt, pageEnd - pageAt)));
            if (previous != null && other instanceof RequiresPreviousReader sequential) {
                // PARQUET-246: old writers went on with the prefix of the page before
                sequential.setPreviousReader(previous);
            }
        }
    }
}
