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
import org.apache.iceberg.parquet.ParquetValueReader;
import org.apache.iceberg.parquet.ParquetValueReaders;
import org.apache.iceberg.types.Types;
import org.apache.parquet.schema.MessageType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.store.object.LocalDisk;

/// Rows of a Parquet file, decoded column by column into fields of the columns' readers instead of objects: nothing is
/// allocated for a row but for nested values. Iceberg's reader drives it, so that row groups, pruning of the file's
/// schema and name mapping are Iceberg's own. All rows of the file are read in order, so that the position is a count.
final class ParquetRows implements SourceRows {
    private final String location;
    private final CloseableIterator<Object> rows;
    private RowReader reader;
    private long position = -1;

    /// @param schema the columns wanted, in the order of `columns`
    /// @param constants by field id, in Iceberg's generic data model
    ParquetRows(
            InputFile file, Schema schema, List<Field> columns, Map<Integer, ?> constants, NameMapping nameMapping) {
        this.location = file.location();
        Parquet.ReadBuilder builder = Parquet.read(file).project(schema).reuseContainers()
                .createReaderFunc(message -> reader = newReader(schema, columns, constants, message));
        if (nameMapping != null) {
            builder.withNameMapping(nameMapping);
        }
        CloseableIterable<Object> iterable = builder.build();
        this.rows = iterable.iterator();
    }

    private static RowReader newReader(
            Schema schema, List<Field> columns, Map<Integer, ?> constants, MessageType message) {
        List<ParquetColumn> cursors = new ArrayList<>();
        for (int index = 0; index < columns.size(); index++) {
            Types.NestedField column = schema.columns().get(index);
            cursors.add(ParquetColumns.open(column, columns.get(index), constants, message));
        }
        return new RowReader(cursors);
    }

    @Override
    public boolean next() {
        try {
            if (!rows.hasNext()) {
                return false;
            }
            rows.next();
            position++;
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
    public boolean isNull(int column) {
        return reader.columns[column].isNull();
    }

    @Override
    public long longValue(int column) {
        return reader.columns[column].longValue();
    }

    @Override
    public void appendTo(int column, SegmentBuilder.ColumnAppender appender) {
        ParquetColumn cursor = reader.columns[column];
        if (cursor.isNull()) {
            appender.appendNull();
        } else {
            cursor.appendTo(appender);
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

    /// The root of Iceberg's tree of readers: it steps the columns, which keep what they read.
    private static final class RowReader extends ParquetValueReaders.StructReader<Object, Object> {
        private final ParquetColumn[] columns;

        private RowReader(List<ParquetColumn> columns) {
            super(columns.stream().<ParquetValueReader<?>>map(ParquetColumn::reader).toList());
            this.columns = columns.toArray(ParquetColumn[]::new);
        }

        @Override
        protected Object newStructData(Object reuse) {
            return this;
        }

        @Override
        protected Object getField(Object row, int column) {
            return null;
        }

        @Override
        protected void set(Object row, int column, Object value) {
            columns[column].accept(value);
        }

        @Override
        protected Object buildStruct(Object row) {
            return row;
        }
    }
}
