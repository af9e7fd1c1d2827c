package org.narwhaldb.store.iceberg;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.FieldMetrics;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/// A flat column of the open row group of a Parquet file: the rows of the page being filled as they came, the pages
/// before it encoded and compressed. A page is encoded by loops over its values; value by value, as parquet-java writes,
/// costs several times as much.
///
/// Values are written by a dictionary while it is small and pays, as by parquet-java: it is given up for good if the first
/// page is not smaller by it, and for the pages that follow if it outgrows its limit.
abstract class ColumnChunk {
    /// How large pages, row groups and files become.
    record Limits(int pageRows, long pageBytes, long dictionaryBytes, long groupBytes, long fileBytes) {}

    private record Page(int rows, int plainSize, byte[] compressed, Statistics<?> statistics, Encoding encoding) {}

    private final ColumnDescriptor descriptor;
    private final Limits limits;
    private final List<Page> pages = new ArrayList<>();
    private final PageOutput output = new PageOutput();
    private final boolean[] isNull;
    /// Levels or codes of a page.
    private final int[] numbers;
    private boolean dictionaryOpen = true;
    private long bytes;
    private long rows;
    private long nulls;

    ColumnChunk(ColumnDescriptor descriptor, Limits limits) {
        this.descriptor = descriptor;
        this.limits = limits;
        this.isNull = new boolean[limits.pageRows()];
        this.numbers = new int[limits.pageRows()];
    }

    final ColumnDescriptor descriptor() {
        return descriptor;
    }

    final boolean isNull(int row) {
        return isNull[row];
    }

    /// Compressed, of the pages that are finished.
    final long bytes() {
        return bytes;
    }

    void setNull(int row) {
        isNull[row] = true;
    }

    /// For those who set a value.
    final void setPresent(int row) {
        isNull[row] = false;
    }

    void setBoolean(int row, boolean value) {
        throw RowWriter.doesNotFit(descriptor, value);
    }

    void setLong(int row, long value) {
        throw RowWriter.doesNotFit(descriptor, value);
    }

    void setDouble(int row, double value) {
        throw RowWriter.doesNotFit(descriptor, value);
    }

    void setBytes(int row, byte[] value, int offset, int length) {
        throw RowWriter.doesNotFit(descriptor, length + " bytes");
    }

    abstract void setShape(int row, Object value);

    /// Encodes the rows set since the last page.
    final void endPage(int rowCount, ZstdCompressCtx zstd) {
        Statistics<?> statistics = Statistics.createStats(descriptor.getPrimitiveType());
        output.clear();
        int present = putLevels(rowCount);
        statistics.incrementNumNulls(rowCount - present);
        gather(rowCount);
        boolean coded = dictionaryOpen && present > 0 && putCodes(present);
        if (!coded) {
            putPlain(present, output);
            // without a value there is nothing to decide
            dictionaryOpen &= present == 0;
        }
        Encoding encoding = coded ? Encoding.PLAIN_DICTIONARY : Encoding.PLAIN;
        measure(present, coded ? numbers : null, statistics);
        byte[] compressed = compress(zstd);
        pages.add(new Page(rowCount, output.size(), compressed, statistics, encoding));
        bytes += compressed.length;
        rows += rowCount;
        nulls += rowCount - present;
    }

    /// Puts the values gathered as codes; false, with nothing put, if they are better plain.
    private boolean putCodes(int count) {
        boolean first = dictionarySize() == 0;
        int from = output.size();
        boolean coded = encode(count, numbers, limits.dictionaryBytes());
        if (coded) {
            int width = Integer.SIZE - Integer.numberOfLeadingZeros(dictionarySize() - 1);
            output.putByte(width);
            output.putHybrid(numbers, count, width);
            coded = !first || output.size() - from + dictionaryBytes() < plainBytes(count);
        }
        if (!coded) {
            output.truncate(from);
            if (first) {
                clearDictionary();
            }
        }
        return coded;
    }

    private byte[] compress(ZstdCompressCtx zstd) {
        byte[] target = new byte[(int) Zstd.compressBound(output.size())];
        int length = zstd.compressByteArray(target, 0, target.length, output.bytes(), 0, output.size());
        return Arrays.copyOf(target, length);
    }

    private int putLevels(int rowCount) {
        if (descriptor.getMaxDefinitionLevel() == 0) {
            return rowCount;
        }
        int present = 0;
        for (int row = 0; row < rowCount; row++) {
            numbers[row] = isNull[row] ? 0 : 1;
            present += numbers[row];
        }
        output.putInt(0);
        output.putHybrid(numbers, rowCount, 1);
        output.setInt(0, output.size() - Integer.BYTES);
        return present;
    }

    /// Writes the pages, and begins again.
    final void writeTo(ParquetFileWriter writer, long groupRows, ZstdCompressCtx zstd) throws IOException {
        writer.startColumn(descriptor, groupRows, CompressionCodecName.ZSTD);
        if (dictionarySize() > 0) {
            output.clear();
            putDictionary(output);
            byte[] compressed = compress(zstd);
            writer.writeDictionaryPage(new DictionaryPage(BytesInput.from(compressed), output.size(), dictionarySize(),
                    Encoding.PLAIN_DICTIONARY));
        }
        for (Page page : pages) {
            writer.writeDataPage(page.rows, page.plainSize, BytesInput.from(page.compressed), page.statistics, page.rows,
                    Encoding.RLE, Encoding.RLE, page.encoding);
        }
        writer.endColumn();
        pages.clear();
        bytes = 0;
        clearDictionary();
        dictionaryOpen = true;
    }

    /// What Iceberg wants to know and the footer does not say, of all rows so far; and begins again.
    final Optional<FieldMetrics<?>> takeMetrics() {
        Optional<FieldMetrics<?>> metrics = metrics(descriptor.getPrimitiveType().getId().intValue(), rows, nulls);
        rows = 0;
        nulls = 0;
        return metrics;
    }

    abstract Optional<FieldMetrics<?>> metrics(int fieldId, long valueCount, long nullCount);

    /// Brings the values that are there together.
    abstract void gather(int rowCount);

    /// Numbers the values gathered by the dictionary, which grows.
    ///
    /// @return false if it may not grow so far; then it stands as before, or with more values
    abstract boolean encode(int count, int[] codes, long bytesMax);

    /// Adds the smallest and largest of the values gathered.
    ///
    /// @param codes of the values; null if the page is not by the dictionary
    abstract void measure(int count, int[] codes, Statistics<?> statistics);

    abstract int dictionarySize();

    abstract long dictionaryBytes();

    abstract void clearDictionary();

    abstract void putDictionary(PageOutput target);

    abstract long plainBytes(int count);

    abstract void putPlain(int count, PageOutput target);
}
