package org.narwhaldb.segment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// A segment over its mapped file. The mapping ends before the origin part.
final class MappedSegment implements Segment {
    private final Footer footer;
    private final long sizeBytes;
    private final Arena arena;
    private final Map<Integer, MappedColumn> columns;
    private final AtomicBoolean closed = new AtomicBoolean();

    private MappedSegment(Footer footer, long sizeBytes, Arena arena, Map<Integer, MappedColumn> columns) {
        this.footer = footer;
        this.sizeBytes = sizeBytes;
        this.arena = arena;
        this.columns = columns;
    }

    static MappedSegment open(Path file) {
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try (var reader = new SegmentFileReader(file)) {
            Footer footer = reader.footer();
            MemorySegment mapped = reader.map(0, footer.queryEnd(), arena);
            Map<Integer, MappedColumn> columns = new HashMap<>();
            for (int i = 0; i < footer.fields().size(); i++) {
                columns.put(footer.fields().get(i).id(), openColumn(file, reader, mapped, i));
            }
            var segment = new MappedSegment(footer, reader.size(), arena, columns);
            opened = true;
            return segment;
        } finally {
            if (!opened) {
                arena.close();
            }
        }
    }

    private static MappedColumn openColumn(Path file, SegmentFileReader reader, MemorySegment mapped, int column) {
        Footer footer = reader.footer();
        Map<Part.Kind, MemorySegment> parts = new HashMap<>();
        for (Part part : footer.parts()) {
            if (part.column() == column) {
                parts.put(part.kind(), reader.checked(mapped, 0, part));
            }
        }
        try {
            return MappedColumn.open(file, footer, column, parts);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw SegmentFileReader.corrupt(file, "column [%s]".formatted(footer.fields().get(column).name()),
                    e.getMessage(), e);
        }
    }

    @Override
    public String id() {
        return footer.segmentId();
    }

    @Override
    public List<Field> fields() {
        return footer.fields();
    }

    @Override
    public int rowCount() {
        return footer.rowCount();
    }

    @Override
    public List<SortKey> sortKeys() {
        return footer.sortKeys();
    }

    @Override
    public boolean hasColumn(int fieldId) {
        return columns.containsKey(fieldId);
    }

    @Override
    public SegmentColumn column(int fieldId) {
        MappedColumn column = columns.get(fieldId);
        if (column == null) {
            throw new IllegalArgumentException("Segment [%s] has no column with field id [%d]"
                    .formatted(id(), fieldId));
        }
        return column;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            arena.close();
        }
    }
}
