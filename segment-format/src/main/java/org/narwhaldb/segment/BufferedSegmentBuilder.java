package org.narwhaldb.segment;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.narwhaldb.segment.SegmentSummary.ColumnSummary;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The builder: a buffer for each column and one for the rows' origins, all on the heap.
final class BufferedSegmentBuilder implements SegmentBuilder {
    private final List<Field> fields;
    private final List<SortKey> sortKeys;
    private final ColumnBuffer[] columns;
    private final List<RowSort.Term> terms = new ArrayList<>();
    private OriginBuffer origins = new OriginBuffer();
    private int rowCount;
    private boolean used;

    BufferedSegmentBuilder(List<Field> fields, List<SortKey> sortKeys) {
        this.fields = List.copyOf(fields);
        this.sortKeys = List.copyOf(sortKeys);
        columns = new ColumnBuffer[fields.size()];
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < columns.length; i++) {
            if (!ids.add(fields.get(i).id())) {
                throw new IllegalArgumentException("Two columns with field id [%d]".formatted(fields.get(i).id()));
            }
            columns[i] = ColumnBuffer.of(fields.get(i));
        }
        for (SortKey key : sortKeys) {
            terms.add(new RowSort.Term(sortColumn(key), key.bucketMicros()));
        }
    }

    @Override
    public ColumnAppender column(int index) {
        return columns[index];
    }

    @Override
    public void origin(int sourceFile, long position) {
        origins.add(sourceFile, position);
    }

    @Override
    public void endRow() {
        endRows(1);
    }

    @Override
    public void endRows(int count) {
        int expected = rowCount + count;
        for (ColumnBuffer column : columns) {
            if (column.count() != expected) {
                throw new IllegalStateException("Column %s has %d values in row %d"
                        .formatted(column.field(), column.count() - rowCount, rowCount));
            }
        }
        if (origins.count() != expected) {
            throw new IllegalStateException("Row %d has %d origins".formatted(rowCount, origins.count() - rowCount));
        }
        if (expected > Footer.ROWS_MAX || expected < 0) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED, "A segment holds at most [%d] rows", Footer.ROWS_MAX);
        }
        rowCount = expected;
    }

    @Override
    public void append(int column, ValueBatch values, BatchRows rows) {
        columns[column].append(values, rows);
    }

    @Override
    public void origins(int sourceFile, long firstPosition, BatchRows rows) {
        origins.add(sourceFile, firstPosition, rows);
    }

    @Override
    public int rowCount() {
        return rowCount;
    }

    @Override
    public long memoryBytes() {
        long bytes = origins.memoryBytes();
        for (ColumnBuffer column : columns) {
            bytes += column == null ? 0 : column.memoryBytes();
        }
        return bytes;
    }

    @Override
    public SegmentSummary write(Path file, String segmentId, WorkShare share) {
        return write(file, segmentId, share, SegmentFiles::create);
    }

    /// @param creator opens the file that is renamed to `file` once it is complete
    SegmentSummary write(Path file, String segmentId, WorkShare share, SegmentFiles.Creator creator) {
        if (used) {
            throw new IllegalStateException("The builder was already written or closed");
        }
        if (origins.count() != rowCount) {
            throw new IllegalStateException("Row %d was not ended".formatted(rowCount));
        }
        used = true;
        share.run(columns.length, column -> columns[column].prepare());
        int[] order = RowSort.order(terms, rowCount);
        return SegmentFiles.replace(file, creator, channel -> writeParts(channel, segmentId, order, share));
    }

    @Override
    public void close() {
        used = true;
        origins = new OriginBuffer();
        Arrays.fill(columns, null);
    }

    private SegmentSummary writeParts(FileChannel channel, String segmentId, int[] order, WorkShare share) {
        var file = new SegmentFileWriter(channel);
        var encoded = new EncodedColumns(file, columns.length);
        share.run(columns.length, column -> {
            PartSink parts = encoded.begin(column);
            encoded.end(column, columns[column].write(parts, column, order), parts);
        });
        OriginOrder originOrder = OriginOrder.choose(columns, order);
        origins.write(file, originOrder.order());
        file.finish(new Footer(segmentId, rowCount, sortKeys, originOrder.fieldId(), fields, file.parts()));
        Map<Integer, ColumnSummary> summaries = new HashMap<>();
        for (int i = 0; i < columns.length; i++) {
            summaries.put(fields.get(i).id(), encoded.summaries[i]);
        }
        return new SegmentSummary(rowCount, file.position(), file.checksum(), Map.copyOf(summaries));
    }

    /// Brings columns that are encoded at the same time into the file in their order: the one whose turn it is writes
    /// straight to the file, others are kept until it is theirs.
    private static final class EncodedColumns {
        private final SegmentFileWriter file;
        private final RecordedParts[] waiting;
        private final ColumnSummary[] summaries;
        private int next;

        private EncodedColumns(SegmentFileWriter file, int count) {
            this.file = file;
            waiting = new RecordedParts[count];
            summaries = new ColumnSummary[count];
        }

        synchronized PartSink begin(int column) {
            return column == next ? file : new RecordedParts();
        }

        synchronized void end(int column, ColumnSummary summary, PartSink parts) {
            summaries[column] = summary;
            if (parts == file) {
                next++;
            } else {
                waiting[column] = (RecordedParts) parts;
            }
            while (next < waiting.length && waiting[next] != null) {
                waiting[next].writeTo(file);
                waiting[next] = null;
                next++;
            }
        }
    }

    private ColumnBuffer sortColumn(SortKey key) {
        for (ColumnBuffer column : columns) {
            if (column.field().id() == key.fieldId()) {
                if (column.field().type().isNested()) {
                    throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                            "Rows cannot be ordered by column [%s] of type %s; name a column that is not nested",
                            column.field().name(), column.field().type());
                }
                if (key.bucketMicros() < 0 || key.bucketMicros() > 0 && !LongBuffer.hasBuckets(column.field().type())) {
                    throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                            "Rows cannot be ordered by time buckets of [%d] µs of column [%s] of type %s; "
                                    + "name a timestamp or date column and a positive width",
                            key.bucketMicros(), column.field().name(), column.field().type());
                }
                return column;
            }
        }
        throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                "Rows cannot be ordered by field [%d]: the segment has no such column", key.fieldId());
    }
}
