package org.narwhaldb.engine.batch;

import java.util.List;

/// Rows between operators: typed columns of equal length. Immutable; its arrays may be shared with other batches.
/// Operators yield at most [#ROWS_MAX] rows a batch, and no empty ones.
public record Batch(int rowCount, List<Column> columns) {
    public static final int ROWS_MAX = 4_096;

    public Batch {
        columns = List.copyOf(columns);
    }

    public Column column(int index) {
        return columns.get(index);
    }
}
