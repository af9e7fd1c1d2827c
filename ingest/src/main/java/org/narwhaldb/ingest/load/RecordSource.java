package org.narwhaldb.ingest.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.iceberg.LakeLoad;

/// The records of one text file in order. Not thread-safe.
interface RecordSource extends AutoCloseable {
    /// Moves to the next record; false after the last.
    ///
    /// @throws RowProblem when the record is malformed; the next call goes on behind it
    /// @throws org.narwhaldb.segment.error.NarwhalException BAD_INPUT_FILE when the file cannot be read on
    boolean next();

    /// Line on which the record begins, from 1.
    long line();

    /// Names of values, of which the record may lack some; the same list object as before while they do not change.
    List<String> names();

    Cell cell(int index);

    /// Sets a column of the open row to the value of that name, unless it is NULL and the column may not be.
    ///
    /// @return false if it is NULL
    /// @throws RowProblem when it is no such value
    boolean put(int index, Field field, LakeLoad.Rows rows, int column);

    @Override
    void close();

    /// Sets a column to a value, unless that is NULL and the column may not be.
    static boolean set(Field field, LakeLoad.Rows rows, int column, Object value) {
        if (value == null) {
            if (field.nullable()) {
                rows.setNull(column);
            }
        } else {
            rows.setShape(column, value);
        }
        return value != null;
    }

    /// A value as the file has it.
    sealed interface Cell {
        /// @param text never null; an empty one is a missing value
        record Text(String text) implements Cell {}

        /// @param node a missing one if the record has no such value
        record Json(JsonNode node) implements Cell {}
    }
}
