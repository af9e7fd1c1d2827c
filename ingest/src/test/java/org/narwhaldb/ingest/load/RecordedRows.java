package org.narwhaldb.ingest.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.store.iceberg.LakeLoad;

/// Keeps the rows it is given, bytes as text.
final class RecordedRows implements LakeLoad.Rows {
    final List<List<Object>> rows = new ArrayList<>();
    final Object[] row;

    RecordedRows(int columns) {
        row = new Object[columns];
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
        setShape(column, Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Override
    public void setShape(int column, Object value) {
        row[column] = text(value);
    }

    static Object text(Object value) {
        return switch (value) {
            case byte[] bytes -> Arrays.toString(bytes);
            case Object[] values -> Arrays.stream(values).map(RecordedRows::text).toList().toString();
            case null, default -> value;
        };
    }

    @Override
    public void endRow() {
        rows.add(new ArrayList<>(Arrays.asList(row)));
    }
}
