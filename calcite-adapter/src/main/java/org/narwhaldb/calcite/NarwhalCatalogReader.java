package org.narwhaldb.calcite;

import java.util.List;
import org.apache.calcite.config.CalciteConnectionConfig;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataTypeFactory;

/// Resolves names against one planner catalog, the session's schema first.
final class NarwhalCatalogReader extends CalciteCatalogReader {
    NarwhalCatalogReader(PlannerCatalog catalog, String defaultSchema, RelDataTypeFactory types) {
        super(CatalogSchema.root(catalog), new ExactFirstNameMatcher(),
                List.of(List.of(defaultSchema), List.of()), types, CalciteConnectionConfig.DEFAULT);
    }
}
