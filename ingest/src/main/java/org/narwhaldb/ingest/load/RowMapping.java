package org.narwhaldb.ingest.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.iceberg.LakeLoad;

/// Puts a record's values into a table's columns by name. A nullable column that the record has not is NULL.
final class RowMapping {
    private final TableName table;
    private final List<Field> columns;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final String uri;
    private List<String> names;
    private int[] targets;
    /// Columns that the file has not.
    private int[] others;

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
    void put(RecordSource record, LakeLoad.Rows rows) {
        if (record.names() != names) {
            bind(record);
        }
        Field missing = null;
        for (int index = 0; index < targets.length; index++) {
            Field column = columns.get(targets[index]);
            try {
                if (!record.put(index, column, rows, targets[index]) && !column.nullable()) {
                    missing = missing == null ? column : missing;
                }
            } catch (RowProblem e) {
                throw e.in(column.name());
            }
        }
        for (int column : others) {
            if (columns.get(column).nullable()) {
                rows.setNull(column);
            } else {
                missing = columns.get(column);
            }
        }
        if (missing != null) {
            throw new RowProblem(missing.name(), "a value is required, but missing");
        }
        rows.endRow();
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
        others = IntStream.range(0, columns.size()).filter(column -> IntStream.of(targets).noneMatch(target -> target == column))
                .toArray();
    }
}
