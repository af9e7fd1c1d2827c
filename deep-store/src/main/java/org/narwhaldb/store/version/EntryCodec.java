package org.narwhaldb.store.version;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// How one kind of entry stands in a chunk.
interface EntryCodec<E> {
    EntryCodec<SegmentEntry> SEGMENTS = new Segments();
    EntryCodec<SourceEntry> SOURCES = new Sources();

    ChunkKind kind();

    String key(E entry);

    void write(ChunkOutput out, E entry);

    E read(ChunkInput in);

    final class Segments implements EntryCodec<SegmentEntry> {
        @Override
        public ChunkKind kind() {
            return ChunkKind.SEGMENTS;
        }

        @Override
        public String key(SegmentEntry entry) {
            return entry.segmentId();
        }

        @Override
        public void write(ChunkOutput out, SegmentEntry entry) {
            out.string(entry.segmentId());
            out.string(entry.liveRowsId());
            out.string(entry.file());
            out.string(entry.liveRowsFile());
            out.number(entry.rowCount());
            out.number(entry.liveRowCount());
            out.number(entry.sizeBytes());
            out.number(entry.checksum());
            out.number(entry.bounds().size());
            for (Map.Entry<Integer, SegmentEntry.ColumnBounds> bounds : new TreeMap<>(entry.bounds()).entrySet()) {
                out.number(bounds.getKey());
                out.value(bounds.getValue().min());
                out.value(bounds.getValue().max());
                out.number(bounds.getValue().nullCount());
            }
            out.strings(entry.sources());
        }

        @Override
        public SegmentEntry read(ChunkInput in) {
            String segmentId = in.string();
            String liveRowsId = in.string();
            String file = in.string();
            String liveRowsFile = in.string();
            int rowCount = in.count();
            int liveRowCount = in.count();
            long sizeBytes = in.number();
            long checksum = in.number();
            int boundCount = in.count();
            Map<Integer, SegmentEntry.ColumnBounds> bounds = new HashMap<>();
            for (int index = 0; index < boundCount; index++) {
                int fieldId = Math.toIntExact(in.number());
                bounds.put(fieldId, new SegmentEntry.ColumnBounds(in.value(), in.value(), in.number()));
            }
            return new SegmentEntry(segmentId, liveRowsId, file, liveRowsFile, rowCount, liveRowCount, sizeBytes,
                    checksum,
                    bounds, in.strings());
        }
    }

    final class Sources implements EntryCodec<SourceEntry> {
        @Override
        public ChunkKind kind() {
            return ChunkKind.SOURCES;
        }

        @Override
        public String key(SourceEntry entry) {
            return entry.path();
        }

        @Override
        public void write(ChunkOutput out, SourceEntry entry) {
            out.string(entry.path());
            out.number(entry.sequenceNumber());
            out.number(entry.rowCount());
            out.strings(entry.appliedDeletes());
        }

        @Override
        public SourceEntry read(ChunkInput in) {
            return new SourceEntry(in.string(), in.number(), in.number(), in.strings());
        }
    }

    /// Reads `count` things.
    static <T> List<T> list(int count, Supplier<T> reader) {
        List<T> list = new ArrayList<>(Math.min(count, 1 << 16));
        for (int index = 0; index < count; index++) {
            list.add(reader.get());
        }
        return list;
    }
}
