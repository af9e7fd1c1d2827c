package org.narwhaldb.ingest.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// The records of one text file in order. Not thread-safe.
interface RecordSource extends AutoCloseable {
    /// Moves to the next record; false after the last.
    ///
    /// @throws RowProblem when the record is malformed; the next call goes on behind it
    /// @throws org.narwhaldb.segment.error.NarwhalException BAD_INPUT_FILE when the file cannot be read on
    boolean next();

    /// Line on which the record begins, from 1.
    long line();

    /// Names of the record's values; the same list object as before while they do not change.
    List<String> names();

    Cell cell(int index);

    @Override
    void close();

    /// A value as the file has it.
    sealed interface Cell {
        /// @param text never null; an empty one is a missing value
        record Text(String text) implements Cell {}

        record Json(JsonNode node) implements Cell {}
    }
}
