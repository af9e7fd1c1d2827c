package org.narwhaldb.conformance.chaos;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.narwhaldb.conformance.lake.IcebergFiles;
import org.narwhaldb.conformance.processes.DataLocation;

/// The run's tables as another engine sees them: created and committed to by Iceberg's API. A commit goes by a number
/// in its snapshot's summary, so that one whose outcome was not told can be looked for.
final class LakeTables implements AutoCloseable {
    static final Schema FACTS = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.required(2, "batch", Types.LongType.get()),
            Types.NestedField.required(3, "grp", Types.LongType.get()),
            Types.NestedField.required(4, "amount", Types.LongType.get()),
            Types.NestedField.required(5, "day", Types.DateType.get()));
    static final Schema GROUPS = new Schema(
            Types.NestedField.required(1, "grp", Types.LongType.get()),
            Types.NestedField.required(2, "weight", Types.LongType.get()));
    private static final Namespace NAMESPACE = Namespace.of("main");
    private static final String COMMIT = "chaos-commit";

    private final Catalog catalog;

    LakeTables(DataLocation data) {
        catalog = CatalogUtil.buildIcebergCatalog("narwhal", data.catalogForOthers(), new Configuration());
        SupportsNamespaces namespaces = (SupportsNamespaces) catalog;
        if (!namespaces.namespaceExists(NAMESPACE)) {
            namespaces.createNamespace(NAMESPACE);
        }
    }

    Table createFacts(String name) {
        return catalog.createTable(TableIdentifier.of(NAMESPACE, name), FACTS, PartitionSpec.unpartitioned(), Map.of(
                "format-version", "2", "write.parquet.compression-codec", "uncompressed",
                "narwhal.time-column", "day", "narwhal.segment-time", "month", "narwhal.cluster-by", "grp"));
    }

    Table createGroups(String name) {
        return catalog.createTable(TableIdentifier.of(NAMESPACE, name), GROUPS, PartitionSpec.unpartitioned(),
                Map.of("format-version", "2"));
    }

    Table load(String name) {
        return catalog.loadTable(TableIdentifier.of(NAMESPACE, name));
    }

    static Record record(FactRow row) {
        return IcebergFiles.row(FACTS, row.id(), row.batch(), row.group(), row.amount(), row.day());
    }

    static List<Record> records(GroupWeights weights) {
        return java.util.stream.LongStream.range(0, FactRow.GROUPS)
                .mapToObj(group -> IcebergFiles.row(GROUPS, group, weights.weight(group))).toList();
    }

    static void number(SnapshotUpdate<?> update, long number) {
        update.set(COMMIT, String.valueOf(number));
    }

    /// Whether the commit of that number is the table's last.
    boolean isCommitted(String name, long number) {
        Snapshot current = load(name).currentSnapshot();
        return current != null && String.valueOf(number).equals(current.summary().get(COMMIT));
    }

    @Override
    public void close() {
        try {
            ((Closeable) catalog).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
