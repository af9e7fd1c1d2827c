package org.narwhaldb.store.iceberg;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.CleanableFailure;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.Types;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.object.LocalDisk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A load: data files written or copied under the table's location, invisible until one commit names them all.
final class FileLoad implements LakeLoad {
    private static final Logger LOG = LoggerFactory.getLogger(FileLoad.class);

    private enum State { OPEN, COMMITTED, UNKNOWN, CLOSED }

    private final IcebergLake lake;
    private final TableName name;
    private final Table table;
    private final String loadId;
    private final Schema schema;
    private final boolean[] required;
    private final List<RowFiles> writers = new CopyOnWriteArrayList<>();
    private Rows ownRows;
    private final Queue<DataFile> copied = new ConcurrentLinkedQueue<>();
    private final Queue<String> copiedLocations = new ConcurrentLinkedQueue<>();
    private final LongAdder rowCount = new LongAdder();
    private State state = State.OPEN;

    FileLoad(IcebergLake lake, TableName name, Table table, String loadId) {
        this.lake = lake;
        this.name = name;
        this.table = table;
        this.loadId = loadId;
        this.schema = table.schema();
        this.required = new boolean[schema.columns().size()];
        for (int index = 0; index < required.length; index++) {
            required[index] = schema.columns().get(index).isRequired();
        }
    }

    @Override
    public void writeRow(Object[] row) {
        if (row.length != required.length) {
            throw new IllegalArgumentException("A row of %d values for %d columns".formatted(row.length, required.length));
        }
        if (ownRows == null) {
            ownRows = rows();
        }
        for (int index = 0; index < row.length; index++) {
            if (row[index] == null) {
                ownRows.setNull(index);
            } else {
                ownRows.setShape(index, row[index]);
            }
        }
        ownRows.endRow();
    }

    @Override
    public Rows rows() {
        RowFiles files = FlatFiles.fits(table) ? new FlatFiles(table) : new PartitionedFiles(table);
        writers.add(files);
        return new CheckedRows(files);
    }

    /// Rows of one thread: counted, and with a value wherever one is required.
    private final class CheckedRows implements Rows {
        private final RowFiles files;

        private CheckedRows(RowFiles files) {
            this.files = files;
        }

        @Override
        public void setNull(int column) {
            if (required[column]) {
                throw NarwhalException.of(ErrorCode.BAD_INPUT_ROW,
                        "Column [%s] of table [%s] is required, its value is NULL", schema.columns().get(column).name(), name);
            }
            files.setNull(column);
        }

        @Override
        public void setBoolean(int column, boolean value) {
            files.setBoolean(column, value);
        }

        @Override
        public void setLong(int column, long value) {
            files.setLong(column, value);
        }

        @Override
        public void setDouble(int column, double value) {
            files.setDouble(column, value);
        }

        @Override
        public void setBytes(int column, byte[] bytes, int offset, int length) {
            files.setBytes(column, bytes, offset, length);
        }

        @Override
        public void setShape(int column, Object value) {
            files.setShape(column, value);
        }

        @Override
        public void endRow() {
            requireOpen();
            files.endRow();
            rowCount.increment();
        }
    }

    @Override
    public void addParquet(String uri) {
        requireOpen();
        InputFile source = lake.sourceFiles().input(uri);
        ParquetFooter footer = ParquetFooter.read(source);
        String mappingJson = table.properties().get(TableProperties.DEFAULT_NAME_MAPPING);
        NameMapping mapping = mappingJson == null ? null : NameMappingParser.fromJson(mappingJson);
        ParquetAdmission.Fit fit = ParquetAdmission.check(footer, name.toString(), schema, mapping);
        if (fit.asItIs() && table.spec().isUnpartitioned()) {
            Metrics metrics = metrics(footer, mapping);
            ParquetAdmission.requireNoNulls(schema, metrics, uri);
            copy(source, footer, metrics);
        } else {
            LOG.info("Rewriting [{}] row by row: the table is partitioned, or the file's form is not one to keep", uri);
            rewrite(source, fit);
        }
    }

    private Metrics metrics(ParquetFooter footer, NameMapping mapping) {
        try {
            return ParquetUtil.footerMetrics(footer.metadata(), Stream.empty(), MetricsConfig.forTable(table), mapping);
        } catch (RuntimeException e) {
            throw Failures.source("Parquet file", footer.location(), e);
        }
    }

    private void copy(InputFile source, ParquetFooter footer, Metrics metrics) {
        String location = table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet");
        OutputFile target = table.io().newOutputFile(location);
        copiedLocations.add(target.location());
        long length;
        try (InputStream in = source.newStream(); OutputStream out = target.create()) {
            length = in.transferTo(out);
        } catch (IOException | RuntimeException e) {
            throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE,
                    "Cannot copy [%s] to [%s]".formatted(source.location(), target.location()), e);
        }
        copied.add(DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(target.location())
                .withFileSizeInBytes(length)
                .withFormat(FileFormat.PARQUET)
                .withMetrics(metrics)
                .withSplitOffsets(ParquetUtil.getSplitOffsets(footer.metadata()))
                .build());
        rowCount.add(metrics.recordCount());
    }

    /// Reads with the file's own ids (assigned by place where it has none) and matches columns by name.
    private synchronized void rewrite(InputFile source, ParquetAdmission.Fit fit) {
        List<Field> wanted = new ArrayList<>();
        int[] places = new int[fit.fileSchema().columns().size()];
        List<Types.NestedField> tableColumns = schema.columns();
        for (Types.NestedField column : fit.fileSchema().columns()) {
            Types.NestedField target = fit.columns().get(column.name());
            places[wanted.size()] = tableColumns.indexOf(target);
            Field field = IcebergTypes.field(target, "");
            wanted.add(new Field(column.fieldId(), column.name(), field.type(), true));
        }
        NameMapping byPlace = MappingUtil.create(fit.fileSchema());
        ShapeSink sink = new ShapeSink();
        try (SourceRows rows = new BatchRowCursor(
                new ParquetBatches(source, fit.fileSchema(), wanted, Map.of(), byPlace), wanted)) {
            while (rows.next()) {
                Object[] row = new Object[tableColumns.size()];
                for (int index = 0; index < places.length; index++) {
                    rows.appendTo(index, sink);
                    row[places[index]] = sink.take();
                }
                writeRow(row);
            }
        } catch (NarwhalException e) {
            throw e;
        } catch (RuntimeException e) {
            throw Failures.source("Parquet file", source.location(), e);
        }
    }

    @Override
    public long rowCount() {
        return rowCount.sum();
    }

    @Override
    public int fileCount() {
        return writers.stream().mapToInt(files -> files.started().size()).sum() + copied.size();
    }

    @Override
    public long commit(boolean overwrite) {
        requireOpen();
        List<DataFile> files = new ArrayList<>(copied);
        writers.forEach(each -> files.addAll(each.finish()));
        refresh();
        Optional<Long> earlier = LoadHistory.find(table, loadId);
        if (earlier.isPresent()) {
            LOG.info("Load [{}] of table [{}] is in snapshot [{}] already", loadId, name, earlier.get());
            state = namesOurFiles(earlier.get()) ? State.COMMITTED : State.OPEN;
            return earlier.get();
        }
        SnapshotUpdate<?> update = overwrite ? overwriteAll(files) : append(files);
        try {
            update.set(LoadHistory.LOAD_ID, loadId);
            update.validateWith(new NotLoadedYet());
            update.commit();
        } catch (RuntimeException e) {
            return afterFailure(e);
        }
        state = State.COMMITTED;
        refresh();
        // by its id: others may have committed in the meantime
        long snapshot = LoadHistory.find(table, loadId).orElseGet(() -> table.currentSnapshot().snapshotId());
        LOG.info("Committed load [{}] of table [{}]: [{}] files, [{}] rows, snapshot [{}]",
                loadId, name, files.size(), rowCount(), snapshot);
        return snapshot;
    }

    private AppendFiles append(List<DataFile> files) {
        AppendFiles append = table.newAppend();
        files.forEach(append::appendFile);
        return append;
    }

    private OverwriteFiles overwriteAll(List<DataFile> files) {
        OverwriteFiles overwrite = table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
        files.forEach(overwrite::addFile);
        return overwrite;
    }

    /// Looks for the load in the table: an error does not say that the commit failed.
    private long afterFailure(RuntimeException failure) {
        String what = "Cannot commit load [%s] of table [%s]".formatted(loadId, name);
        boolean known = failure instanceof CleanableFailure || Failures.isBeforeCommit(failure);
        Optional<Long> found;
        try {
            table.refresh();
            found = LoadHistory.find(table, loadId);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            found = Optional.empty();
        }
        if (found.isPresent()) {
            state = namesOurFiles(found.get()) ? State.COMMITTED : State.OPEN;
            return found.get();
        }
        if (!known) {
            state = State.UNKNOWN;
            throw new NarwhalException(ErrorCode.COMMIT_OUTCOME_UNKNOWN,
                    what + ": whether it took place is not known, its files are kept; try again with the same load id",
                    failure);
        }
        if (failure instanceof ValidationException) {
            throw new NarwhalException(ErrorCode.LOAD_CONFLICT, what + ": " + failure.getMessage(), failure);
        }
        throw Failures.catalog(what, failure);
    }

    /// Whether a snapshot of this load's id is this attempt's: even a refusal may be the answer to a request sent
    /// twice, whose first copy took place.
    private boolean namesOurFiles(long snapshotId) {
        Set<String> ours = new HashSet<>(copiedLocations);
        writers.forEach(each -> ours.addAll(each.started()));
        try {
            for (DataFile file : table.snapshot(snapshotId).addedDataFiles(table.io())) {
                if (ours.contains(file.location())) {
                    return true;
                }
            }
            return false;
        } catch (RuntimeException e) {
            LOG.warn("Cannot tell whose files snapshot [{}] of table [{}] names; keeping ours", snapshotId, name, e);
            return true;
        }
    }

    private void refresh() {
        try {
            table.refresh();
        } catch (IllegalStateException e) {
            throw new NarwhalException(ErrorCode.LOAD_CONFLICT,
                    "Table [%s] was dropped and created anew during load [%s]".formatted(name, loadId), e);
        } catch (RuntimeException e) {
            throw Failures.catalog("Cannot read table [%s]".formatted(name), e);
        }
    }

    private final class NotLoadedYet implements SnapshotAncestryValidator {
        @Override
        public boolean validate(Iterable<Snapshot> ancestors) {
            return LoadHistory.find(ancestors, loadId).isEmpty();
        }

        @Override
        public String errorMessage() {
            return "load [%s] is in the table already".formatted(loadId);
        }
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("Load [%s] is %s".formatted(loadId, state));
        }
    }

    @Override
    public void close() {
        if (state == State.OPEN) {
            writers.forEach(RowFiles::abandon);
            List<String> locations = new ArrayList<>(copiedLocations);
            writers.forEach(each -> locations.addAll(each.started()));
            for (String location : locations) {
                try {
                    table.io().deleteFile(location);
                } catch (RuntimeException e) {
                    LOG.warn("Cannot delete [{}] of load [{}], which was not committed", location, loadId, e);
                }
            }
        }
        state = State.CLOSED;
    }
}
