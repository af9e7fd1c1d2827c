package org.narwhaldb.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;

/// Writes data and delete files of unpartitioned tables by Iceberg's own API, as another engine would.
public final class IcebergWriter {
    private static int number;

    private IcebergWriter() {}

    public static Record row(Schema schema, Object... values) {
        GenericRecord record = GenericRecord.create(schema);
        for (int index = 0; index < values.length; index++) {
            record.set(index, values[index]);
        }
        return record;
    }

    public static DataFile data(Table table, List<Record> rows) {
        GenericFileWriterFactory factory = new GenericFileWriterFactory.Builder(table)
                .dataFileFormat(FileFormat.PARQUET).build();
        try (DataWriter<Record> writer = factory.newDataWriter(output(table), table.spec(), null)) {
            rows.forEach(writer::write);
            writer.close();
            return writer.toDataFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static DeleteFile positionDeletes(Table table, String path, long... positions) {
        GenericFileWriterFactory factory = new GenericFileWriterFactory.Builder(table)
                .deleteFileFormat(FileFormat.PARQUET).build();
        try (PositionDeleteWriter<Record> writer = factory.newPositionDeleteWriter(output(table), table.spec(), null)) {
            for (long position : positions) {
                PositionDelete<Record> delete = PositionDelete.create();
                writer.write(delete.set(path, position));
            }
            writer.close();
            return writer.toDeleteFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Deletes all older rows whose column has the value.
    public static DeleteFile equalityDelete(Table table, String column, Object value) {
        Schema columns = table.schema().select(column);
        GenericFileWriterFactory factory = new GenericFileWriterFactory.Builder(table)
                .deleteFileFormat(FileFormat.PARQUET)
                .equalityFieldIds(new int[] {columns.columns().getFirst().fieldId()}).equalityDeleteRowSchema(columns)
                .build();
        try (EqualityDeleteWriter<Record> writer = factory.newEqualityDeleteWriter(output(table), table.spec(), null)) {
            writer.write(row(columns, value));
            writer.close();
            return writer.toDeleteFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EncryptedOutputFile output(Table table) {
        synchronized (IcebergWriter.class) {
            return OutputFileFactory.builderFor(table, 1, number++).format(FileFormat.PARQUET).build().newOutputFile();
        }
    }
}
