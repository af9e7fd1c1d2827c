package org.narwhaldb.store.iceberg;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMappingParser;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The lake over one Iceberg catalog.
final class IcebergLake implements Lake {
    private static final Logger LOG = LoggerFactory.getLogger(IcebergLake.class);
    private static final int OPEN_ATTEMPTS_MAX = 4;

    private final String name;
    private final Catalog catalog;
    private final SourceFiles sourceFiles;

    private IcebergLake(String name, Catalog catalog, SourceFiles sourceFiles) {
        this.name = name;
        this.catalog = catalog;
        this.sourceFiles = sourceFiles;
    }

    static IcebergLake open(String name, Map<String, String> given) {
        Map<String, String> properties = CatalogSettings.complete(given);
        try {
            return new IcebergLake(name, build(name, properties), new SourceFiles(properties));
        } catch (IllegalArgumentException | UnsupportedOperationException | NullPointerException e) {
            throw CatalogSettings.invalid(name, e);
        } catch (RuntimeException e) {
            throw Failures.catalog("Cannot open Iceberg catalog [%s]".formatted(name), e);
        }
    }

    /// A JDBC catalog lays out its tables when it is opened first; of two processes that do so at once one fails, and finds
    /// the tables when it looks again.
    private static Catalog build(String name, Map<String, String> properties) {
        for (int attempt = 1; ; attempt++) {
            try {
                return CatalogUtil.buildIcebergCatalog(name, properties, new Configuration());
            } catch (UncheckedSQLException e) {
                if (attempt == OPEN_ATTEMPTS_MAX) {
                    throw e;
                }
            }
        }
    }

    @Override
    public String catalogName() {
        return name;
    }

    @Override
    public List<String> namespaces() {
        List<String> names = new ArrayList<>();
        call("Cannot list namespaces of catalog [%s]".formatted(name), () -> {
            collect(namespaceCatalog(), Namespace.empty(), names);
            return names;
        });
        return names.stream().sorted().toList();
    }

    private static void collect(SupportsNamespaces namespaces, Namespace parent, List<String> names) {
        for (Namespace each : namespaces.listNamespaces(parent)) {
            names.add(String.join(".", each.levels()));
            collect(namespaces, each, names);
        }
    }

    private SupportsNamespaces namespaceCatalog() {
        if (catalog instanceof SupportsNamespaces namespaces) {
            return namespaces;
        }
        throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                "Catalog [%s] (%s) has no namespaces", name, catalog.getClass().getName());
    }

    @Override
    public List<TableName> tables(String namespace) {
        List<TableIdentifier> identifiers = call("Cannot list tables of namespace [%s]".formatted(namespace),
                () -> catalog.listTables(Namespace.of(namespace.split("\\."))));
        return identifiers.stream()
                .map(each -> new TableName(String.join(".", each.namespace().levels()), each.name())).sorted().toList();
    }

    @Override
    public boolean exists(TableName table) {
        return call("Cannot look up table [%s]".formatted(table), () -> catalog.tableExists(identifier(table)));
    }

    @Override
    public LakeTable load(TableName table) {
        return new IcebergTable(this, table, loadTable(table));
    }

    /// A handle of its own on the newest metadata.
    Table loadTable(TableName table) {
        return call("Cannot load table [%s]".formatted(table), () -> {
            try {
                return catalog.loadTable(identifier(table));
            } catch (NoSuchTableException e) {
                throw notFound(table, e);
            }
        });
    }

    private NarwhalException notFound(TableName table, RuntimeException cause) {
        String nearest = "";
        try {
            nearest = NearestName.of(table, knownTables(table)).map("; did you mean [%s]?"::formatted).orElse("");
        } catch (NarwhalException e) {
            // the advice is a courtesy
        }
        return new NarwhalException(ErrorCode.TABLE_NOT_FOUND,
                "No table [%s] in catalog [%s]%s".formatted(table, name, nearest), cause);
    }

    private List<TableName> knownTables(TableName near) {
        List<String> namespaces = namespaces();
        if (namespaces.contains(near.namespace())) {
            List<TableName> neighbours = tables(near.namespace());
            if (NearestName.of(near, neighbours).isPresent()) {
                return neighbours;
            }
        }
        return namespaces.stream().flatMap(namespace -> tables(namespace).stream()).toList();
    }

    @Override
    public LakeTable create(TableName table, List<Field> columns, Map<String, String> properties) {
        TableSpec.of(properties);
        Schema schema;
        try {
            schema = IcebergTypes.newSchema(columns);
        } catch (RuntimeException e) {
            throw new NarwhalException(ErrorCode.SCHEMA_MISMATCH,
                    "Cannot create table [%s]: %s".formatted(table, e.getMessage()), e);
        }
        Map<String, String> all = new HashMap<>();
        all.put(TableProperties.FORMAT_VERSION, String.valueOf(IcebergTypes.formatVersion(columns)));
        all.put(TableProperties.DEFAULT_FILE_FORMAT, "parquet");
        all.put(TableProperties.PARQUET_COMPRESSION, "zstd");
        all.put(TableProperties.COMMIT_NUM_RETRIES, "20");
        all.put(TableProperties.DEFAULT_NAME_MAPPING, NameMappingParser.toJson(MappingUtil.create(schema)));
        all.putAll(properties);
        Table created = call("Cannot create table [%s]".formatted(table), () -> {
            createNamespace(identifier(table).namespace());
            return catalog.createTable(identifier(table), schema, PartitionSpec.unpartitioned(), all);
        });
        LOG.info("Created table [{}] at [{}]", table, created.location());
        return new IcebergTable(this, table, created);
    }

    private void createNamespace(Namespace namespace) {
        SupportsNamespaces namespaces = namespaceCatalog();
        if (namespaces.namespaceExists(namespace)) {
            return;
        }
        try {
            namespaces.createNamespace(namespace);
        } catch (AlreadyExistsException e) {
            // another process was faster
        }
    }

    @Override
    public LakeTable setProperties(TableName table, Map<String, String> properties) {
        Table handle = loadTable(table);
        Map<String, String> all = new TreeMap<>(handle.properties());
        properties.forEach((key, value) -> {
            if (value == null) {
                all.remove(key);
            } else {
                all.put(key, value);
            }
        });
        TableSpec.of(all);
        UpdateProperties update = handle.updateProperties();
        properties.forEach((key, value) -> {
            if (value == null) {
                update.remove(key);
            } else {
                update.set(key, value);
            }
        });
        return commit(table, "Cannot set properties of table [%s]", update::commit);
    }

    @Override
    public LakeTable addColumns(TableName table, List<Field> columns) {
        UpdateSchema update = loadTable(table).updateSchema();
        try {
            columns.forEach(column -> update.addColumn(column.name(), IcebergTypes.newType(column.type())));
        } catch (IllegalArgumentException e) {
            throw new NarwhalException(ErrorCode.SCHEMA_MISMATCH,
                    "Cannot add columns to table [%s]: %s".formatted(table, e.getMessage()), e);
        }
        return commit(table, "Cannot add columns to table [%s]", update::commit);
    }

    private LakeTable commit(TableName table, String failure, Runnable update) {
        return call(failure.formatted(table), () -> {
            update.run();
            return load(table);
        });
    }

    @Override
    public void drop(TableName table, boolean purge) {
        boolean dropped = call("Cannot drop table [%s]".formatted(table), () ->
                catalog.dropTable(identifier(table), purge));
        if (!dropped) {
            throw notFound(table, null);
        }
        LOG.info("Dropped table [{}], files [{}]", table, purge ? "deleted" : "kept");
    }

    @Override
    public List<Field> parquetColumns(String uri) {
        return ParquetFooter.read(sourceFiles.input(uri)).columns();
    }

    @Override
    public List<String> expand(List<String> filesOrGlobs) {
        return sourceFiles.expand(filesOrGlobs);
    }

    @Override
    public InputFileHandle open(String uri) {
        return sourceFiles.open(uri);
    }

    SourceFiles sourceFiles() {
        return sourceFiles;
    }

    @Override
    public void close() {
        sourceFiles.close();
        if (catalog instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException e) {
                LOG.warn("Cannot close catalog [{}]", name, e);
            }
        }
    }

    private static TableIdentifier identifier(TableName table) {
        return TableIdentifier.of(Namespace.of(table.namespace().split("\\.")), table.name());
    }

    private static <T> T call(String what, Supplier<T> action) {
        try {
            return action.get();
        } catch (RuntimeException e) {
            throw Failures.catalog(what, e);
        }
    }
}
