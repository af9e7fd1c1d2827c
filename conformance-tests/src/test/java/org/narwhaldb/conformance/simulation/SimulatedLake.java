package org.narwhaldb.conformance.simulation;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;
import org.narwhaldb.store.iceberg.Lake;
import org.narwhaldb.store.iceberg.LakeTable;

/// An Iceberg catalog in memory: tables whose every state is immutable and replaced by compare-and-swap, with files of
/// a few rows.
final class SimulatedLake {
    static final List<Field> FIELDS = List.of(new Field(1, "k", ColumnType.LONG, true), new Field(2, "v", ColumnType.LONG, true));

    final Map<TableName, State> tables = new TreeMap<>();
    /// Files for loads by URI.
    final Map<String, String> inputs = new HashMap<>();
    final Set<String> dataFiles = new HashSet<>();
    private final Loop loop;
    private final Checker checker;
    private long lastId;

    /// A data file: rows are (k, v); the dead are positions by delete file.
    record DataFile(String path, long sequenceNumber, long[][] rows, Map<String, Set<Integer>> deletes) {
        Set<Integer> dead() {
            Set<Integer> dead = new HashSet<>();
            deletes.values().forEach(dead::addAll);
            return dead;
        }

        DataFile without(String deleteFile, Set<Integer> positions) {
            Map<String, Set<Integer>> more = new TreeMap<>(deletes);
            more.put(deleteFile, positions);
            return new DataFile(path, sequenceNumber, rows, more);
        }
    }

    record Snapshot(long id, Snapshot parent, long sequenceNumber, String loadId, Map<String, DataFile> files) {
        /// Keys of all rows that are alive, sorted.
        long[] keys() {
            return files.values().stream().flatMapToLong(file -> {
                Set<Integer> dead = file.dead();
                return java.util.stream.IntStream.range(0, file.rows.length).filter(row -> !dead.contains(row))
                        .mapToLong(row -> file.rows[row][0]);
            }).sorted().toArray();
        }
    }

    /// @param oldest snapshots before it have expired
    record State(TableName name, String uuid, Map<String, String> properties, Snapshot current, long oldest, long sequenceNumber) {
        List<Snapshot> ancestors() {
            List<Snapshot> ancestors = new ArrayList<>();
            for (Snapshot each = current; each != null && each.id >= oldest; each = each.parent) {
                ancestors.add(each);
            }
            return ancestors;
        }

        State with(Snapshot next) {
            return new State(name, uuid, properties, next, oldest, Math.max(sequenceNumber, next == null ? 0 : next.sequenceNumber));
        }
    }

    SimulatedLake(Loop loop, Checker checker) {
        this.loop = loop;
        this.checker = checker;
    }

    Plant plant() {
        return checker.plant();
    }

    long nextId() {
        return ++lastId;
    }

    /// The one atomic step of the catalog; false if the state is not what was expected.
    boolean swap(TableName table, State expected, State next) {
        if (tables.get(table) != expected) {
            return false;
        }
        if (next == null) {
            tables.remove(table);
            dropFiles(expected);
        } else {
            tables.put(table, next);
            if (next.current != null) {
                dataFiles.addAll(next.current.files.keySet());
                checker.committed(next);
            }
        }
        loop.note("lake", table + " is now " + (next == null ? "gone" : next.uuid + " snapshot "
                + (next.current == null ? -1 : next.current.id)));
        return true;
    }

    private void dropFiles(State state) {
        state.ancestors().forEach(snapshot -> dataFiles.removeAll(snapshot.files.keySet()));
    }

    /// Expires all snapshots but the current one; files that only they had are deleted.
    void expire(TableName table) {
        State state = tables.get(table);
        if (state == null || state.current == null) {
            return;
        }
        State next = new State(table, state.uuid, state.properties, state.current, state.current.id, state.sequenceNumber);
        Set<String> kept = state.current.files.keySet();
        state.ancestors().forEach(snapshot -> snapshot.files.keySet().stream().filter(path -> !kept.contains(path))
                .forEach(dataFiles::remove));
        tables.put(table, next);
        loop.note("lake", table + " expired all but " + state.current.id);
    }

    State create(TableName table, Map<String, String> properties) {
        return new State(table, "uuid-" + nextId(), Collections.unmodifiableMap(new TreeMap<>(properties)), null, 0, 0);
    }

    /// One commit of another engine or of ours: computed on the newest state, over and over until it is the newest
    /// still.
    Snapshot append(State state, String loadId, long[][] rows, boolean overwrite) {
        long sequence = state.sequenceNumber + 1;
        Map<String, DataFile> files = new TreeMap<>();
        if (!overwrite && state.current != null) {
            files.putAll(state.current.files);
        }
        DataFile file = new DataFile("data-" + nextId(), sequence, rows, Map.of());
        files.put(file.path, file);
        return new Snapshot(nextId(), state.current, sequence, loadId, files);
    }

    Snapshot change(State state, UnaryOperator<Map<String, DataFile>> change) {
        Map<String, DataFile> files = change.apply(new TreeMap<>(state.current.files));
        return new Snapshot(nextId(), state.current, state.sequenceNumber + 1, null, files);
    }

    Lake of(SimulatedProcess process) {
        return new View(process);
    }

    private final class View implements Lake {
        private final SimulatedProcess process;

        View(SimulatedProcess process) {
            this.process = process;
        }

        private void before(String what) {
            process.step(what);
            if (process.faults().chance(process.faults().refused)) {
                throw NarwhalException.of(ErrorCode.CATALOG_UNAVAILABLE, "The catalog does not answer: %s", what);
            }
        }

        @Override
        public String catalogName() {
            return "sim";
        }

        @Override
        public List<String> namespaces() {
            before("namespaces");
            return tables.keySet().stream().map(TableName::namespace).distinct().toList();
        }

        @Override
        public List<TableName> tables(String namespace) {
            before("tables of " + namespace);
            return tables.keySet().stream().filter(table -> table.namespace().equals(namespace)).toList();
        }

        @Override
        public boolean exists(TableName table) {
            before("exists " + table);
            return tables.containsKey(table);
        }

        @Override
        public LakeTable load(TableName table) {
            before("load " + table);
            return new SimulatedTable(SimulatedLake.this, process, require(table));
        }

        private State require(TableName table) {
            State state = tables.get(table);
            if (state == null) {
                throw NarwhalException.of(ErrorCode.TABLE_NOT_FOUND, "No table [%s]", table);
            }
            return state;
        }

        @Override
        public LakeTable create(TableName table, List<Field> columns, Map<String, String> properties) {
            before("create " + table);
            Map<String, String> own = new TreeMap<>(World.properties(table));
            own.remove(TableSpec.SERVE);
            own.putAll(properties);
            if (!swap(table, null, SimulatedLake.this.create(table, own))) {
                throw NarwhalException.of(ErrorCode.TABLE_EXISTS, "Table [%s] exists", table);
            }
            process.step("done: create " + table);
            return new SimulatedTable(SimulatedLake.this, process, require(table));
        }

        @Override
        public LakeTable setProperties(TableName table, Map<String, String> changes) {
            before("set properties of " + table);
            State state = require(table);
            Map<String, String> properties = new TreeMap<>(state.properties);
            changes.forEach((key, value) -> {
                if (value == null) {
                    properties.remove(key);
                } else {
                    properties.put(key, value);
                }
            });
            swap(table, state, new State(table, state.uuid, Collections.unmodifiableMap(properties), state.current, state.oldest,
                    state.sequenceNumber));
            process.step("done: set properties of " + table);
            return new SimulatedTable(SimulatedLake.this, process, require(table));
        }

        @Override
        public LakeTable addColumns(TableName table, List<Field> columns) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void drop(TableName table, boolean purge) {
            before("drop " + table);
            swap(table, require(table), null);
            process.step("done: drop " + table);
        }

        @Override
        public List<Field> parquetColumns(String uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> expand(List<String> filesOrGlobs) {
            return filesOrGlobs;
        }

        @Override
        public InputFileHandle open(String uri) {
            process.step("open " + uri);
            byte[] content = Optional.ofNullable(inputs.get(uri)).orElseThrow().getBytes(StandardCharsets.UTF_8);
            return new InputFileHandle() {
                @Override
                public String uri() {
                    return uri;
                }

                @Override
                public long sizeBytes() {
                    return content.length;
                }

                @Override
                public InputStream stream() {
                    return new ByteArrayInputStream(content);
                }
            };
        }

        @Override
        public void close() {}
    }
}
