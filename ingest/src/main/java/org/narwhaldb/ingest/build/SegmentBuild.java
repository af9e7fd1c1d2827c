package org.narwhaldb.ingest.build;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.narwhaldb.segment.SegmentBuilder;
import org.narwhaldb.segment.Segments;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableSpec.SegmentTime;
import org.narwhaldb.store.iceberg.LakeTable;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;
import org.narwhaldb.store.iceberg.SourceRows;

/// Runs one `BuildTask`: reads its files once, routes each row to the open segment of its time bucket, and finishes a
/// segment when it is full or when the rows held outgrow the task's memory (the largest first). Deleted rows are built
/// too; they are merely not alive. One use, one thread.
final class SegmentBuild {
    private static final int CHECK_ROWS = 4_096;

    private final LakeTable table;
    private final TableLayout layout;
    private final BuildTask task;
    private final SegmentOutput output;
    private final BuildProgress progress;
    private final long memoryBytes;
    private final int segmentRowsMax;
    private final Map<Long, OpenSegment> open = new TreeMap<>();
    private final List<BuiltSegment> built = new ArrayList<>();

    /// @param memoryBytes heap that this task's unwritten rows may take
    SegmentBuild(LakeTable table, TableLayout layout, BuildTask task, SegmentOutput output, Limits limits,
            BuildProgress progress) {
        this.table = table;
        this.layout = layout;
        this.task = task;
        this.output = output;
        this.progress = progress;
        this.memoryBytes = limits.memoryBytes();
        this.segmentRowsMax = limits.segmentRowsMax();
    }

    /// @param memoryBytes heap that the rows of one task may take before they are written
    record Limits(int segmentRowsMax, long memoryBytes) {}

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
        int columnCount = layout.fields().size();
        int time = layout.buckets().width() == SegmentTime.ALL ? -1 : layout.timeColumn();
        long rows = 0;
        try (SourceRows source = table.read(file, layout.fields())) {
            OpenSegment segment = null;
            while (source.next()) {
                long bucket = time < 0 ? 0 : source.isNull(time) ? TimeBuckets.NO_TIME
                        : layout.buckets().bucketOf(source.longValue(time));
                if (task.onlyBuckets() == null || task.onlyBuckets().contains(bucket)) {
                    if (segment == null || segment.bucket != bucket || segment.isClosed()) {
                        segment = open.computeIfAbsent(bucket, OpenSegment::new);
                    }
                    segment.append(source, columnCount, file);
                    if (segment.builder.rowCount() >= segmentRowsMax) {
                        finish(bucket);
                    }
                }
                rows++;
                if (rows % CHECK_ROWS == 0) {
                    progress.rows(CHECK_ROWS);
                    relieve();
                }
            }
        }
        progress.rows(rows % CHECK_ROWS);
        if (rows != file.rowCount()) {
            throw NarwhalException.of(ErrorCode.BAD_INPUT_FILE,
                    "Data file [%s] of table [%s] has [%d] rows, but the table's metadata says [%d]", file.path(),
                    table.name(), rows, file.rowCount());
        }
    }

    private void relieve() {
        while (open.values().stream().mapToLong(segment -> segment.builder.memoryBytes()).sum() > memoryBytes) {
            finish(open.values().stream().max(Comparator.comparingLong(segment -> segment.builder.memoryBytes()))
                    .orElseThrow().bucket);
        }
    }

    private void finish(long bucket) {
        try (OpenSegment segment = open.remove(bucket)) {
            BuiltSegment result = output.write(segment.builder, segmentId(segment), segment.sources);
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
        return Fingerprint.of(SegmentOutput.BUILD_VERSION, table.uuid(), Fingerprint.columns(layout.fields()),
                layout.sortKeys(), sources, range);
    }

    private final class OpenSegment implements AutoCloseable {
        private final long bucket;
        private final SegmentBuilder builder;
        private final SegmentBuilder.ColumnAppender[] appenders;
        private final List<SourceFile> sources = new ArrayList<>();
        private long firstPosition;
        private long lastPosition;
        private boolean closed;

        OpenSegment(long bucket) {
            this.bucket = bucket;
            builder = Segments.builder(layout.fields(), layout.sortKeys());
            appenders = new SegmentBuilder.ColumnAppender[layout.fields().size()];
            for (int column = 0; column < appenders.length; column++) {
                appenders[column] = builder.column(column);
            }
        }

        boolean isClosed() {
            return closed;
        }

        void append(SourceRows source, int columnCount, SourceFile file) {
            if (sources.isEmpty() || sources.getLast() != file) {
                if (sources.isEmpty()) {
                    firstPosition = source.position();
                }
                sources.add(file);
            }
            for (int column = 0; column < columnCount; column++) {
                source.appendTo(column, appenders[column]);
            }
            lastPosition = source.position();
            builder.origin(sources.size() - 1, lastPosition);
            builder.endRow();
        }

        @Override
        public void close() {
            closed = true;
            builder.close();
        }
    }
}
