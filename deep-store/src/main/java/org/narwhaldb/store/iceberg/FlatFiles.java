package org.narwhaldb.store.iceberg;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.encryption.PlaintextEncryptionManager;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.store.object.LocalDisk;

/// Rows of a table of flat columns, without partitions, into rolling Parquet files, column by column: [ColumnChunk]s encode
/// pages, parquet-java frames them. Files are as Iceberg's own writer makes them: its schema with field ids, zstd, pages of
/// version 1, statistics of pages and chunks.
final class FlatFiles implements RowFiles {
    private static final long FILE_BYTES_DEFAULT = 256L << 20;
    private static final int STATISTICS_BYTES_MAX = 64;
    private static final String PARQUET_PROPERTIES = "write.parquet.";
    private static final Set<String> KNOWN_PROPERTIES = Set.of(TableProperties.PARQUET_COMPRESSION,
            TableProperties.PARQUET_COMPRESSION_LEVEL, TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
            TableProperties.PARQUET_PAGE_SIZE_BYTES, TableProperties.PARQUET_PAGE_ROW_LIMIT,
            TableProperties.PARQUET_DICT_SIZE_BYTES);
    private static final int ZSTD_LEVEL_DEFAULT = 3;

    private final Table table;
    private final OutputFileFactory outputFiles;
    private final MessageType message;
    private final ColumnChunk.Limits limits;
    private final ColumnChunk[] columns;
    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private final List<DataFile> done = new ArrayList<>();
    private final List<String> started = new ArrayList<>();
    /// Rows of the open page, and the bytes set in them.
    private int row;
    private long pageBytes;
    private long groupRows;
    private ParquetFileWriter writer;
    private Output output;

    FlatFiles(Table table) {
        this.table = table;
        this.outputFiles = OutputFileFactory.builderFor(table, 0, 0).format(FileFormat.PARQUET).build();
        this.message = ParquetSchemaUtil.convert(table.schema(), "table");
        this.limits = new ColumnChunk.Limits(
                (int) number(TableProperties.PARQUET_PAGE_ROW_LIMIT, TableProperties.PARQUET_PAGE_ROW_LIMIT_DEFAULT),
                number(TableProperties.PARQUET_PAGE_SIZE_BYTES, TableProperties.PARQUET_PAGE_SIZE_BYTES_DEFAULT),
                number(TableProperties.PARQUET_DICT_SIZE_BYTES, TableProperties.PARQUET_DICT_SIZE_BYTES_DEFAULT),
                number(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES_DEFAULT),
                number(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES, FILE_BYTES_DEFAULT));
        this.columns = message.getColumns().stream().map(column -> switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case BINARY, FIXED_LEN_BYTE_ARRAY -> new BytesChunk(column, limits);
            default -> new NumberChunk(column, limits);
        }).toArray(ColumnChunk[]::new);
        zstd.setLevel((int) number(TableProperties.PARQUET_COMPRESSION_LEVEL, ZSTD_LEVEL_DEFAULT));
    }

    /// Whether this class writes what the table wants.
    static boolean fits(Table table) {
        return table.spec().isUnpartitioned() && table.encryption() instanceof PlaintextEncryptionManager
                && "zstd".equalsIgnoreCase(table.properties().get(TableProperties.PARQUET_COMPRESSION))
                && table.properties().keySet().stream()
                .allMatch(key -> !key.startsWith(PARQUET_PROPERTIES) || KNOWN_PROPERTIES.contains(key))
                && ParquetSchemaUtil.convert(table.schema(), "table").getFields().stream().allMatch(Type::isPrimitive);
    }

    private long number(String property, long otherwise) {
        String value = table.properties().get(property);
        return value == null ? otherwise : Long.parseLong(value);
    }

    @Override
    public void setNull(int column) {
        columns[column].setNull(row);
    }

    @Override
    public void setBoolean(int column, boolean value) {
        columns[column].setBoolean(row, value);
    }

    @Override
    public void setLong(int column, long value) {
        columns[column].setLong(row, value);
    }

    @Override
    public void setDouble(int column, double value) {
        columns[column].setDouble(row, value);
    }

    @Override
    public void setBytes(int column, byte[] bytes, int offset, int length) {
        columns[column].setBytes(row, bytes, offset, length);
        pageBytes += length;
    }

    @Override
    public void setShape(int column, Object value) {
        columns[column].setShape(row, value);
        pageBytes += value instanceof byte[] bytes ? bytes.length : Long.BYTES;
    }

    @Override
    public void endRow() {
        if (writer == null) {
            start();
        }
        row++;
        if (row == limits.pageRows() || pageBytes >= limits.pageBytes() * columns.length) {
            endPage();
        }
    }

    private void endPage() {
        long bytes = 0;
        for (ColumnChunk column : columns) {
            column.endPage(row, zstd);
            bytes += column.bytes();
        }
        groupRows += row;
        row = 0;
        pageBytes = 0;
        try {
            boolean full = writer.getPos() + bytes >= limits.fileBytes();
            if (full || bytes >= limits.groupBytes()) {
                endGroup();
            }
            if (full) {
                end();
            }
        } catch (IOException | RuntimeException e) {
            throw failure(e);
        }
    }

    private void start() {
        output = new Output(outputFiles.newOutputFile().encryptingOutputFile());
        started.add(output.file.location());
        try {
            writer = new ParquetFileWriter(output, message, ParquetFileWriter.Mode.CREATE, limits.groupBytes(), 0,
                    STATISTICS_BYTES_MAX, Integer.MAX_VALUE, true);
            writer.start();
        } catch (IOException | RuntimeException e) {
            throw failure(e);
        }
    }

    private void endGroup() throws IOException {
        writer.startBlock(groupRows);
        for (ColumnChunk column : columns) {
            column.writeTo(writer, groupRows, zstd);
        }
        writer.endBlock();
        groupRows = 0;
    }

    private void end() throws IOException {
        writer.end(Map.of("iceberg.schema", SchemaParser.toJson(table.schema())));
        writer.close();
        List<FieldMetrics<?>> metrics = new ArrayList<>();
        Arrays.stream(columns).map(ColumnChunk::takeMetrics).flatMap(Optional::stream).forEach(metrics::add);
        done.add(DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(output.file.location())
                .withFileSizeInBytes(output.length)
                .withFormat(FileFormat.PARQUET)
                .withMetrics(ParquetUtil.footerMetrics(writer.getFooter(), metrics.stream(), MetricsConfig.forTable(table)))
                .withSplitOffsets(ParquetUtil.getSplitOffsets(writer.getFooter()))
                .build());
        writer = null;
    }

    @Override
    public List<DataFile> finish() {
        try {
            if (row > 0) {
                endPage();
            }
            if (groupRows > 0) {
                endGroup();
            }
            if (writer != null) {
                end();
            }
            zstd.close();
            return List.copyOf(done);
        } catch (IOException | RuntimeException e) {
            throw failure(e);
        }
    }

    @Override
    public List<String> started() {
        return started;
    }

    @Override
    public void abandon() {
        zstd.close();
        if (writer != null) {
            try {
                writer.close();
            } catch (IOException | RuntimeException e) {
                // the file is about to be deleted
            }
            writer = null;
        }
    }

    private RuntimeException failure(Exception cause) {
        return LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE,
                "Cannot write data files of table [%s]".formatted(table.name()), cause);
    }

    /// Iceberg's file as parquet-java wants it.
    private static final class Output implements org.apache.parquet.io.OutputFile {
        private final OutputFile file;
        /// Once it is closed.
        private long length;

        private Output(OutputFile file) {
            this.file = file;
        }

        @Override
        public PositionOutputStream create(long blockSize) {
            return new Stream(file.create());
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSize) {
            return new Stream(file.createOrOverwrite());
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }

        private final class Stream extends PositionOutputStream {
            private final org.apache.iceberg.io.PositionOutputStream stream;

            private Stream(org.apache.iceberg.io.PositionOutputStream stream) {
                this.stream = stream;
            }

            @Override
            public long getPos() throws IOException {
                return stream.getPos();
            }

            @Override
            public void write(int value) throws IOException {
                stream.write(value);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                stream.write(bytes, offset, count);
            }

            @Override
            public void flush() throws IOException {
                stream.flush();
            }

            @Override
            public void close() throws IOException {
                length = stream.getPos();
                stream.close();
            }
        }
    }
}
