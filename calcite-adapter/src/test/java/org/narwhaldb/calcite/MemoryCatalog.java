package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// A catalog made up by a test.
final class MemoryCatalog implements PlannerCatalog {
    private final Map<String, Map<String, PlannerTable>> schemas = new TreeMap<>();

    MemoryCatalog schema(String name) {
        schemas.computeIfAbsent(name, _ -> new TreeMap<>());
        return this;
    }

    MemoryCatalog add(PlannerTable table) {
        schema(table.name().schema());
        schemas.get(table.name().schema()).put(table.name().table(), table);
        return this;
    }

    @Override
    public List<String> schemas() {
        return List.copyOf(schemas.keySet());
    }

    @Override
    public List<String> tables(String schema) {
        return List.copyOf(schemas.getOrDefault(schema, Map.of()).keySet());
    }

    @Override
    public Optional<PlannerTable> table(String schema, String table) {
        Map<String, PlannerTable> tables = schemas.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(schema)).findFirst().map(Map.Entry::getValue).orElse(Map.of());
        return Optional.ofNullable(tables.get(table)).or(() -> tables.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(table)).findFirst().map(Map.Entry::getValue));
    }

    static Builder table(String schema, String name, long rows) {
        return new Builder(schema, name, rows);
    }

    /// Columns one by one; ids count from 1.
    static final class Builder {
        private final String schema;
        private final String name;
        private final long rows;
        private final List<Field> columns = new ArrayList<>();
        private final Map<Integer, ColumnStatistics> statistics = new HashMap<>();
        private boolean system;

        private Builder(String schema, String name, long rows) {
            this.schema = schema;
            this.name = name;
            this.rows = rows;
        }

        Builder column(String column, ColumnType type) {
            columns.add(new Field(columns.size() + 1, column, type, true));
            return this;
        }

        Builder required(String column, ColumnType type, long distinct) {
            columns.add(new Field(columns.size() + 1, column, type, false));
            statistics.put(columns.size(), new ColumnStatistics(distinct, 0, null, null));
            return this;
        }

        Builder required(String column, ColumnType type, long distinct, Object min, Object max) {
            columns.add(new Field(columns.size() + 1, column, type, false));
            statistics.put(columns.size(), new ColumnStatistics(distinct, 0, min, max));
            return this;
        }

        Builder system() {
            system = true;
            return this;
        }

        PlannerTable build() {
            return new PlannerTable(new TableReference(schema, name), columns, system, rows, statistics);
        }
    }
}
