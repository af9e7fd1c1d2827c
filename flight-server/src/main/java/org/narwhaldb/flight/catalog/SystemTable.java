package org.narwhaldb.flight.catalog;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// A table whose rows are made when it is read.
record SystemTable(List<Field> columns, Supplier<List<Object[]>> rows) {

    /// @param namesAndTypes of the columns, in turn
    static SystemTable of(Supplier<List<Object[]>> rows, Object... namesAndTypes) {
        List<Field> columns = new ArrayList<>();
        for (int index = 0; index < namesAndTypes.length; index += 2) {
            columns.add(new Field(index / 2, (String) namesAndTypes[index], (ColumnType) namesAndTypes[index + 1], true));
        }
        return new SystemTable(List.copyOf(columns), rows);
    }

    /// Values as literals have them: texts are UTF-8, integers are long.
    static Object[] row(Object... values) {
        for (int index = 0; index < values.length; index++) {
            values[index] = switch (values[index]) {
                case String text -> text.getBytes(StandardCharsets.UTF_8);
                case Integer number -> number.longValue();
                case Instant instant -> ChronoUnit.MICROS.between(Instant.EPOCH, instant);
                case null -> null;
                default -> values[index];
            };
        }
        return values;
    }
}
