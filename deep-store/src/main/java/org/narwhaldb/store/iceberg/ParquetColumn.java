package org.narwhaldb.store.iceberg;

import org.apache.iceberg.parquet.ParquetValueReader;
import org.narwhaldb.segment.SegmentBuilder;

/// One column of the current row of a Parquet file.
interface ParquetColumn {
    /// What steps to the next row; it may return the value, or keep it and return null.
    ParquetValueReader<?> reader();

    /// Takes what the reader returned for the row.
    default void accept(Object value) {}

    boolean isNull();

    long longValue();

    /// Only if not null.
    void appendTo(SegmentBuilder.ColumnAppender appender);
}
