package org.narwhaldb.benchmarks.data;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.narwhaldb.benchmarks.engine.DuckDbEngine;
import org.narwhaldb.ingest.build.BuildPlanner;
import org.narwhaldb.ingest.build.TimeBuckets;
import org.narwhaldb.launcher.demo.DemoTable;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableSpec.SegmentTime;

/// DuckDB's native tables of a data set, made of the Parquet files of the Iceberg tables in the order that Narwhal lays rows out in: time
/// bucket, cluster-by, time. What stands in the database file already is taken as it is.
public final class DuckDbTables {
    private final DuckDbEngine engine;
    private final boolean enums;

    /// @param enums whether dimensions become ENUM
    public DuckDbTables(DuckDbEngine engine, boolean enums) {
        this.engine = engine;
        this.enums = enums;
    }

    /// What reads the rows of an Iceberg table without deletes.
    static String files(DemoTable table, Path warehouse) {
        return "read_parquet('%s/**/*.parquet')".formatted(warehouse.resolve(table.name().namespace()).resolve(table.name().name()));
    }

    /// @param rows a table function, or a table
    public void create(DemoTable table, String rows) {
        String name = table.name().name();
        if (!isThere(name)) {
            engine.execute("CREATE TABLE %s AS SELECT %s FROM %s%s".formatted(name, columns(table, rows), rows, order(table, rows)));
            engine.execute("CHECKPOINT");
        }
    }

    private boolean isThere(String name) {
        String sql = "SELECT count(*) > 0 AS there FROM duckdb_tables() WHERE table_name = '%s' AND NOT temporary".formatted(name);
        return (boolean) engine.answer(sql).rows().getFirst().getFirst();
    }

    private String columns(DemoTable table, String rows) {
        if (!enums) {
            return "*";
        }
        List<String> columns = Dataset.dimensions(table).map(Field::name).toList();
        for (String column : columns) {
            engine.execute("DROP TYPE IF EXISTS " + type(table, column));
            engine.execute("CREATE TYPE %s AS ENUM (SELECT DISTINCT %s FROM %s WHERE %s IS NOT NULL ORDER BY 1)".formatted(
                    type(table, column), column, rows, column));
        }
        return columns.isEmpty() ? "*" : columns.stream().map(column -> "%s::%s AS %s".formatted(column, type(table, column), column))
                .collect(Collectors.joining(", ", "* REPLACE (", ")"));
    }

    private static String type(DemoTable table, String column) {
        return "enum_%s_%s".formatted(table.name().name(), column);
    }

    private String order(DemoTable table, String rows) {
        if (table.timeColumn() == null) {
            return table.clusterBy().isEmpty() ? "" : " ORDER BY " + String.join(", ", table.clusterBy());
        }
        SegmentTime width = width(table, rows);
        Stream<String> bucket = width == SegmentTime.ALL ? Stream.of()
                : Stream.of("date_trunc('%s', %s)".formatted(width.name().toLowerCase(Locale.ROOT), table.timeColumn()));
        return Stream.concat(bucket, Stream.concat(table.clusterBy().stream(), Stream.of(table.timeColumn())))
                .map(term -> term + " NULLS LAST").collect(Collectors.joining(", ", " ORDER BY ", ""));
    }

    /// The bucket that Narwhal chooses for so many rows.
    private SegmentTime width(DemoTable table, String rows) {
        String time = table.timeColumn();
        List<Object> found = engine.answer("SELECT count(*) AS n, min(%1$s) AS a, max(%1$s) AS z FROM %2$s".formatted(time, rows))
                .rows().getFirst();
        ColumnType.Kind kind = table.columns().stream().filter(field -> field.name().equals(time)).findFirst().orElseThrow().type().kind();
        BuildPlanner.TimeRange range = new BuildPlanner.TimeRange(micros(found.get(1)), micros(found.get(2)));
        return BuildPlanner.automaticWidth(((Number) found.get(0)).longValue(), range, width -> new TimeBuckets(width, kind));
    }

    /// Of a DATE days, as segments hold it.
    private static long micros(Object value) {
        return value instanceof LocalDate date ? date.toEpochDay()
                : ((LocalDateTime) value).toEpochSecond(ZoneOffset.UTC) * 1_000_000 + ((LocalDateTime) value).getNano() / 1_000;
    }
}
