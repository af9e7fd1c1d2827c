package org.narwhaldb.calcite;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.schema.Schema;
import org.apache.calcite.schema.Table;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.schema.lookup.LikePattern;
import org.apache.calcite.schema.lookup.Lookup;
import org.apache.calcite.schema.lookup.Named;

/// A planner catalog as Calcite's schemas: a root with one level of schemas. Tables are looked up one by one, so that
/// planning never lists a catalog of thousands.
final class CatalogSchema extends AbstractSchema {
    private final Lookup<Table> tables;
    private final Lookup<Schema> subSchemas;

    private CatalogSchema(Lookup<Table> tables, Lookup<Schema> subSchemas) {
        this.tables = tables;
        this.subSchemas = subSchemas;
    }

    static CalciteSchema root(PlannerCatalog catalog) {
        Lookup<Schema> schemas = new ByName<>(catalog::schemas, name -> schema(catalog, name));
        return CalciteSchema.createRootSchema(false, false, "", new CatalogSchema(Lookup.empty(), schemas));
    }

    private static Optional<Named<Schema>> schema(PlannerCatalog catalog, String name) {
        return catalog.schemaCalled(name)
                .map(found -> new Named<>(found, new CatalogSchema(tables(catalog, found), Lookup.empty())));
    }

    private static Lookup<Table> tables(PlannerCatalog catalog, String schema) {
        return new ByName<>(() -> catalog.tables(schema), name -> catalog.table(schema, name)
                .map(table -> new Named<>(table.name().table(), new NarwhalTable(table))));
    }

    @Override
    public Lookup<Table> tables() {
        return tables;
    }

    @Override
    public Lookup<? extends Schema> subSchemas() {
        return subSchemas;
    }

    @Override
    public boolean isMutable() {
        return false;
    }

    private interface Finder<T> {
        Optional<Named<T>> find(String name);
    }

    private record ByName<T>(Supplier<List<String>> names, Finder<T> finder) implements Lookup<T> {
        @Override
        public T get(String name) {
            return finder.find(name).filter(found -> found.name().equals(name)).map(Named::entity).orElse(null);
        }

        @Override
        public Named<T> getIgnoreCase(String name) {
            return finder.find(name).orElse(null);
        }

        @Override
        public Set<String> getNames(LikePattern pattern) {
            Set<String> matching = new LinkedHashSet<>(names.get());
            matching.removeIf(name -> !pattern.matcher().apply(name));
            return matching;
        }
    }
}
