package org.narwhaldb.ingest.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;

/// Puts a record's values into a table's columns by name. A nullable column that the record has not is NULL.
final class RowMapping {
    private final TableName table;
    private final List<Field> columns;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final String uri;
    private List<String> names;
    private int[] targets;

    RowMapping(TableName table, List<Field> columns, String uri) {
        this.table = table;
        this.columns = columns;
        this.uri = uri;
        for (int index = 0; index < columns.size(); index++) {
            indexes.put(columns.get(index).name(), index);
        }
    }

    /// @throws RowProblem when a value does not fit its column
    /// @throws NarwhalException SCHEMA_MISMATCH when the table has no such column
    Object[] row(RecordSource record) {
        if (record.names() != names) {
            bind(record);
        }
        Object[] row = new Object[columns.size()];
        for (int index = 0; index < targets.length; index++) {
            Field column = columns.get(targets[index]);
            try {
                row[targets[index]] = value(column, record.cell(index));
            } catch (RowProblem e) {
                throw e.in(column.name());
            }
        }
        for (int index = 0; index < row.length; index++) {
            if (row[index] == null && !columns.get(index).nullable()) {
                throw new RowProblem(columns.get(index).name(), "a value is required, but missing");
            }
        }
        return row;
    }

    void bind(RecordSource record) {
        names = record.names();
        targets = new int[names.size()];
        for (int index = 0; index < targets.length; index++) {
            Integer target = indexes.get(names.get(index));
            if (target == null) {
                throw NarwhalException.of(ErrorCode.SCHEMA_MISMATCH,
                        "File [%s], line [%d] has a column [%s] that table [%s] has not; its columns are %s",
                        uri, Math.max(1, record.line()), names.get(index), table,
                        columns.stream().map(Field::name).toList());
            }
            targets[index] = target;
        }
    }

    private static Object value(Field column, RecordSource.Cell cell) {
        return switch (cell) {
            case RecordSource.Cell.Text(String text) -> text.isEmpty() ? null : TextValues.parse(column.type(), text);
            case RecordSource.Cell.Json(JsonNode node) -> JsonValues.parse(column.type(), node);
        };
    }
}
