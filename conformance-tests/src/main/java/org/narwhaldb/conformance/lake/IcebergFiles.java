package org.narwhaldb.conformance.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types;

/// Data and delete files of a table, written and not yet committed, as Spark or Flink would write them.
public final class IcebergFiles {
    private static int fileNumber;

    private IcebergFiles() {}

    public static Record row(Schema schema, Object... values) {
        GenericRecord record = GenericRecord.create(schema);
        for (int index = 0; index < values.length; index++) {
            record.set(index, values[index]);
        }
        return record;
    }

    /// All rows must be of one partition.
    public static DataFile write(Table table, List<Record> rows) {
        PartitionKey partition = partition(table, rows.getFirst());
        GenericFileWriterFactory factory = new GenericFileWriterFactory.Builder(table)
                .dataSchema(table.schema()).dataFileFormat(FileFormat.PARQUET).build();
        DataWriter<Record> writer = factory.newDataWriter(output(table, FileFormat.PARQUET, partition), table.spec(), partition);
        try (writer) {
            rows.forEach(writer::write);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return writer.toDataFile();
    }

    private static PartitionKey partition(Table table, Record row) {
        if (table.spec().isUnpartitioned()) {
            return null;
        }
        PartitionKey key = new PartitionKey(table.spec(), table.schema());
        key.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(row));
        return key;
    }

    private static synchronized EncryptedOutputFile output(Table table, FileFormat format, StructLike partition) {
        OutputFileFactory files = OutputFileFactory.builderFor(table, 1, fileNumber++).format(format).build();
        return partition == null ? files.newOutputFile() : files.newOutputFile(table.spec(), partition);
    }

    /// A position delete file for the given positions of some data files, which must be of one partition.
    ///
    /// @param positions ascending, by data file
    public static DeleteFile positionDeletes(Table table, StructLike partition, Map<DataFile, List<Long>> positions) {
        GenericFileWriterFactory factory = new GenericFileWriterFactory.Builder(table).deleteFileFormat(FileFormat.PARQUET).build();
        PositionDeleteWriter<Record> writer = factory.newPositionDeleteWriter(
                output(table, FileFormat.PARQUET, partition), table.spec(), partition);
        List<DataFile> files = positions.keySet().stream().sorted(java.util.Comparator.comparing(DataFile::location)).toList();
        try (writer) {
            for (DataFile file : files) {
                for (long position : positions.get(file)) {
                    PositionDelete<Record> delete = PositionDelete.create();
                    writer.write(delete.set(file.location(), position));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return writer.toDeleteFile();
    }

    /// An equality delete file of rows of the given columns.
    public static DeleteFile equalityDeletes(Table table, StructLike partition, Schema columns, List<Record> rows) {
        int[] ids = columns.columns().stream().mapToInt(Types.NestedField::fieldId).toArray();
        GenericFileWriterFactory factory = new GenericFileWriterFactory.Builder(table).deleteFileFormat(FileFormat.PARQUET)
                .equalityFieldIds(ids).equalityDeleteRowSchema(columns).build();
        EqualityDeleteWriter<Record> writer = factory.newEqualityDeleteWriter(
                output(table, FileFormat.PARQUET, partition), table.spec(), partition);
        try (writer) {
            rows.forEach(writer::write);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return writer.toDeleteFile();
    }
}
