package org.narwhaldb.conformance;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types;
import org.narwhaldb.conformance.lake.IcebergFiles;

/// Another engine on a cluster's own catalog and warehouse, by Iceberg's Java API alone: writes tables as Spark or Flink would,
/// and reads them as the referee does.
final class IcebergTables implements AutoCloseable {
    private static final Namespace NAMESPACE = Namespace.of("main");

    private final Catalog catalog;
    private int puffinNumber;

    IcebergTables(Map<String, String> catalogProperties) {
        Map<String, String> properties = new HashMap<>(catalogProperties);
        // the cluster polls the same SQLite file
        properties.computeIfPresent("uri", (_, uri) -> uri + "?busy_timeout=30000");
        catalog = CatalogUtil.buildIcebergCatalog("narwhal", properties, new Configuration());
        SupportsNamespaces namespaces = (SupportsNamespaces) catalog;
        if (!namespaces.namespaceExists(NAMESPACE)) {
            namespaces.createNamespace(NAMESPACE);
        }
    }

    /// In the namespace `main`.
    Table create(String name, Schema schema, PartitionSpec spec, int formatVersion) {
        return catalog.createTable(TableIdentifier.of(NAMESPACE, name), schema, spec,
                Map.of("format-version", String.valueOf(formatVersion), "write.parquet.compression-codec", "uncompressed"));
    }

    Table load(String name) {
        return catalog.loadTable(TableIdentifier.of(NAMESPACE, name));
    }

    void drop(String name) {
        catalog.dropTable(TableIdentifier.of(NAMESPACE, name), true);
    }

    static Record row(Schema schema, Object... values) {
        return IcebergFiles.row(schema, values);
    }

    /// A data file that is not committed. All rows must be of one partition.
    DataFile write(Table table, List<Record> rows) {
        return IcebergFiles.write(table, rows);
    }

    DataFile append(Table table, Record... rows) {
        DataFile file = write(table, List.of(rows));
        table.newAppend().appendFile(file).commit();
        return file;
    }

    /// Commits a position delete file for the given positions of one data file.
    void deletePositions(Table table, DataFile file, long... positions) {
        StructLike partition = table.spec().isUnpartitioned() ? null : file.partition();
        Map<DataFile, List<Long>> deletes = Map.of(file, Arrays.stream(positions).boxed().toList());
        table.newRowDelta().addDeletes(IcebergFiles.positionDeletes(table, partition, deletes)).commit();
    }

    /// An equality delete file of rows of the given columns, not committed.
    DeleteFile equalityDeletes(Table table, StructLike partition, Schema columns, Record... rows) {
        return IcebergFiles.equalityDeletes(table, partition, columns, List.of(rows));
    }

    /// Commits one Puffin file with a deletion vector for each data file, in place of `replaced` ones.
    List<DeleteFile> deleteByVectors(Table table, Map<DataFile, long[]> positions, List<DeleteFile> replaced) {
        OutputFileFactory files = OutputFileFactory.builderFor(table, 1, puffinNumber++).format(FileFormat.PUFFIN).build();
        BaseDVFileWriter writer = new BaseDVFileWriter(files, path -> null);
        try (Closeable closing = writer) {
            positions.forEach((file, deleted) -> {
                for (long position : deleted) {
                    writer.delete(file.location(), position, table.spec(), file.partition());
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RowDelta delta = table.newRowDelta().validateFromSnapshot(table.currentSnapshot().snapshotId());
        writer.result().deleteFiles().forEach(delta::addDeletes);
        replaced.forEach(delta::removeDeletes);
        delta.commit();
        return writer.result().deleteFiles();
    }

    /// All rows as Iceberg's own reader sees them, in the shapes of `ValueText`.
    Rows read(String name) {
        Table table = load(name);
        List<Types.NestedField> columns = table.schema().columns();
        List<List<Object>> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            for (Record record : records) {
                List<Object> values = new ArrayList<>();
                // a scan with position deletes adds a column to its records
                for (int index = 0; index < columns.size(); index++) {
                    values.add(plain(record.get(index)));
                }
                rows.add(values);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Rows(columns.stream().map(Types.NestedField::name).toList(), rows);
    }

    private static Object plain(Object value) {
        return switch (value) {
            case null -> null;
            case Integer number -> number.longValue();
            case Float number -> Double.valueOf(number.toString());
            case OffsetDateTime time -> time.toInstant();
            case ByteBuffer buffer -> {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                yield HexFormat.of().formatHex(bytes);
            }
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            case CharSequence text -> text.toString();
            case List<?> list -> {
                List<Object> values = new ArrayList<>();
                list.forEach(element -> values.add(plain(element)));
                yield values;
            }
            case Map<?, ?> map -> {
                Map<Object, Object> values = new LinkedHashMap<>();
                map.forEach((key, each) -> values.put(plain(key), plain(each)));
                yield values;
            }
            case Record record -> {
                Map<Object, Object> values = new LinkedHashMap<>();
                for (Types.NestedField field : record.struct().fields()) {
                    values.put(field.name(), plain(record.getField(field.name())));
                }
                yield values;
            }
            default -> value;
        };
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
