package org.narwhaldb.store.iceberg;

/// Data files on their way into one table. Files written stay invisible until `commit`; `abort` removes them. Not
/// thread-safe.
public interface LakeLoad extends AutoCloseable {

    /// Appends one row, values by top-level column in the shape of `org.narwhaldb.segment.NestedValues`; files roll by
    /// size.
    void writeRow(Object[] row);

    /// Another way in for rows, into files of its own: one thread may use it while others use theirs, and none while the
    /// load commits or closes.
    Rows rows();

    /// Takes rows a value at a time: every top-level column is set, in any order, then the row ends. A row that was not
    /// ended is forgotten once its columns are set anew.
    interface Rows {
        void setNull(int column);

        void setBoolean(int column, boolean value);

        void setLong(int column, long value);

        void setDouble(int column, double value);

        void setBytes(int column, byte[] bytes, int offset, int length);

        /// @param value in the shape of `org.narwhaldb.segment.NestedValues`, not null
        void setShape(int column, Object value);

        void endRow();
    }

    /// Adds a Parquet file whose schema fits by copying it, unread, into the table's location: columns by field id, or
    /// by the table's name mapping; metrics from its footer. Checks first: types equal or promotable to the table's,
    /// required columns present, no unknown column. Threads may add files at the same time.
    ///
    /// @throws org.narwhaldb.segment.error.NarwhalException SCHEMA_MISMATCH (column and both types), BAD_INPUT_FILE
    void addParquet(String uri);

    /// Rows so far.
    long rowCount();

    int fileCount();

    /// Commits one append (or one overwrite of all rows), with `narwhal.load-id` in the snapshot summary. A load id
    /// that the history already has commits nothing and returns that snapshot's id.
    ///
    /// @throws org.narwhaldb.segment.error.NarwhalException COMMIT_OUTCOME_UNKNOWN (files are kept), LOAD_CONFLICT
    long commit(boolean overwrite);

    /// Deletes files not committed.
    @Override
    void close();
}
