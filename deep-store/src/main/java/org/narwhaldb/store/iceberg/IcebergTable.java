package org.narwhaldb.store.iceberg;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;
import org.narwhaldb.store.object.LocalDisk;
import org.narwhaldb.store.version.SegmentEntry;

/// One table at the metadata version it was loaded at: the handle is its own and never refreshed, and loads commit
/// through another.
final class IcebergTable implements LakeTable {
    private final IcebergLake lake;
    private final TableName name;
    private final Table table;
    private final SourceReader reader;
    private final DeletedRows deletedRows;

    IcebergTable(IcebergLake lake, TableName name, Table table) {
        this.lake = lake;
        this.name = name;
        this.table = table;
        this.reader = new SourceReader(table);
        this.deletedRows = new DeletedRows(reader, new DeleteFiles(table.io()));
    }

    @Override
    public TableName name() {
        return name;
    }

    @Override
    public String uuid() {
        return table.uuid().toString();
    }

    @Override
    public String location() {
        return table.location();
    }

    @Override
    public long snapshotId() {
        return table.currentSnapshot() == null ? -1 : table.currentSnapshot().snapshotId();
    }

    @Override
    public long sequenceNumber() {
        return table.currentSnapshot() == null ? 0 : table.currentSnapshot().sequenceNumber();
    }

    @Override
    public int schemaId() {
        return table.schema().schemaId();
    }

    @Override
    public List<Field> fields() {
        return IcebergTypes.fields(table.schema().columns());
    }

    @Override
    public Map<String, String> properties() {
        return Map.copyOf(table.properties());
    }

    @Override
    public TableSpec spec() {
        return TableSpec.of(table.properties());
    }

    @Override
    public List<Integer> sortFieldIds() {
        List<Integer> ids = new ArrayList<>();
        for (SortField field : table.sortOrder().fields()) {
            // a term that is not a column's own ascending order ends what our sort can follow
            if (!field.transform().isIdentity() || field.direction() != SortDirection.ASC) {
                break;
            }
            ids.add(field.sourceId());
        }
        return List.copyOf(ids);
    }

    @Override
    public List<Integer> partitionFieldIds() {
        Set<Integer> current = new TreeSet<>();
        for (Types.NestedField column : table.schema().columns()) {
            current.add(column.fieldId());
        }
        Set<Integer> ids = new TreeSet<>();
        for (PartitionSpec spec : table.specs().values()) {
            for (PartitionField field : spec.fields()) {
                if (current.contains(field.sourceId()) && !field.transform().isVoid()) {
                    ids.add(field.sourceId());
                }
            }
        }
        return List.copyOf(ids);
    }

    @Override
    public Map<String, SourceFile> sourceFiles() {
        Map<String, SourceFile> files = new TreeMap<>();
        if (table.currentSnapshot() == null) {
            return files;
        }
        try (CloseableIterable<FileScanTask> tasks = scan().planFiles()) {
            for (FileScanTask task : tasks) {
                SourceFile file = sourceFile(task);
                if (files.put(file.path(), file) != null) {
                    throw NarwhalException.of(ErrorCode.NOT_SUPPORTED,
                            "Snapshot [%d] of table [%s] names data file [%s] twice; remove one of the two entries",
                            snapshotId(), name, file.path());
                }
            }
            return files;
        } catch (IOException | RuntimeException e) {
            String what = "Cannot plan snapshot [%d] of table [%s]".formatted(snapshotId(), name);
            ErrorCode code = Failures.isMissing(e) ? ErrorCode.SOURCE_FILE_MISSING : ErrorCode.CATALOG_UNAVAILABLE;
            throw LocalDisk.failure(code, what, e);
        }
    }

    /// Scans carry no column statistics unless asked: those of the time column are what segments are planned by.
    private TableScan scan() {
        String time = table.properties().get(TableSpec.TIME_COLUMN);
        TableScan scan = table.newScan();
        return time == null || table.schema().findField(time) == null ? scan : scan.includeColumnStats(List.of(time));
    }

    @Override
    public Optional<SegmentEntry.ColumnBounds> bounds(SourceFile file, int fieldId) {
        DataFile data = ((FileScanTask) file.handle()).file();
        Type type = table.schema().findType(fieldId);
        ByteBuffer lower = data.lowerBounds() == null ? null : data.lowerBounds().get(fieldId);
        ByteBuffer upper = data.upperBounds() == null ? null : data.upperBounds().get(fieldId);
        Long nulls = data.nullValueCounts() == null ? null : data.nullValueCounts().get(fieldId);
        if (type == null || lower == null || upper == null) {
            boolean allNull = nulls != null && nulls == data.recordCount();
            return allNull ? Optional.of(new SegmentEntry.ColumnBounds(null, null, nulls)) : Optional.empty();
        }
        if (lower.remaining() < Long.BYTES && type.typeId() == Type.TypeID.TIMESTAMP) {
            // written as a date, before the column was promoted
            return Optional.empty();
        }
        Object min = Conversions.fromByteBuffer(type, lower);
        Object max = Conversions.fromByteBuffer(type, upper);
        return min instanceof Number low && max instanceof Number high
                ? Optional.of(new SegmentEntry.ColumnBounds(low.longValue(), high.longValue(), nulls == null ? 0 : nulls))
                : Optional.empty();
    }

    @Override
    public Set<Integer> defaultedFieldIds() {
        Set<Integer> ids = new TreeSet<>();
        for (Types.NestedField column : table.schema().columns()) {
            if (column.initialDefault() != null) {
                ids.add(column.fieldId());
            }
        }
        return ids;
    }

    private static SourceFile sourceFile(FileScanTask task) {
        DataFile file = task.file();
        Long sequenceNumber = file.dataSequenceNumber();
        return new SourceFile(file.location(), sequenceNumber == null ? 0 : sequenceNumber, file.recordCount(),
                file.fileSizeInBytes(), task.deletes().stream().map(DeleteFiles::identity).toList(), task);
    }

    @Override
    public Optional<Long> snapshotOfLoad(String loadId) {
        return LoadHistory.find(table, loadId);
    }

    @Override
    public SourceRows read(SourceFile file, List<Field> columns) {
        return reader.open((FileScanTask) file.handle(), columns);
    }

    @Override
    public SourceBatches readBatches(SourceFile file, List<Field> columns) {
        return reader.openBatches((FileScanTask) file.handle(), columns);
    }

    @Override
    public long[] deletedPositions(SourceFile file) {
        return deletedRows.positions((FileScanTask) file.handle());
    }

    @Override
    public LakeLoad newLoad(String loadId) {
        Table fresh = lake.loadTable(name);
        if (!fresh.uuid().equals(table.uuid())) {
            throw NarwhalException.of(ErrorCode.LOAD_CONFLICT,
                    "Table [%s] was dropped and created anew since it was opened; open it again", name);
        }
        return new FileLoad(lake, name, fresh, loadId);
    }
}
