package org.narwhaldb.conformance.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.narwhaldb.conformance.simulation.SimulatedLake.DataFile;
import org.narwhaldb.conformance.simulation.SimulatedLake.Snapshot;
import org.narwhaldb.conformance.simulation.SimulatedLake.State;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;
import org.narwhaldb.store.iceberg.LakeLoad;
import org.narwhaldb.store.iceberg.LakeTable;
import org.narwhaldb.store.iceberg.SourceRows;

/// One state of a simulated table, as a process sees it.
record SimulatedTable(SimulatedLake lake, SimulatedProcess process, State state) implements LakeTable {
    private static final int COMMIT_ATTEMPTS = 4;

    @Override
    public TableName name() {
        return state.name();
    }

    @Override
    public String uuid() {
        return state.uuid();
    }

    @Override
    public String location() {
        return "sim:/lake/" + state.name();
    }

    @Override
    public long snapshotId() {
        return state.current() == null ? -1 : state.current().id();
    }

    @Override
    public long sequenceNumber() {
        return state.current() == null ? 0 : state.current().sequenceNumber();
    }

    @Override
    public int schemaId() {
        return 0;
    }

    @Override
    public List<Field> fields() {
        return SimulatedLake.FIELDS;
    }

    @Override
    public Map<String, String> properties() {
        return state.properties();
    }

    @Override
    public TableSpec spec() {
        return TableSpec.of(state.properties());
    }

    @Override
    public List<Integer> sortFieldIds() {
        return List.of();
    }

    @Override
    public List<Integer> partitionFieldIds() {
        return List.of();
    }

    @Override
    public Map<String, SourceFile> sourceFiles() {
        process.step("plan " + state.name());
        Map<String, SourceFile> files = new TreeMap<>();
        if (state.current() != null) {
            state.current().files().forEach((path, file) -> files.put(path, new SourceFile(path, file.sequenceNumber(), file.rows().length,
                    16L * file.rows().length, List.copyOf(file.deletes().keySet()), file)));
        }
        return files;
    }

    @Override
    public Optional<Long> snapshotOfLoad(String loadId) {
        // also over expired ones: that history outlasts the repetitions of a load is the operator's part of the contract
        for (Snapshot each = lake.plant().forgetsLoadIds() ? null : state.current(); each != null; each = each.parent()) {
            if (loadId.equals(each.loadId())) {
                return Optional.of(each.id());
            }
        }
        return Optional.empty();
    }

    @Override
    public SourceRows read(SourceFile file, List<Field> columns) {
        process.step("read " + file.path());
        if (!lake.dataFiles.contains(file.path())) {
            throw NarwhalException.of(ErrorCode.SOURCE_FILE_MISSING, "Data file [%s] is gone", file.path());
        }
        return new Rows(((DataFile) file.handle()).rows());
    }

    @Override
    public long[] deletedPositions(SourceFile file) {
        return ((DataFile) file.handle()).dead().stream().mapToLong(Integer::longValue).sorted().toArray();
    }

    @Override
    public LakeLoad newLoad(String loadId) {
        process.step("new load " + loadId);
        return new Load(loadId);
    }

    private static final class Rows implements SourceRows {
        private final long[][] rows;
        private int row = -1;

        Rows(long[][] rows) {
            this.rows = rows;
        }

        @Override
        public boolean next() {
            return ++row < rows.length;
        }

        @Override
        public long position() {
            return row;
        }

        @Override
        public boolean isNull(int column) {
            return false;
        }

        @Override
        public long longValue(int column) {
            return rows[row][column];
        }

        @Override
        public void appendTo(int column, SegmentBuilder.ColumnAppender appender) {
            appender.appendLong(rows[row][column]);
        }

        @Override
        public void close() {}
    }

    /// Both columns are numbers.
    private record NumberRows(List<long[]> rows, long[] row) implements LakeLoad.Rows {
        NumberRows(List<long[]> rows) {
            this(rows, new long[2]);
        }

        @Override
        public void setLong(int column, long value) {
            row[column] = value;
        }

        @Override
        public void endRow() {
            rows.add(row.clone());
        }

        @Override
        public void setNull(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setBoolean(int column, boolean value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setDouble(int column, double value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setBytes(int column, byte[] bytes, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setShape(int column, Object value) {
            throw new UnsupportedOperationException();
        }
    }

    private final class Load implements LakeLoad {
        private final String loadId;
        private final List<long[]> rows = new ArrayList<>();

        Load(String loadId) {
            this.loadId = loadId;
        }

        @Override
        public void writeRow(Object[] row) {
            rows.add(new long[] {((Number) row[0]).longValue(), ((Number) row[1]).longValue()});
        }

        @Override
        public Rows rows() {
            return new NumberRows(rows);
        }

        @Override
        public void addParquet(String uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long rowCount() {
            return rows.size();
        }

        @Override
        public int fileCount() {
            return 1;
        }

        @Override
        public long commit(boolean overwrite) {
            for (int attempt = 0; attempt < COMMIT_ATTEMPTS; attempt++) {
                process.step("prepare commit of " + loadId);
                State base = lake.tables.get(state.name());
                if (base == null || !base.uuid().equals(state.uuid())) {
                    throw NarwhalException.of(ErrorCode.LOAD_CONFLICT, "Table [%s] was dropped meanwhile", state.name());
                }
                Optional<Long> before = new SimulatedTable(lake, process, base).snapshotOfLoad(loadId);
                if (before.isPresent()) {
                    return before.get();
                }
                Snapshot next = lake.append(base, loadId, rows.toArray(long[][]::new), overwrite);
                process.step("commit " + loadId);
                if (process.faults().chance(process.faults().lostRequest)) {
                    throw unknown();
                }
                if (lake.swap(state.name(), base, base.with(next))) {
                    process.step("done: commit " + loadId);
                    if (process.faults().chance(process.faults().lostAnswer)) {
                        throw unknown();
                    }
                    return next.id();
                }
            }
            throw NarwhalException.of(ErrorCode.LOAD_CONFLICT, "Others keep changing table [%s]", state.name());
        }

        private NarwhalException unknown() {
            return NarwhalException.of(ErrorCode.COMMIT_OUTCOME_UNKNOWN, "Nobody knows whether load [%s] was committed", loadId);
        }

        @Override
        public void close() {}
    }
}
