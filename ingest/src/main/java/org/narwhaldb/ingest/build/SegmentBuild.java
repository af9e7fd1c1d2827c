package org.narwhaldb.ingest.build;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.narwhaldb.segment.BatchRows;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.Segments;
import org.narwhaldb.segment.ValueBatch;
import org.narwhaldb.segment.WorkShare;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableSpec.SegmentTime;
import org.narwhaldb.store.iceberg.LakeTable;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;
import org.narwhaldb.store.iceberg.SourceBatches;

/// Runs one `BuildTask`: reads its files once, routes rows to the open segment of its time bucket, and finishes a
/// segment when it is full or when the rows held outgrow the task's memory (the largest first). Deleted rows are built
/// too; they are merely not alive. One use, one thread, with whom others may share the work on columns.
final class SegmentBuild {
    private final LakeTable table;
    private final TableLayout layout;
    private final String salt;
    private final BuildTask task;
    private final SegmentOutput output;
    private final BuildProgress progress;
    private final LongSupplier memoryBytes;
    private final int segmentRowsMax;
    private final WorkShare share;
    private final BatchRouting routing;
    private final Map<Long, OpenSegment> open = new TreeMap<>();
    private final List<BuiltSegment> built = new ArrayList<>();

    SegmentBuild(SegmentBuilds.Target target, BuildTask task, SegmentOutput output, Limits limits) {
        this.table = target.table();
        this.layout = target.layout();
        this.salt = target.salt();
        this.task = task;
        this.output = output;
        this.progress = target.progress();
        this.memoryBytes = limits.memoryBytes();
        this.segmentRowsMax = limits.segmentRowsMax();
        this.share = limits.share();
        this.routing = new BatchRouting(layout.buckets());
    }

    /// @param memoryBytes heap that the rows of one task may take at present before they are written
    /// @param share for work on single columns
    record Limits(int segmentRowsMax, LongSupplier memoryBytes, WorkShare share) {}

    List<BuiltSegment> run() {
        try {
            for (SourceFile file : task.files()) {
                progress.file(file.path());
                read(file);
                progress.fileDone();
            }
            List.copyOf(open.keySet()).forEach(this::finish);
            return built;
        } finally {
            open.values().forEach(OpenSegment::close);
        }
    }

    private void read(SourceFile file) {
        long rows = 0;
        try (SourceBatches source = table.readBatches(file, layout.fields())) {
            while (source.next()) {
                progress.check();
                append(source, file);
                rows += source.rowCount();
                progress.rows(source.rowCount());
                relieve();
            }
        }
        if (rows != file.rowCount()) {
            throw NarwhalException.of(ErrorCode.BAD_INPUT_FILE,
                    "Data file [%s] of table [%s] has [%d] rows, but the table's metadata says [%d]", file.path(),
                    table.name(), rows, file.rowCount());
        }
    }

    private void append(SourceBatches source, SourceFile file) {
        Map<Long, BatchRows> waiting = new LinkedHashMap<>();
        if (layout.buckets().width() == SegmentTime.ALL) {
            waiting.put(0L, BatchRows.first(source.rowCount()));
        } else {
            waiting.putAll(routing.route(source.column(layout.timeColumn()), source.rowCount()));
        }
        if (task.onlyBuckets() != null) {
            waiting.keySet().retainAll(task.onlyBuckets());
        }
        while (!waiting.isEmpty()) {
            Map<OpenSegment, BatchRows> fitting = new LinkedHashMap<>();
            Map<Long, BatchRows> rest = new LinkedHashMap<>();
            waiting.forEach((bucket, rows) -> {
                OpenSegment segment = open.computeIfAbsent(bucket, OpenSegment::new);
                int count = Math.min(rows.count(), segmentRowsMax - segment.builder.rowCount());
                fitting.put(segment, new BatchRows(rows.rows(), rows.from(), count));
                if (count < rows.count()) {
                    rest.put(bucket, new BatchRows(rows.rows(), rows.from() + count, rows.count() - count));
                }
            });
            append(source, file, fitting);
            waiting = rest;
        }
    }

    /// Column by column, each perhaps by another worker, into all segments.
    private void append(SourceBatches source, SourceFile file, Map<OpenSegment, BatchRows> rows) {
        share.run(layout.fields().size(), column -> {
            ValueBatch values = source.column(column);
            rows.forEach((segment, its) -> segment.builder.append(column, values, its));
        });
        rows.forEach((segment, its) -> segment.end(source.position(), its, file));
        rows.keySet().stream().filter(segment -> segment.builder.rowCount() >= segmentRowsMax)
                .forEach(segment -> finish(segment.bucket));
    }

    private void relieve() {
        while (open.values().stream().mapToLong(segment -> segment.builder.memoryBytes()).sum()
                > memoryBytes.getAsLong()) {
            finish(open.values().stream().max(Comparator.comparingLong(segment -> segment.builder.memoryBytes()))
                    .orElseThrow().bucket);
        }
    }

    private void finish(long bucket) {
        try (OpenSegment segment = open.remove(bucket)) {
            BuiltSegment result = output.write(segment.builder, segmentId(segment), segment.sources, share);
            if (result != null) {
                built.add(result);
            }
        }
    }

    /// Hashes every input: with these, the bytes of the file are settled.
    private String segmentId(OpenSegment segment) {
        StringBuilder sources = new StringBuilder();
        for (SourceFile source : segment.sources) {
            sources.append(source.path()).append('\n').append(source.sizeBytes()).append('\n').append(source.rowCount())
                    .append('\n');
        }
        String range = "%s %d: %d to %d.%d, %d rows".formatted(layout.buckets(), segment.bucket, segment.firstPosition,
                segment.sources.size() - 1, segment.lastPosition, segment.builder.rowCount());
        return Fingerprint.of(Segments.FORMAT_VERSION, SegmentOutput.BUILD_VERSION, table.uuid(), Fingerprint.columns(layout.fields()),
                layout.sortKeys(), sources, range + salt);
    }

    private final class OpenSegment implements AutoCloseable {
        private final long bucket;
        private final SegmentBuilder builder;
        private final List<SourceFile> sources = new ArrayList<>();
        private long firstPosition;
        private long lastPosition;

        OpenSegment(long bucket) {
            this.bucket = bucket;
            builder = Segments.builder(layout.fields(), layout.sortKeys());
        }

        /// All columns have the rows.
        void end(long position, BatchRows rows, SourceFile file) {
            if (sources.isEmpty() || sources.getLast() != file) {
                if (sources.isEmpty()) {
                    firstPosition = position + rows.row(0);
                }
                sources.add(file);
            }
            lastPosition = position + rows.row(rows.count() - 1);
            builder.origins(sources.size() - 1, position, rows);
            builder.endRows(rows.count());
        }

        @Override
        public void close() {
            builder.close();
        }
    }
}
