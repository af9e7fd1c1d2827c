package org.narwhaldb.store.iceberg;

import org.apache.parquet.column.page.PageReadStore;
import org.narwhaldb.segment.ValueBatch;

/// Reads one column of a Parquet file from front to back, some rows at a time.
interface BatchColumn {
    default void startRowGroup(PageReadStore pages) {}

    /// The next rows of the row group; what is returned is valid until the next call.
    ValueBatch read(int rows);
}
