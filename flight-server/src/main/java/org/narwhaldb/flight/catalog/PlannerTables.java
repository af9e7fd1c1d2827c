package org.narwhaldb.flight.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.HashMap;
import java.util.Map;
import org.narwhaldb.calcite.PlannerCatalog;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.flight.version.VersionManifest;
import org.narwhaldb.store.version.TableVersion;

/// Table versions as the planner sees them, each made once. Thread-safe.
public final class PlannerTables {
    /// As long as the version itself is in use.
    private final Cache<VersionManifest, PlannerCatalog.PlannerTable> tables =
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

    PlannerCatalog.PlannerTable of(VersionManifest manifest) {
        return tables.get(manifest, PlannerTables::make);
    }

    private static PlannerCatalog.PlannerTable make(VersionManifest manifest) {
        TableVersion version = manifest.version();
        Map<Integer, PlannerCatalog.ColumnStatistics> statistics = new HashMap<>();
        version.columnStatistics().forEach((id, column) -> statistics.put(id, new PlannerCatalog.ColumnStatistics(
                column.distinctCount(), column.nullCount(), column.min(), column.max())));
        return new PlannerCatalog.PlannerTable(new TableReference(version.table().namespace(), version.table().name()),
                version.fields(), false, version.rowCount(), Map.copyOf(statistics));
    }
}
