package org.narwhaldb.store.iceberg;

import org.narwhaldb.segment.ValueBatch;

/// Batches gathered from a cursor over rows.
final class RowBatches implements SourceBatches {
    private static final int ROWS_MAX = 1 << 10;

    private final SourceRows rows;
    private final Object[][] values;
    private final ShapeSink sink = new ShapeSink();
    private long position;
    private int rowCount;

    RowBatches(SourceRows rows, int columnCount) {
        this.rows = rows;
        this.values = new Object[columnCount][ROWS_MAX];
    }

    @Override
    public boolean next() {
        rowCount = 0;
        while (rowCount < ROWS_MAX && rows.next()) {
            if (rowCount == 0) {
                position = rows.position();
            }
            for (int column = 0; column < values.length; column++) {
                rows.appendTo(column, sink);
                values[column][rowCount] = sink.take();
            }
            rowCount++;
        }
        return rowCount > 0;
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
        return new ValueBatch.Shapes(values[index]);
    }

    @Override
    public void close() {
        rows.close();
    }
}
