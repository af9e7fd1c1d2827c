package org.narwhaldb.store.iceberg;

import java.util.Arrays;
import java.util.List;
import org.narwhaldb.segment.ByteValues;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.ValueBatch;

/// The rows of batches, one at a time.
final class BatchRowCursor implements SourceRows {
    private final SourceBatches batches;
    private final ColumnType[] types;
    private final ValueBatch[] columns;
    private int row = -1;

    BatchRowCursor(SourceBatches batches, List<Field> columns) {
        this.batches = batches;
        this.types = columns.stream().map(Field::type).toArray(ColumnType[]::new);
        this.columns = new ValueBatch[types.length];
    }

    @Override
    public boolean next() {
        row++;
        if (row == batches.rowCount()) {
            Arrays.fill(columns, null);
            row = batches.next() ? 0 : -1;
        }
        return row >= 0;
    }

    @Override
    public long position() {
        return batches.position() + row;
    }

    @Override
    public boolean isNull(int column) {
        ValueBatch batch = batch(column);
        return batch instanceof ValueBatch.Shapes(Object[] values) ? values[row] == null
                : batch.isNull() != null && batch.isNull()[row];
    }

    @Override
    public long longValue(int column) {
        return switch (batch(column)) {
            case ValueBatch.Longs longs -> longs.values()[row];
            case ValueBatch.Shapes(Object[] values) -> values[row] instanceof Long number ? number : 0;
            default -> throw new IllegalStateException("Not a column of whole numbers");
        };
    }

    @Override
    public void appendTo(int column, SegmentBuilder.ColumnAppender appender) {
        if (isNull(column)) {
            appender.appendNull();
            return;
        }
        switch (batch(column)) {
            case ValueBatch.Booleans booleans -> appender.appendBoolean(booleans.values()[row]);
            case ValueBatch.Longs longs -> appender.appendLong(longs.values()[row]);
            case ValueBatch.Doubles doubles -> appender.appendDouble(doubles.values()[row]);
            case ValueBatch.Codes codes -> append(codes.dictionary(), codes.codes()[row], appender);
            case ValueBatch.Bytes bytes -> append(bytes.values(), row, appender);
            case ValueBatch.Shapes(Object[] values) -> RecordValues.appendShape(types[column], values[row], appender);
        }
    }

    private static void append(ByteValues values, int index, SegmentBuilder.ColumnAppender appender) {
        appender.appendBytes(values.bytes(), values.starts()[index], values.length(index));
    }

    private ValueBatch batch(int column) {
        if (columns[column] == null) {
            columns[column] = batches.column(column);
        }
        return columns[column];
    }

    @Override
    public void close() {
        batches.close();
    }
}
