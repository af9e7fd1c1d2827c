package org.narwhaldb.store.iceberg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.parquet.VectorizedReader;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.schema.MessageType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.ValueBatch;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.store.object.LocalDisk;

/// Batches of a Parquet file. Iceberg's vectorised reader drives it, so that row groups, pruning of the file's schema
/// and name mapping are Iceberg's own; columns are decoded here. All rows of the file are read in order, so that the
/// position is a count.
final class ParquetBatches implements SourceBatches {
    static final int ROWS_MAX = 1 << 15;
    /// Of values, on average, in a batch.
    private static final long BATCH_BYTES = 16L << 20;
    private static final int ROWS_MIN = 64;

    private final String location;
    private final CloseableIterator<Integer> rows;
    private Model model;
    /// Rows of Iceberg's batch that were not handed out yet.
    private int left;
    private int rowCount;
    private long position;

    /// @param schema the columns wanted, in the order of `columns`
    /// @param constants by field id, in Iceberg's generic data model
    ParquetBatches(
            InputFile file, Schema schema, List<Field> columns, Map<Integer, ?> constants, NameMapping nameMapping) {
        this.location = file.location();
        Parquet.ReadBuilder builder = Parquet.read(file).project(schema).recordsPerBatch(ROWS_MAX)
                .createBatchedReaderFunc(message -> model = newModel(schema, columns, constants, message));
        if (nameMapping != null) {
            builder.withNameMapping(nameMapping);
        }
        CloseableIterable<Integer> iterable = builder.build();
        this.rows = iterable.iterator();
    }

    private static Model newModel(Schema schema, List<Field> columns, Map<Integer, ?> constants, MessageType message) {
        List<BatchColumn> cursors = new ArrayList<>();
        Object pageLock = new Object();
        for (int index = 0; index < columns.size(); index++) {
            cursors.add(ParquetColumns.open(
                    schema.columns().get(index), columns.get(index), constants, message, pageLock));
        }
        return new Model(cursors.toArray(BatchColumn[]::new));
    }

    @Override
    public boolean next() {
        try {
            position += rowCount;
            if (left == 0) {
                rowCount = 0;
                if (!rows.hasNext()) {
                    return false;
                }
                left = rows.next();
            }
            rowCount = Math.min(left, model.rowsMax);
            left -= rowCount;
            model.startBatch(rowCount);
            return true;
        } catch (RuntimeException e) {
            throw Failures.source("Data file", location, e);
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public int rowCount() {
        return rowCount;
    }

    @Override
    public ValueBatch column(int index) {
        try {
            return model.column(index);
        } catch (RuntimeException e) {
            throw Failures.source("Data file", location, e);
        }
    }

    @Override
    public void close() {
        try {
            rows.close();
        } catch (IOException e) {
            throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot close [%s]".formatted(location), e);
        }
    }

    /// What Iceberg's reader calls: it is told of row groups, and of rows to read, which columns do when they are asked.
    private static final class Model implements VectorizedReader<Integer> {
        private final BatchColumn[] columns;
        private final ValueBatch[] decoded;
        /// By column rows of the row group, up to the present batch's end, that were not decoded.
        private final int[] behind;
        private int rowsMax = ROWS_MAX;
        private int batchRows;

        private Model(BatchColumn[] columns) {
            this.columns = columns;
            this.decoded = new ValueBatch[columns.length];
            this.behind = new int[columns.length];
        }

        @Override
        public void setRowGroupInfo(PageReadStore pages, Map<ColumnPath, ColumnChunkMetaData> chunks) {
            long bytes = chunks.values().stream().mapToLong(ColumnChunkMetaData::getTotalUncompressedSize).sum();
            rowsMax = (int) Math.clamp(BATCH_BYTES * pages.getRowCount() / Math.max(1, bytes), ROWS_MIN, ROWS_MAX);
            for (int index = 0; index < columns.length; index++) {
                columns[index].startRowGroup(pages);
                behind[index] = 0;
            }
        }

        @Override
        public Integer read(Integer reuse, int count) {
            return count;
        }

        private void startBatch(int count) {
            batchRows = count;
            for (int index = 0; index < columns.length; index++) {
                decoded[index] = null;
                behind[index] += count;
            }
        }

        private ValueBatch column(int index) {
            while (behind[index] > batchRows) {
                int count = Math.min(behind[index] - batchRows, ROWS_MAX);
                columns[index].read(count);
                behind[index] -= count;
            }
            if (decoded[index] == null) {
                decoded[index] = columns[index].read(batchRows);
                behind[index] = 0;
            }
            return decoded[index];
        }

        @Override
        public void setBatchSize(int batchSize) {}

        @Override
        public void close() {}
    }
}
