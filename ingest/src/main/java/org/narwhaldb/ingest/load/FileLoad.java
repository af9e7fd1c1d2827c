package org.narwhaldb.ingest.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.narwhaldb.ingest.Progress;
import org.narwhaldb.ingest.ServedColumns;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;
import org.narwhaldb.store.iceberg.Lake;
import org.narwhaldb.store.iceberg.LakeLoad;
import org.narwhaldb.store.iceberg.LakeTable;

/// Loads files into an Iceberg table by one commit, creating the table if need be: all of them or nothing. A table that
/// this load created is dropped again if it fails, and is served only once the rows are in it.
public final class FileLoad {
    private static final int REJECTIONS_MAX = 10;
    private static final int PROGRESS_ROWS = 20_000;
    /// They wait for the disk, most of the time: each file must be on it.
    private static final int COPIERS_MAX = 8;
    private static final long PARALLEL_BYTES_MIN = 8L << 20;

    private final Lake lake;
    private final RandomGenerator random;

    public FileLoad(Lake lake, RandomGenerator random) {
        this.lake = lake;
        this.random = random;
    }

    /// @throws NarwhalException BAD_INPUT_FILE, BAD_INPUT_ROW, SCHEMA_MISMATCH, FILE_NOT_FOUND, TABLE_EXISTS,
    ///     COLUMN_NOT_FOUND, LOAD_CONFLICT; COMMIT_OUTCOME_UNKNOWN: repeat it with the same load id
    public LoadResult run(TableName name, LoadRequest request, Consumer<Progress> listener) {
        String loadId = request.loadId() == null ? "%016x%016x".formatted(random.nextLong(), random.nextLong())
                : request.loadId();
        boolean exists = lake.exists(name);
        if (exists) {
            Optional<Long> committed = lake.load(name).snapshotOfLoad(loadId);
            if (committed.isPresent()) {
                serve(name, request);
                return new LoadResult(loadId, committed.get(), 0, 0, 0, List.of(), true);
            }
            if (request.createOnly()) {
                throw NarwhalException.of(ErrorCode.TABLE_EXISTS, "Table [%s] exists already", name);
            }
        }
        Map<String, InputKind> files = new LinkedHashMap<>();
        lake.expand(request.files()).forEach(uri -> files.put(uri, InputKind.of(uri, request.format())));
        listener.accept(new Progress("reading", "", 0, files.size(), 0, ""));
        LakeTable table = exists ? lake.load(name) : create(name, request, files);
        try {
            ServedColumns.check(name, spec(table, request), table.fields());
            LoadResult result = load(table, request, loadId, files, listener);
            serve(name, request);
            return result;
        } catch (NarwhalException e) {
            if (!exists && e.code() != ErrorCode.COMMIT_OUTCOME_UNKNOWN) {
                dropEmpty(name, table);
            }
            throw e;
        }
    }

    private LakeTable create(TableName name, LoadRequest request, Map<String, InputKind> files) {
        List<Field> columns = new ColumnInference(lake, request.timeColumn()).columns(files);
        Map<String, String> properties = properties(request);
        ServedColumns.check(name, TableSpec.of(properties), columns);
        return lake.create(name, columns, properties);
    }

    private void dropEmpty(TableName name, LakeTable created) {
        LakeTable now = lake.load(name);
        if (now.uuid().equals(created.uuid()) && now.snapshotId() < 0) {
            lake.drop(name, true);
        }
    }

    private LoadResult load(
            LakeTable table, LoadRequest request, String loadId, Map<String, InputKind> files,
            Consumer<Progress> listener) {
        Rejections rejections = new Rejections(request.maxErrors());
        try (LakeLoad load = table.newLoad(loadId)) {
            Steps steps = new Steps(load, files.size(), listener);
            List<String> texts = new ArrayList<>();
            List<String> parquets = new ArrayList<>();
            files.forEach((uri, kind) -> (kind.format() == InputKind.Format.PARQUET ? parquets : texts).add(uri));
            addParquets(load, parquets, steps);
            int readers = readers(texts);
            if (readers < 2) {
                LakeLoad.Rows rows = texts.isEmpty() ? null : load.rows();
                texts.forEach(uri -> readText(table, rows, uri, files.get(uri), rejections, steps));
            } else {
                try (ParallelWork work = new ParallelWork("read-", readers)) {
                    work.run(texts.size(), load::rows, (rows, index) -> readText(table, rows, texts.get(index),
                            files.get(texts.get(index)), rejections, steps));
                }
            }
            listener.accept(new Progress("committing", "", files.size(), files.size(), load.rowCount(), ""));
            long rows = load.rowCount();
            long snapshotId = load.commit(request.overwrite());
            return new LoadResult(loadId, snapshotId, rows, files.size(), rejections.count, rejections.first, false);
        }
    }

    private static void addParquets(LakeLoad load, List<String> uris, Steps steps) {
        if (uris.isEmpty()) {
            return;
        }
        try (ParallelWork work = new ParallelWork("copy-", Math.min(uris.size(), COPIERS_MAX))) {
            work.run(uris.size(), () -> load, (target, index) -> {
                steps.show(uris.get(index));
                target.addParquet(uris.get(index));
                steps.end();
            });
        }
    }

    /// Few bytes are read by one thread, so that they become one file and bad rows are told of in order.
    private int readers(List<String> texts) {
        if (texts.size() < 2) {
            return 1;
        }
        long bytes = 0;
        for (String uri : texts) {
            bytes += lake.open(uri).sizeBytes();
        }
        return bytes < PARALLEL_BYTES_MIN ? 1 : Math.min(texts.size(), Runtime.getRuntime().availableProcessors());
    }

    private void readText(LakeTable table, LakeLoad.Rows target, String uri, InputKind kind, Rejections rejections,
            Steps steps) {
        steps.show(uri);
        RowMapping mapping = new RowMapping(table.name(), table.fields(), uri);
        try (RecordSource records = Records.open(lake, uri, kind)) {
            mapping.bind(records);
            long rows = 0;
            boolean more = true;
            while (more) {
                try {
                    more = records.next();
                    if (more) {
                        mapping.put(records, target);
                    }
                } catch (RowProblem e) {
                    rejections.add(uri, records.line(), e);
                }
                if (++rows % PROGRESS_ROWS == 0) {
                    steps.show(uri);
                }
            }
        }
        steps.end();
    }

    /// How far a load is, told by any of its readers.
    private static final class Steps {
        private final LakeLoad load;
        private final int fileCount;
        private final Consumer<Progress> listener;
        private int done;

        private Steps(LakeLoad load, int fileCount, Consumer<Progress> listener) {
            this.load = load;
            this.fileCount = fileCount;
            this.listener = listener;
        }

        private synchronized void show(String uri) {
            // a reader of a load that was given up stops here
            if (Thread.currentThread().isInterrupted()) {
                throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE, "The load was given up while [%s] was read", uri);
            }
            listener.accept(new Progress("reading", uri, done, fileCount, load.rowCount(), ""));
        }

        private synchronized void end() {
            done++;
        }
    }

    /// Makes the table served as the request says; writes nothing if it is so already.
    private void serve(TableName name, LoadRequest request) {
        LakeTable table = lake.load(name);
        Map<String, String> wanted = properties(request);
        wanted.put(TableSpec.SERVE, "true");
        wanted.entrySet().removeIf(entry -> Objects.equals(table.properties().get(entry.getKey()), entry.getValue()));
        if (!wanted.isEmpty()) {
            lake.setProperties(name, wanted);
        }
    }

    private static TableSpec spec(LakeTable table, LoadRequest request) {
        Map<String, String> properties = new HashMap<>(table.properties());
        properties.putAll(properties(request));
        return TableSpec.of(properties);
    }

    private static Map<String, String> properties(LoadRequest request) {
        Map<String, String> properties = new HashMap<>();
        if (request.timeColumn() != null) {
            properties.put(TableSpec.TIME_COLUMN, request.timeColumn());
        }
        if (request.clusterBy() != null && !request.clusterBy().isEmpty()) {
            properties.put(TableSpec.CLUSTER_BY, String.join(",", request.clusterBy()));
        }
        return properties;
    }

    /// Bad rows of one load, up to the number allowed.
    private static final class Rejections {
        private final long max;
        private final List<String> first = new ArrayList<>();
        private long count;

        Rejections(long max) {
            this.max = max;
        }

        synchronized void add(String uri, long line, RowProblem problem) {
            String message = "File [%s], line [%d]: %s".formatted(uri, line, problem.describe());
            count++;
            if (count > max) {
                throw NarwhalException.of(ErrorCode.BAD_INPUT_ROW, "%s%s", message, max == 0
                        ? "; nothing was loaded (a number of bad rows can be allowed)"
                        : "; that is one bad row more than the [%d] allowed, nothing was loaded. First ones: %s"
                                .formatted(max, first));
            }
            if (first.size() < REJECTIONS_MAX) {
                first.add(message);
            }
        }
    }
}
