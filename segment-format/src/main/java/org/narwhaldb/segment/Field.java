package org.narwhaldb.segment;

import java.util.Objects;

/// A named column or nested field. Columns are matched by `id` (Iceberg's field id), never by name.
///
/// @param id Iceberg field id; in a plan's intermediate output the position, counted from 0
/// @param nullable false only where the source guarantees a value in every row
public record Field(int id, String name, ColumnType type, boolean nullable) {
    public Field {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }

    @Override
    public String toString() {
        return name + " " + type + (nullable ? "" : " NOT NULL");
    }
}
