package org.narwhaldb.flight.catalog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Instance;
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

/// The tables a front end provides from what it knows: `information_schema.*` and `sys.*`. Read at the moment of the query.
public final class SystemTables {
    public static final String INFORMATION_SCHEMA = "information_schema";
    public static final String SYS = "sys";

    private final Map<String, Map<String, SystemTable>> schemas = new LinkedHashMap<>();
    private final VersionTracker tracker;
    private final Cluster cluster;
    private final RunningQueries running;
    private final String catalogName;

    private record SystemTable(List<Field> columns, Supplier<List<Object[]>> rows) {}

    public SystemTables(VersionTracker tracker, Cluster cluster, RunningQueries running, String catalogName) {
        this.tracker = tracker;
        this.cluster = cluster;
        this.running = running;
        this.catalogName = catalogName;
        Map<String, SystemTable> information = new LinkedHashMap<>();
        information.put("schemata", new SystemTable(columns("catalog_name", ColumnType.STRING, "schema_name", ColumnType.STRING),
                this::schemata));
        information.put("tables", new SystemTable(columns("table_catalog", ColumnType.STRING, "table_schema", ColumnType.STRING,
                "table_name", ColumnType.STRING, "table_type", ColumnType.STRING), this::tables));
        information.put("columns", new SystemTable(columns("table_catalog", ColumnType.STRING, "table_schema", ColumnType.STRING,
                "table_name", ColumnType.STRING, "column_name", ColumnType.STRING, "ordinal_position", ColumnType.INT,
                "is_nullable", ColumnType.STRING, "data_type", ColumnType.STRING), this::columnRows));
        schemas.put(INFORMATION_SCHEMA, information);
        Map<String, SystemTable> sys = new LinkedHashMap<>();
        sys.put("tables", new SystemTable(columns("table_schema", ColumnType.STRING, "table_name", ColumnType.STRING,
                "version", ColumnType.STRING, "published_version", ColumnType.STRING, "snapshot_id", ColumnType.LONG,
                "row_count", ColumnType.LONG, "segment_count", ColumnType.LONG, "size_bytes", ColumnType.LONG,
                "missing_shards", ColumnType.STRING), this::versions));
        sys.put("segments", new SystemTable(columns("table_schema", ColumnType.STRING, "table_name", ColumnType.STRING,
                "segment_id", ColumnType.STRING, "live_rows_id", ColumnType.STRING, "shard", ColumnType.INT,
                "row_count", ColumnType.LONG, "live_row_count", ColumnType.LONG, "size_bytes", ColumnType.LONG), this::segments));
        sys.put("servers", new SystemTable(columns("instance", ColumnType.STRING, "role", ColumnType.STRING,
                "host", ColumnType.STRING, "port", ColumnType.INT, "tier", ColumnType.STRING, "zone", ColumnType.STRING),
                this::servers));
        sys.put("queries", new SystemTable(columns("query_id", ColumnType.STRING, "statement", ColumnType.STRING,
                "started", ColumnType.TIMESTAMP_TZ, "deadline", ColumnType.TIMESTAMP_TZ, "memory_bytes", ColumnType.LONG), this::queries));
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

    private List<Object[]> versions() {
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

    private List<Object[]> segments() {
        List<Object[]> rows = new ArrayList<>();
        for (VersionManifest manifest : servable()) {
            TableName table = manifest.version().table();
            for (SegmentEntry segment : manifest.segments()) {
                rows.add(row(table.namespace(), table.name(), segment.segmentId(), segment.liveRowsId(),
                        (long) segment.shard(manifest.version().shardCount()), (long) segment.rowCount(), (long) segment.liveRowCount(),
                        segment.sizeBytes()));
            }
        }
        return rows;
    }

    private List<Object[]> servers() {
        List<Object[]> rows = new ArrayList<>();
        cluster.view().image().instances().values().stream().sorted(java.util.Comparator.comparing(Instance::id)).forEach(
                instance -> rows.add(row(instance.id(), instance.role().name(), instance.host(), (long) instance.port(),
                        instance.tier(), instance.zone())));
        return rows;
    }

    private List<Object[]> queries() {
        List<Object[]> rows = new ArrayList<>();
        running.all().stream().sorted(java.util.Comparator.comparing(RunningQueries.Query::started)).forEach(
                query -> rows.add(row(query.context().queryId(), query.sql(), micros(query.started()), micros(query.context().deadline()),
                        query.context().memory().reservedBytes())));
        return rows;
    }

    private static long micros(java.time.Instant instant) {
        return java.time.temporal.ChronoUnit.MICROS.between(java.time.Instant.EPOCH, instant);
    }

    private List<VersionManifest> servable() {
        return tracker.tables().stream().map(tracker::servable).flatMap(Optional::stream).toList();
    }

    private static Object[] row(Object... values) {
        for (int index = 0; index < values.length; index++) {
            if (values[index] instanceof String text) {
                values[index] = text.getBytes(StandardCharsets.UTF_8);
            }
        }
        return values;
    }

    private static List<Field> columns(Object... namesAndTypes) {
        List<Field> columns = new ArrayList<>();
        for (int index = 0; index < namesAndTypes.length; index += 2) {
            columns.add(new Field(index / 2, (String) namesAndTypes[index], (ColumnType) namesAndTypes[index + 1], true));
        }
        return List.copyOf(columns);
    }
}
