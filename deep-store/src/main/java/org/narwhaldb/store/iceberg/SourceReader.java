package org.narwhaldb.store.iceberg;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.IdentityPartitionConverters;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.formats.ReadBuilder;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.PartitionUtil;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Opens data files of one table by Iceberg's rules of column projection
/// (https://iceberg.apache.org/spec/#column-projection): by field id, by name mapping where a file has no ids, with
/// values of identity partitions and initial defaults filled in.
final class SourceReader {
    private final Table table;
    private final NameMapping nameMapping;
    private final Map<Integer, Types.NestedField> columnsEver = new HashMap<>();

    SourceReader(Table table) {
        this.table = table;
        String mapping = table.properties().get(TableProperties.DEFAULT_NAME_MAPPING);
        this.nameMapping = mapping == null ? null : NameMappingParser.fromJson(mapping);
        // the current schema's columns come last and win
        table.schemas().values().stream()
                .sorted((one, other) -> Integer.compare(one.schemaId(), other.schemaId()))
                .forEach(schema -> schema.columns().forEach(column -> columnsEver.put(column.fieldId(), column)));
        table.schema().columns().forEach(column -> columnsEver.put(column.fieldId(), column));
    }

    /// Columns of the current schema, else of an earlier one: an equality delete may speak of a column dropped since.
    Schema schema(List<Integer> fieldIds) {
        return new Schema(fieldIds.stream().map(this::column).toList());
    }

    private Types.NestedField column(int fieldId) {
        Types.NestedField column = columnsEver.get(fieldId);
        if (column == null) {
            throw NarwhalException.of(ErrorCode.COLUMN_NOT_FOUND,
                    "No top-level column with field id [%d] in table [%s]", fieldId, table.name());
        }
        return column;
    }

    SourceRows open(FileScanTask task, List<Field> columns) {
        return task.file().format() == FileFormat.PARQUET ? new BatchRowCursor(openBatches(task, columns), columns)
                : openRecords(task, columns);
    }

    SourceBatches openBatches(FileScanTask task, List<Field> columns) {
        if (task.file().format() != FileFormat.PARQUET) {
            return new RowBatches(openRecords(task, columns), columns.size());
        }
        try {
            return new ParquetBatches(input(task), schema(columns.stream().map(Field::id).toList()), columns,
                    constants(task), nameMapping);
        } catch (RuntimeException e) {
            throw Failures.source("Data file", task.file().location(), e);
        }
    }

    private SourceRows openRecords(FileScanTask task, List<Field> columns) {
        String location = task.file().location();
        Schema schema = schema(columns.stream().map(Field::id).toList());
        try {
            return new RecordRows(location, records(task, schema), columns);
        } catch (RuntimeException e) {
            throw Failures.source("Data file", location, e);
        }
    }

    /// The file's rows in Iceberg's generic data model; containers are reused from row to row.
    CloseableIterable<Record> records(FileScanTask task, Schema schema) {
        ReadBuilder<Record, ?> builder = FormatModelRegistry.readBuilder(task.file().format(), Record.class,
                input(task));
        builder.project(schema).idToConstant(constants(task)).reuseContainers();
        if (nameMapping != null) {
            builder.withNameMapping(nameMapping);
        }
        return builder.build();
    }

    private InputFile input(FileScanTask task) {
        return table.io().newInputFile(task.file());
    }

    private static Map<Integer, ?> constants(FileScanTask task) {
        return PartitionUtil.constantsMap(task, IdentityPartitionConverters::convertConstant);
    }
}
