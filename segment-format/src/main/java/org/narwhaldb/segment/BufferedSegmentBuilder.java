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
        int expected = rowCount + 1;
        for (ColumnBuffer column : columns) {
            if (column.count() != expected) {
                throw new IllegalStateException("Column %s has %d values in row %d"
                        .formatted(column.field(), column.count() - rowCount, rowCount));
            }
        }
        if (origins.count() != expected) {
            throw new IllegalStateException("Row %d has %d origins".formatted(rowCount, origins.count() - rowCount));
        }
        if (expected > Footer.ROWS_MAX) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED, "A segment holds at most [%d] rows", Footer.ROWS_MAX);
        }
        rowCount = expected;
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
    public SegmentSummary write(Path file, String segmentId) {
        return write(file, segmentId, SegmentFiles::create);
    }

    /// @param creator opens the file that is renamed to `file` once it is complete
    SegmentSummary write(Path file, String segmentId, SegmentFiles.Creator creator) {
        if (used) {
            throw new IllegalStateException("The builder was already written or closed");
        }
        if (origins.count() != rowCount) {
            throw new IllegalStateException("Row %d was not ended".formatted(rowCount));
        }
        used = true;
        for (ColumnBuffer column : columns) {
            column.prepare();
        }
        int[] order = RowSort.order(terms, rowCount);
        return SegmentFiles.replace(file, creator, channel -> writeParts(channel, segmentId, order));
    }

    @Override
    public void close() {
        used = true;
        origins = new OriginBuffer();
        Arrays.fill(columns, null);
    }

    private SegmentSummary writeParts(FileChannel channel, String segmentId, int[] order) {
        var file = new SegmentFileWriter(channel);
        Map<Integer, ColumnSummary> summaries = new HashMap<>();
        for (int i = 0; i < columns.length; i++) {
            summaries.put(fields.get(i).id(), columns[i].write(file, i, order));
        }
        origins.write(file, order);
        file.finish(new Footer(segmentId, rowCount, sortKeys, fields, file.parts()));
        return new SegmentSummary(rowCount, file.position(), file.checksum(), Map.copyOf(summaries));
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
