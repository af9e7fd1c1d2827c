package org.narwhaldb.ingest.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.iceberg.Lake;

/// The columns of a new table: a Parquet file's own, else guessed from the first rows of every text file, in order of
/// appearance.
final class ColumnInference {
    private static final int ROWS_PER_FILE_MAX = 100_000;

    private final Lake lake;
    private final String timeColumn;

    ColumnInference(Lake lake, String timeColumn) {
        this.lake = lake;
        this.timeColumn = timeColumn;
    }

    List<Field> columns(Map<String, InputKind> files) {
        for (Map.Entry<String, InputKind> file : files.entrySet()) {
            if (file.getValue().format() == InputKind.Format.PARQUET) {
                return lake.parquetColumns(file.getKey());
            }
        }
        Map<String, TypeGuess> guesses = new LinkedHashMap<>();
        files.forEach((uri, kind) -> read(uri, kind, guesses));
        if (guesses.isEmpty()) {
            throw NarwhalException.of(ErrorCode.BAD_INPUT_FILE,
                    "Files %s have no rows to tell the new table's columns from", files.keySet());
        }
        List<Field> fields = new ArrayList<>();
        guesses.forEach((name, guess) -> fields.add(new Field(fields.size() + 1, name,
                guess.type(name.equals(timeColumn)), true)));
        return fields;
    }

    private void read(String uri, InputKind kind, Map<String, TypeGuess> guesses) {
        try (RecordSource records = Records.open(lake, uri, kind)) {
            records.names().forEach(name -> guesses.computeIfAbsent(name, unseen -> new TypeGuess()));
            for (int row = 0; row < ROWS_PER_FILE_MAX; row++) {
                try {
                    if (!records.next()) {
                        return;
                    }
                } catch (RowProblem e) {
                    // counted and reported when the file is loaded
                    continue;
                }
                List<String> names = records.names();
                for (int index = 0; index < names.size(); index++) {
                    guesses.computeIfAbsent(names.get(index), unseen -> new TypeGuess()).add(records.cell(index));
                }
            }
        }
    }
}
