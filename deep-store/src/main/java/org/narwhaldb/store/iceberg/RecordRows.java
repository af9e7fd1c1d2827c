package org.narwhaldb.store.iceberg;

import java.io.IOException;
import java.util.List;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.store.object.LocalDisk;

/// Rows through Iceberg's generic data model: Avro and ORC files. All rows of the file are read in order, so that the
/// position is a count.
final class RecordRows implements SourceRows {
    private final String location;
    private final CloseableIterator<Record> records;
    private final ColumnType[] types;
    private Record record;
    private long position = -1;

    RecordRows(String location, CloseableIterable<Record> records, List<Field> columns) {
        this.location = location;
        this.records = records.iterator();
        this.types = columns.stream().map(Field::type).toArray(ColumnType[]::new);
    }

    @Override
    public boolean next() {
        try {
            if (!records.hasNext()) {
                return false;
            }
            record = records.next();
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
        return record.get(column) == null;
    }

    @Override
    public long longValue(int column) {
        Object value = record.get(column);
        return value == null ? 0 : RecordValues.toLong(types[column], value);
    }

    @Override
    public void appendTo(int column, SegmentBuilder.ColumnAppender appender) {
        Object value = record.get(column);
        if (value == null) {
            appender.appendNull();
        } else {
            RecordValues.append(types[column], value, appender);
        }
    }

    @Override
    public void close() {
        try {
            records.close();
        } catch (IOException e) {
            throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot close [%s]".formatted(location), e);
        }
    }
}
