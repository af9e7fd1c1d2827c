package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql.SqlNode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// The columns a statement will yield, before it can be planned because its parameters have no values yet.
final class OutputFields {
    private OutputFields() {}

    static List<Field> of(NarwhalValidator validator, SqlNode validated, List<RelDataTypeField> row, PlannerCatalog catalog) {
        List<List<String>> origins = validator.getFieldOrigins(validated);
        List<Field> output = new ArrayList<>();
        for (RelDataTypeField field : row) {
            List<String> origin = output.size() < origins.size() ? origins.get(output.size()) : null;
            ColumnType type = origin(origin, catalog).orElseGet(() -> ColumnTypes.toColumn(field.getType()));
            output.add(new Field(output.size(), field.getName(), type, field.getType().isNullable()));
        }
        return output;
    }

    /// The type of the table's column that passes through unchanged.
    private static Optional<ColumnType> origin(List<String> path, PlannerCatalog catalog) {
        if (path == null || path.size() < 3) {
            return Optional.empty();
        }
        String column = path.getLast();
        return catalog.table(path.get(path.size() - 3), path.get(path.size() - 2)).flatMap(table ->
                table.columns().stream().filter(field -> field.name().equals(column)).map(Field::type).findFirst());
    }
}
