package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What planning a statement asked its catalog, and what the answers were: a plan holds as long as the answers are the same. Of a
/// table that is its columns and the magnitude of its row count (joins were ordered by it); not its version, whose segments are
/// pruned and routed for each run.
record Dependencies(List<SchemaName> schemas, List<TableName> tables) {
    /// @param found the schema's own spelling; null if there was none
    record SchemaName(String name, String found) {}

    /// @param found null if there was none
    record TableName(String schema, String name, PlannerCatalog.PlannerTable found) {}

    /// Asks again.
    boolean hold(PlannerCatalog catalog) {
        for (SchemaName schema : schemas) {
            if (!Optional.ofNullable(schema.found()).equals(catalog.schemaCalled(schema.name()))) {
                return false;
            }
        }
        for (TableName table : tables) {
            if (!same(table.found(), catalog.table(table.schema(), table.name()).orElse(null))) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(PlannerCatalog.PlannerTable then, PlannerCatalog.PlannerTable now) {
        if (then == null || now == null || then == now) {
            return then == now;
        }
        return then.name().equals(now.name()) && then.system() == now.system()
                && magnitude(then.rowCount()) == magnitude(now.rowCount()) && then.columns().equals(now.columns());
    }

    private static int magnitude(long rows) {
        return Long.numberOfLeadingZeros(rows);
    }

    /// A catalog that writes down what it is asked.
    static final class Recorder implements PlannerCatalog {
        private final PlannerCatalog catalog;
        private final List<SchemaName> schemas = new ArrayList<>();
        private final List<TableName> tables = new ArrayList<>();
        private boolean listed;

        Recorder(PlannerCatalog catalog) {
            this.catalog = catalog;
        }

        /// Empty if a list of names was asked for.
        Optional<Dependencies> dependencies() {
            return listed ? Optional.empty()
                    : Optional.of(new Dependencies(schemas.stream().distinct().toList(), tables.stream().distinct().toList()));
        }

        @Override
        public List<String> schemas() {
            listed = true;
            return catalog.schemas();
        }

        @Override
        public List<String> tables(String schema) {
            listed = true;
            return catalog.tables(schema);
        }

        @Override
        public Optional<String> schemaCalled(String name) {
            Optional<String> found = catalog.schemaCalled(name);
            schemas.add(new SchemaName(name, found.orElse(null)));
            return found;
        }

        @Override
        public Optional<PlannerTable> table(String schema, String table) {
            Optional<PlannerTable> found = catalog.table(schema, table);
            tables.add(new TableName(schema, table, found.orElse(null)));
            return found;
        }
    }
}
