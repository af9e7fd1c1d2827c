package org.narwhaldb.store.iceberg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.object.LocalDisk;

/// Rows into rolling Parquet files, one open per partition (just one if the table is unpartitioned), in the table's
/// current schema and spec, row by row through Iceberg's writer: for what [FlatFiles] does not write.
final class PartitionedFiles implements RowFiles {
    private static final long FILE_BYTES_DEFAULT = 256L << 20;
    private static final int OPEN_FILES_MAX = 32;
    /// A writer holds a row group in memory; many are open in a partitioned table.
    private static final long PARTITIONED_ROW_GROUP_BYTES = 16L << 20;
    /// Asking a writer for its length is not free.
    private static final int ROWS_BETWEEN_CHECKS = 8192;

    private final Table table;
    private final Schema schema;
    private final OutputFileFactory outputFiles;
    private final long fileBytes;
    private final PartitionKey key;
    private final RowStruct struct;
    private final Map<StructLike, Open> open = new HashMap<>();
    private final List<DataFile> done = new ArrayList<>();
    private final List<String> started = new ArrayList<>();
    private Open unpartitioned;
    private Object[] row;

    private static final class Open {
        private final DataWriter<Object[]> writer;
        private long rows;

        private Open(DataWriter<Object[]> writer) {
            this.writer = writer;
        }
    }

    PartitionedFiles(Table table) {
        this.table = table;
        this.schema = table.schema();
        this.outputFiles = OutputFileFactory.builderFor(table, 0, 0).format(FileFormat.PARQUET).build();
        String target = table.properties().get(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES);
        this.fileBytes = target == null ? FILE_BYTES_DEFAULT : Long.parseLong(target);
        this.key = new PartitionKey(table.spec(), schema);
        this.struct = new RowStruct(schema.asStruct());
        this.row = new Object[schema.columns().size()];
    }

    @Override
    public void setNull(int column) {
        row[column] = null;
    }

    @Override
    public void setBoolean(int column, boolean value) {
        row[column] = value;
    }

    @Override
    public void setLong(int column, long value) {
        row[column] = value;
    }

    @Override
    public void setDouble(int column, double value) {
        row[column] = value;
    }

    @Override
    public void setBytes(int column, byte[] bytes, int offset, int length) {
        row[column] = Arrays.copyOfRange(bytes, offset, offset + length);
    }

    @Override
    public void setShape(int column, Object value) {
        row[column] = value;
    }

    @Override
    public void endRow() {
        try {
            Open file = file();
            file.writer.write(row);
            file.rows++;
            if (file.rows % ROWS_BETWEEN_CHECKS == 0 && file.writer.length() >= fileBytes) {
                finish(file);
                open.values().remove(file);
                unpartitioned = unpartitioned == file ? null : unpartitioned;
            }
        } catch (IOException | RuntimeException e) {
            throw failure(e);
        }
    }

    private Open file() throws IOException {
        if (table.spec().isUnpartitioned()) {
            if (unpartitioned == null) {
                unpartitioned = start(null);
            }
            return unpartitioned;
        }
        key.partition(struct.wrap(row));
        Open file = open.get(key);
        if (file == null) {
            if (open.size() >= OPEN_FILES_MAX) {
                closeLargest();
            }
            PartitionKey partition = key.copy();
            file = start(partition);
            open.put(partition, file);
        }
        return file;
    }

    private void closeLargest() throws IOException {
        Open largest = open.values().stream().max((one, other) -> Long.compare(one.rows, other.rows)).orElseThrow();
        finish(largest);
        open.values().remove(largest);
    }

    private Open start(PartitionKey partition) throws IOException {
        EncryptedOutputFile output = partition == null
                ? outputFiles.newOutputFile() : outputFiles.newOutputFile(table.spec(), partition);
        started.add(output.encryptingOutputFile().location());
        Parquet.DataWriteBuilder builder = Parquet.writeData(output)
                .schema(schema)
                .setAll(table.properties())
                .metricsConfig(MetricsConfig.forTable(table))
                .withSpec(table.spec())
                .withPartition(partition)
                .createWriterFunc((ignored, message) -> RowWriter.open(message));
        if (partition != null && !table.properties().containsKey(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES)) {
            builder.set(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, String.valueOf(PARTITIONED_ROW_GROUP_BYTES));
        }
        return new Open(builder.build());
    }

    private void finish(Open file) throws IOException {
        file.writer.close();
        done.add(file.writer.toDataFile());
    }

    @Override
    public List<DataFile> finish() {
        try {
            for (Open file : open.values()) {
                finish(file);
            }
            open.clear();
            if (unpartitioned != null) {
                finish(unpartitioned);
                unpartitioned = null;
            }
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
        List<Open> files = new ArrayList<>(open.values());
        if (unpartitioned != null) {
            files.add(unpartitioned);
        }
        for (Open file : files) {
            try {
                file.writer.close();
            } catch (IOException | RuntimeException e) {
                // the file is about to be deleted
            }
        }
        open.clear();
        unpartitioned = null;
    }

    private NarwhalException failure(Exception cause) {
        return LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE,
                "Cannot write data files of table [%s]".formatted(table.name()),
                cause);
    }
}
