package org.narwhaldb.store.iceberg;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;

/// A catalog on SQLite and a warehouse in a temporary directory, opened twice: by the lake under test, and by Iceberg's
/// own API to write tables as another engine would, and to read them as the referee.
final class LakeFixture implements AutoCloseable {
    static final TableName NAME = new TableName("main", "t");

    final Lake lake;
    final Catalog catalog;
    private final Path directory;
    private int fileNumber;

    LakeFixture(Path directory) {
        this(directory, Map.of());
    }

    LakeFixture(Path directory, Map<String, String> more) {
        this.directory = directory;
        Map<String, String> properties = new HashMap<>(Map.of(
                "type", "jdbc", "uri", "jdbc:sqlite:" + directory.resolve("catalog.db"),
                "warehouse", directory.resolve("warehouse").toString()));
        properties.putAll(more);
        this.lake = Lake.open("narwhal", properties);
        this.catalog = CatalogUtil.buildIcebergCatalog("narwhal", CatalogSettings.complete(properties),
                new Configuration());
    }

    Path directory() {
        return directory;
    }

    Table create(Schema schema, PartitionSpec spec, int formatVersion) {
        SupportsNamespaces namespaces = (SupportsNamespaces) catalog;
        if (!namespaces.namespaceExists(Namespace.of("main"))) {
            namespaces.createNamespace(Namespace.of("main"));
        }
        return catalog.createTable(TableIdentifier.of("main", "t"), schema, spec,
                Map.of("format-version", String.valueOf(formatVersion)));
    }

    Table table() {
        return catalog.loadTable(TableIdentifier.of("main", "t"));
    }

    LakeTable load() {
        return lake.load(NAME);
    }

    static Record row(Schema schema, Object... values) {
        GenericRecord record = GenericRecord.create(schema);
        for (int index = 0; index < values.length; index++) {
            record.set(index, values[index]);
        }
        return record;
    }

    DataFile write(Table table, Record... rows) {
        return write(table, FileFormat.PARQUET, rows);
    }

    /// All rows must be of one partition.
    DataFile write(Table table, FileFormat format, Record... rows) {
        PartitionKey partition = partition(table, rows[0]);
        GenericFileWriterFactory factory = new GenericFileWriterFactory.Builder(table)
                .dataSchema(table.schema()).dataFileFormat(format).build();
        try (DataWriter<Record> writer = factory.newDataWriter(output(table, format, partition), table.spec(),
                partition)) {
            for (Record row : rows) {
                writer.write(row);
            }
            writer.close();
            return writer.toDataFile();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    DataFile append(Table table, Record... rows) {
        DataFile file = write(table, rows);
        table.newAppend().appendFile(file).commit();
        return file;
    }

    static PartitionKey partition(Table table, Record row) {
        if (table.spec().isUnpartitioned()) {
            return null;
        }
        PartitionKey key = new PartitionKey(table.spec(), table.schema());
        key.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(row));
        return key;
    }

    private EncryptedOutputFile output(Table table, FileFormat format, StructLike partition) {
        OutputFileFactory files = OutputFileFactory.builderFor(table, 1, fileNumber++).format(format).build();
        return partition == null ? files.newOutputFile() : files.newOutputFile(table.spec(), partition);
    }

    /// A position delete file for the given positions of each file.
    DeleteFile positionDeletes(Table table, StructLike partition, Map<DataFile, long[]> positions) {
        GenericFileWriterFactory factory = new GenericFileWriterFactory.Builder(table)
                .deleteFileFormat(FileFormat.PARQUET)
                .build();
        try (PositionDeleteWriter<Record> writer = factory.newPositionDeleteWriter(
                output(table, FileFormat.PARQUET, partition), table.spec(), partition)) {
            List<DataFile> files = positions.keySet().stream()
                    .sorted((one, other) -> one.location().compareTo(other.location())).toList();
            for (DataFile file : files) {
                for (long position : positions.get(file)) {
                    PositionDelete<Record> delete = PositionDelete.create();
                    writer.write(delete.set(file.location(), position));
                }
            }
            writer.close();
            return writer.toDeleteFile();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// An equality delete file of rows of the given columns.
    DeleteFile equalityDeletes(Table table, StructLike partition, Schema columns, Record... rows) {
        int[] ids = columns.columns().stream().mapToInt(column -> column.fieldId()).toArray();
        GenericFileWriterFactory factory = new GenericFileWriterFactory.Builder(table)
                .deleteFileFormat(FileFormat.PARQUET)
                .equalityFieldIds(ids).equalityDeleteRowSchema(columns).build();
        try (EqualityDeleteWriter<Record> writer = factory.newEqualityDeleteWriter(
                output(table, FileFormat.PARQUET, partition), table.spec(), partition)) {
            for (Record row : rows) {
                writer.write(row);
            }
            writer.close();
            return writer.toDeleteFile();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// One Puffin file with a deletion vector for each data file.
    List<DeleteFile> deletionVectors(Table table, Map<DataFile, long[]> positions) {
        try {
            OutputFileFactory files = OutputFileFactory.builderFor(table, 1, fileNumber++).format(FileFormat.PUFFIN)
                    .build();
            BaseDVFileWriter writer = new BaseDVFileWriter(files, path -> null);
            try (Closeable closing = writer) {
                positions.forEach((file, deleted) -> {
                    for (long position : deleted) {
                        writer.delete(file.location(), position, table.spec(), file.partition());
                    }
                });
            }
            return writer.result().deleteFiles();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// All live rows as our door reads them, as text, sorted.
    List<String> ours() {
        return ours(load());
    }

    List<String> ours(LakeTable table) {
        List<String> rows = new ArrayList<>();
        table.sourceFiles().values().forEach(file -> rows.addAll(liveRows(table, file)));
        rows.sort(null);
        return rows;
    }

    static List<String> liveRows(LakeTable table, LakeTable.SourceFile file) {
        return rowsBut(table, file, table.deletedPositions(file));
    }

    static List<String> rowsBut(LakeTable table, LakeTable.SourceFile file, long... deleted) {
        List<Field> columns = table.fields();
        List<String> live = new ArrayList<>();
        ShapeSink sink = new ShapeSink();
        long count = 0;
        try (SourceRows rows = table.read(file, columns)) {
            while (rows.next()) {
                if (rows.position() != count++) {
                    throw new AssertionError("position " + rows.position() + " of row " + (count - 1));
                }
                if (Arrays.binarySearch(deleted, rows.position()) >= 0) {
                    continue;
                }
                List<String> values = new ArrayList<>();
                for (int column = 0; column < columns.size(); column++) {
                    rows.appendTo(column, sink);
                    if (rows.isNull(column) != (sink.take() == null)) {
                        throw new AssertionError("isNull of " + columns.get(column));
                    }
                    values.add(RowText.ofShape(sink.take()));
                }
                live.add(values.toString());
            }
        }
        if (count != file.rowCount()) {
            throw new AssertionError("%d rows of %d in %s".formatted(count, file.rowCount(), file.path()));
        }
        return live;
    }

    /// All live rows as Iceberg's generic reader reads them, in the same text.
    List<String> referee() {
        return referee(table());
    }

    static List<String> referee(Table table) {
        List<String> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            for (Record record : records) {
                List<String> values = new ArrayList<>();
                // a scan with position deletes adds a column to its records
                for (int index = 0; index < table.schema().columns().size(); index++) {
                    values.add(RowText.ofGeneric(record.get(index)));
                }
                rows.add(values.toString());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        rows.sort(null);
        return rows;
    }

    @Override
    public void close() throws IOException {
        lake.close();
        ((Closeable) catalog).close();
    }
}
