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
final class DuckDbTables {
    private final DuckDbEngine engine;
    private final Path warehouse;
    private final boolean enums;

    /// @param enums whether dimensions become ENUM
    DuckDbTables(DuckDbEngine engine, Path warehouse, boolean enums) {
        this.engine = engine;
        this.warehouse = warehouse;
        this.enums = enums;
    }

    void create(DemoTable table) {
        String name = table.name().name();
        if (isThere(name)) {
            return;
        }
        String files = "read_parquet('%s/**/*.parquet')".formatted(warehouse.resolve(table.name().namespace()).resolve(name));
        engine.execute("CREATE TABLE %s AS SELECT %s FROM %s%s".formatted(name, columns(table, files), files, order(table, files)));
        engine.execute("CHECKPOINT");
    }

    private boolean isThere(String name) {
        String sql = "SELECT count(*) > 0 AS there FROM duckdb_tables() WHERE table_name = '%s' AND NOT temporary".formatted(name);
        return (boolean) engine.answer(sql).rows().getFirst().getFirst();
    }

    private String columns(DemoTable table, String files) {
        if (!enums) {
            return "*";
        }
        List<String> columns = Dataset.dimensions(table).map(Field::name).toList();
        for (String column : columns) {
            engine.execute("DROP TYPE IF EXISTS " + type(table, column));
            engine.execute("CREATE TYPE %s AS ENUM (SELECT DISTINCT %s FROM %s WHERE %s IS NOT NULL ORDER BY 1)".formatted(
                    type(table, column), column, files, column));
        }
        return columns.isEmpty() ? "*" : columns.stream().map(column -> "%s::%s AS %s".formatted(column, type(table, column), column))
                .collect(Collectors.joining(", ", "* REPLACE (", ")"));
    }

    private static String type(DemoTable table, String column) {
        return "enum_%s_%s".formatted(table.name().name(), column);
    }

    private String order(DemoTable table, String files) {
        if (table.timeColumn() == null) {
            return table.clusterBy().isEmpty() ? "" : " ORDER BY " + String.join(", ", table.clusterBy());
        }
        SegmentTime width = width(table, files);
        Stream<String> bucket = width == SegmentTime.ALL ? Stream.of()
                : Stream.of("date_trunc('%s', %s)".formatted(width.name().toLowerCase(Locale.ROOT), table.timeColumn()));
        return Stream.concat(bucket, Stream.concat(table.clusterBy().stream(), Stream.of(table.timeColumn())))
                .map(term -> term + " NULLS LAST").collect(Collectors.joining(", ", " ORDER BY ", ""));
    }

    /// The bucket that Narwhal chooses for so many rows.
    private SegmentTime width(DemoTable table, String files) {
        String time = table.timeColumn();
        List<Object> row = engine.answer("SELECT count(*) AS n, min(%1$s) AS a, max(%1$s) AS z FROM %2$s".formatted(time, files))
                .rows().getFirst();
        ColumnType.Kind kind = table.columns().stream().filter(field -> field.name().equals(time)).findFirst().orElseThrow().type().kind();
        BuildPlanner.TimeRange range = new BuildPlanner.TimeRange(micros(row.get(1)), micros(row.get(2)));
        return BuildPlanner.automaticWidth(((Number) row.get(0)).longValue(), range, width -> new TimeBuckets(width, kind));
    }

    /// Of a DATE days, as segments hold it.
    private static long micros(Object value) {
        return value instanceof LocalDate date ? date.toEpochDay()
                : ((LocalDateTime) value).toEpochSecond(ZoneOffset.UTC) * 1_000_000 + ((LocalDateTime) value).getNano() / 1_000;
    }
}
