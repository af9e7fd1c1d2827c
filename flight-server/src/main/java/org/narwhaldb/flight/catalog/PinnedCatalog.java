package org.narwhaldb.flight.catalog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.narwhaldb.calcite.PlannerCatalog;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.flight.query.SessionState;
import org.narwhaldb.flight.version.VersionManifest;
import org.narwhaldb.flight.version.VersionTracker;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;

/// The tables as one statement sees them: each is pinned to one version when it is first named, and stays so for the
/// planning and running of the statement.
public final class PinnedCatalog implements PlannerCatalog {
    /// How long a statement waits for a table whose first version is being loaded.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final VersionTracker tracker;
    private final SystemTables systemTables;
    private final PlannerTables plannerTables;
    private final SessionState session;
    private final Map<TableReference, VersionManifest> pinned = new HashMap<>();

    public PinnedCatalog(
            VersionTracker tracker, SystemTables systemTables, PlannerTables plannerTables, SessionState session) {
        this.tracker = tracker;
        this.systemTables = systemTables;
        this.plannerTables = plannerTables;
        this.session = session;
    }

    /// The version a table of the plan is pinned to.
    public VersionManifest manifest(TableReference table) {
        return pinned.get(table);
    }

    @Override
    public List<String> schemas() {
        TreeSet<String> names = new TreeSet<>(systemTables.schemas());
        tracker.tables().forEach(table -> names.add(table.namespace()));
        names.add(session.schema());
        return List.copyOf(names);
    }

    @Override
    public List<String> tables(String schema) {
        List<String> names = new ArrayList<>(systemTables.tables(schema));
        tracker.tables().stream().filter(table -> table.namespace().equals(schema)).map(TableName::name).forEach(names::add);
        return names;
    }

    @Override
    public Optional<String> schemaCalled(String name) {
        return name.equals(session.schema()) ? Optional.of(name) : PlannerCatalog.super.schemaCalled(name);
    }

    @Override
    public Optional<PlannerTable> table(String schema, String table) {
        Optional<TableReference> named = isExact(schema, table) ? Optional.of(new TableReference(schema, table))
                : match(schemas(), schema).flatMap(name -> match(tables(name), table).map(found -> new TableReference(name, found)));
        return named.flatMap(this::table);
    }

    /// Whether that is what the table is called; saves a look at all of them.
    private boolean isExact(String schema, String table) {
        return systemTables.columns(schema, table).isPresent() || tracker.knows(new TableName(schema, table));
    }

    private Optional<PlannerTable> table(TableReference reference) {
        Optional<List<Field>> system = systemTables.columns(reference.schema(), reference.table());
        if (system.isPresent()) {
            return Optional.of(new PlannerTable(reference, system.get(), true, 1000, Map.of()));
        }
        VersionManifest manifest = pinned.get(reference);
        if (manifest == null) {
            Optional<VersionManifest> found = pin(new TableName(reference.schema(), reference.table()));
            if (found.isEmpty()) {
                return Optional.empty();
            }
            manifest = found.get();
            pinned.put(reference, manifest);
        }
        return Optional.of(plannerTables.of(manifest));
    }

    private Optional<VersionManifest> pin(TableName table) {
        if (session.floors().containsKey(table)) {
            tracker.awaitVersion(table, session.floors().get(table), PATIENCE);
        }
        return tracker.pin(table, PATIENCE);
    }

    /// Exactly first, then ignoring case if that is unambiguous.
    private static Optional<String> match(List<String> names, String wanted) {
        if (names.contains(wanted)) {
            return Optional.of(wanted);
        }
        List<String> similar = names.stream().filter(wanted::equalsIgnoreCase).toList();
        return similar.size() == 1 ? Optional.of(similar.getFirst()) : Optional.empty();
    }
}
