package org.narwhaldb.store.iceberg;

import org.narwhaldb.segment.ValueBatch;

/// All rows of one data file in file order, some thousands at a time, column by column.
public interface SourceBatches extends AutoCloseable {
    /// Moves to the next batch; false after the last.
    boolean next();

    /// Position of the batch's first row in its file, from 0.
    long position();

    int rowCount();

    /// The batch's values of a column, valid until the next batch. Different threads may ask for different columns at
    /// the same time; no column need be asked for.
    ValueBatch column(int index);

    @Override
    void close();
}
