package org.narwhaldb.store.iceberg;

import java.io.IOException;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The footer of a Parquet file (https://parquet.apache.org/docs/file-format/metadata/): what can be known without
/// reading rows.
record ParquetFooter(String location, ParquetMetadata metadata) {
    /// Without Hadoop's configuration, which is read from XML files anew for every reader otherwise.
    private static final ParquetReadOptions OPTIONS = ParquetReadOptions.builder(new PlainParquetConfiguration()).build();

    /// @throws NarwhalException FILE_NOT_FOUND, BAD_INPUT_FILE
    static ParquetFooter read(InputFile file) {
        try (ParquetFileReader reader = ParquetFileReader.open(new Adapter(file), OPTIONS)) {
            return new ParquetFooter(file.location(), reader.getFooter());
        } catch (IOException | RuntimeException e) {
            if (Failures.isMissing(e)) {
                throw new NarwhalException(ErrorCode.FILE_NOT_FOUND, "No file [%s]".formatted(file.location()), e);
            }
            throw Failures.source("Parquet file", file.location(), e);
        }
    }

    MessageType schema() {
        return metadata.getFileMetaData().getSchema();
    }

    boolean hasIds() {
        return ParquetSchemaUtil.hasIds(schema());
    }

    long rowCount() {
        return metadata.getBlocks().stream().mapToLong(block -> block.getRowCount()).sum();
    }

    Schema icebergSchema() {
        try {
            return ParquetSchemaUtil.convert(schema());
        } catch (RuntimeException e) {
            throw new NarwhalException(ErrorCode.BAD_INPUT_FILE,
                    "Parquet file [%s] has a type that no Iceberg type matches: %s".formatted(location, e.getMessage()),
                    e);
        }
    }

    List<Field> columns() {
        return IcebergTypes.fields(icebergSchema().columns());
    }

    private record Adapter(InputFile file) implements org.apache.parquet.io.InputFile {
        @Override
        public long getLength() {
            return file.getLength();
        }

        @Override
        public SeekableInputStream newStream() {
            org.apache.iceberg.io.SeekableInputStream stream = file.newStream();
            return new DelegatingSeekableInputStream(stream) {
                @Override
                public long getPos() throws IOException {
                    return stream.getPos();
                }

                @Override
                public void seek(long position) throws IOException {
                    stream.seek(position);
                }
            };
        }
    }
}
