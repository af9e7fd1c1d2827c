package org.narwhaldb.flight.catalog;

import static org.narwhaldb.flight.catalog.SystemTable.row;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.flight.query.RunningQueries;
import org.narwhaldb.flight.version.VersionManifest;
import org.narwhaldb.flight.version.VersionTracker;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.VersionStore;

/// The tables a front end provides from what it knows: `information_schema.*` and `sys.*`. Read at the moment of the query.
public final class SystemTables {
    public static final String INFORMATION_SCHEMA = "information_schema";
    public static final String SYS = "sys";

    private final Map<String, Map<String, SystemTable>> schemas = new LinkedHashMap<>();
    private final VersionTracker tracker;
    private final RunningQueries running;
    private final String catalogName;

    public SystemTables(VersionTracker tracker, VersionStore versions, Cluster cluster, RunningQueries running, String catalogName) {
        this.tracker = tracker;
        this.running = running;
        this.catalogName = catalogName;
        Map<String, SystemTable> information = new LinkedHashMap<>();
        information.put("schemata", SystemTable.of(this::schemata, "catalog_name", ColumnType.STRING, "schema_name", ColumnType.STRING));
        information.put("tables", SystemTable.of(this::tables, "table_catalog", ColumnType.STRING, "table_schema", ColumnType.STRING,
                "table_name", ColumnType.STRING, "table_type", ColumnType.STRING));
        information.put("columns", SystemTable.of(this::columnRows, "table_catalog", ColumnType.STRING,
                "table_schema", ColumnType.STRING, "table_name", ColumnType.STRING, "column_name", ColumnType.STRING,
                "ordinal_position", ColumnType.INT, "is_nullable", ColumnType.STRING, "data_type", ColumnType.STRING));
        schemas.put(INFORMATION_SCHEMA, information);
        Map<String, SystemTable> sys = new LinkedHashMap<>();
        sys.put("tables", SystemTable.of(this::served, "table_schema", ColumnType.STRING, "table_name", ColumnType.STRING,
                "version", ColumnType.STRING, "published_version", ColumnType.STRING, "snapshot_id", ColumnType.LONG,
                "row_count", ColumnType.LONG, "segment_count", ColumnType.LONG, "size_bytes", ColumnType.LONG,
                "missing_shards", ColumnType.STRING));
        sys.putAll(new ServingTables(tracker, versions, cluster).all());
        sys.put("queries", SystemTable.of(this::queries, "query_id", ColumnType.STRING, "statement", ColumnType.STRING,
                "started", ColumnType.TIMESTAMP_TZ, "deadline", ColumnType.TIMESTAMP_TZ, "memory_bytes", ColumnType.LONG));
        schemas.put(SYS, sys);
    }

    public List<String> schemas() {
        return List.copyOf(schemas.keySet());
    }

    public List<String> tables(String schema) {
        return List.copyOf(schemas.getOrDefault(schema, Map.of()).keySet());
    }

    public Optional<List<Field>> columns(String schema, String table) {
        return Optional.ofNullable(schemas.getOrDefault(schema, Map.of()).get(table)).map(SystemTable::columns);
    }

    /// The rows of the scan, as constants.
    public PlanNode.Values rows(PlanNode.SystemScan scan) {
        TableReference name = scan.table();
        SystemTable table = schemas.get(name.schema()).get(name.table());
        int[] wanted = scan.columns().stream().mapToInt(column -> position(table.columns(), column.name())).toArray();
        List<List<Expression.Literal>> rows = new ArrayList<>();
        for (Object[] row : table.rows().get()) {
            List<Expression.Literal> values = new ArrayList<>(wanted.length);
            for (int column : wanted) {
                values.add(new Expression.Literal(row[column], table.columns().get(column).type()));
            }
            rows.add(values);
        }
        return new PlanNode.Values(scan.columns(), rows);
    }

    private static int position(List<Field> columns, String name) {
        for (int index = 0; index < columns.size(); index++) {
            if (columns.get(index).name().equals(name)) {
                return index;
            }
        }
        throw new IllegalStateException("No system column " + name);
    }

    private List<Object[]> schemata() {
        java.util.TreeSet<String> names = new java.util.TreeSet<>(schemas.keySet());
        tracker.tables().forEach(table -> names.add(table.namespace()));
        List<Object[]> rows = new ArrayList<>();
        names.forEach(name -> rows.add(row(catalogName, name)));
        return rows;
    }

    private List<Object[]> tables() {
        List<Object[]> rows = new ArrayList<>();
        for (VersionManifest manifest : servable()) {
            TableName table = manifest.version().table();
            rows.add(row(catalogName, table.namespace(), table.name(), "TABLE"));
        }
        schemas.forEach((schema, tables) -> tables.keySet().forEach(
                table -> rows.add(row(catalogName, schema, table, "SYSTEM TABLE"))));
        return rows;
    }

    private List<Object[]> columnRows() {
        List<Object[]> rows = new ArrayList<>();
        for (VersionManifest manifest : servable()) {
            TableName table = manifest.version().table();
            addColumns(rows, table.namespace(), table.name(), manifest.version().fields());
        }
        schemas.forEach((schema, tables) -> tables.forEach((name, table) -> addColumns(rows, schema, name, table.columns())));
        return rows;
    }

    private void addColumns(List<Object[]> rows, String schema, String table, List<Field> columns) {
        long position = 1;
        for (Field column : columns) {
            rows.add(row(catalogName, schema, table, column.name(), position++, column.nullable() ? "YES" : "NO",
                    column.type().toString()));
        }
    }

    private List<Object[]> served() {
        List<Object[]> rows = new ArrayList<>();
        for (TableName table : tracker.tables()) {
            Optional<VersionManifest> newest = tracker.newest(table);
            Optional<VersionManifest> servable = tracker.servable(table);
            VersionManifest shown = servable.or(() -> newest).orElseThrow();
            rows.add(row(table.namespace(), table.name(), servable.map(manifest -> manifest.version().id().toString()).orElse(null),
                    newest.map(manifest -> manifest.version().id().toString()).orElse(null), shown.version().snapshotId(),
                    shown.version().rowCount(), shown.version().segmentCount(),
                    shown.segments().stream().mapToLong(SegmentEntry::sizeBytes).sum(),
                    newest.map(tracker::missingShards).map(Object::toString).orElse(null)));
        }
        return rows;
    }

    private List<Object[]> queries() {
        List<Object[]> rows = new ArrayList<>();
        running.all().stream().sorted(java.util.Comparator.comparing(RunningQueries.Query::started)).forEach(
                query -> rows.add(row(query.context().queryId(), query.sql(), query.started(), query.context().deadline(),
                        query.context().memory().reservedBytes())));
        return rows;
    }

    private List<VersionManifest> servable() {
        return tracker.tables().stream().map(tracker::servable).flatMap(Optional::stream).toList();
    }
}
