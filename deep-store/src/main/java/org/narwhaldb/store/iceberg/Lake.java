package org.narwhaldb.store.iceberg;

import java.util.List;
import java.util.Map;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;

/// The only door to Iceberg: one catalog and what stands in it. Thread-safe.
/// Failures: CATALOG_UNAVAILABLE; COMMIT_OUTCOME_UNKNOWN when a commit's fate is not known.
public interface Lake extends AutoCloseable {

    /// Builds the catalog by Iceberg's `CatalogUtil`.
    ///
    /// @param name catalog name
    /// @param properties Iceberg's own catalog properties (`type` or `catalog-impl`, `uri`, `warehouse`, `io-impl`,
    ///     `s3.*` …)
    static Lake open(String name, Map<String, String> properties) {
        return IcebergLake.open(name, properties);
    }

    String catalogName();

    List<String> namespaces();

    List<TableName> tables(String namespace);

    boolean exists(TableName table);

    /// The table at its newest metadata.
    ///
    /// @throws org.narwhaldb.segment.error.NarwhalException TABLE_NOT_FOUND (with the nearest known name)
    LakeTable load(TableName table);

    /// Creates an unpartitioned table, namespaces included; field ids of `columns` are ignored and assigned anew. The
    /// name mapping property is set so that Parquet files without field ids can be added as they are.
    LakeTable create(TableName table, List<Field> columns, Map<String, String> properties);

    /// Sets (value) and removes (null) table properties.
    LakeTable setProperties(TableName table, Map<String, String> properties);

    /// Adds columns, all nullable, to the end.
    LakeTable addColumns(TableName table, List<Field> columns);

    void drop(TableName table, boolean purge);

    /// Columns that a Parquet file would give a new table, from its schema alone.
    ///
    /// @throws org.narwhaldb.segment.error.NarwhalException BAD_INPUT_FILE
    List<Field> parquetColumns(String uri);

    /// The named files as URIs: local paths, `file:`, `s3:`; globs (`*`, `?`, `[...]`, `**`) expanded, sorted.
    ///
    /// @throws org.narwhaldb.segment.error.NarwhalException FILE_NOT_FOUND when one names nothing
    List<String> expand(List<String> filesOrGlobs);

    /// Opens any file this process may read (local, s3), for loads.
    InputFileHandle open(String uri);

    @Override
    void close();

    interface InputFileHandle {
        String uri();

        long sizeBytes();

        java.io.InputStream stream();
    }
}
