package org.narwhaldb.store.version;

import java.util.List;
import java.util.Map;

/// One segment of a table version: what routing and loading need, and no more.
///
/// @param segmentId content-derived: hashes every input of the build
/// @param liveRowsId names the live-rows file, empty when all rows are alive
/// @param file name in the segment store
/// @param liveRowsFile name in the segment store, empty when all rows are alive
/// @param rowCount physical rows
/// @param liveRowCount rows that count
/// @param checksum of the whole file, as the writer computed it
/// @param bounds by Iceberg field id: min, max and null count over the physical rows, of the columns routing prunes by
/// @param sources the data files its rows came from, by `SourceEntry.path`, in the order of the origin part
public record SegmentEntry(
        String segmentId, String liveRowsId, String file, String liveRowsFile, int rowCount, int liveRowCount,
                long sizeBytes,
        long checksum, Map<Integer, ColumnBounds> bounds, List<String> sources) {
    public SegmentEntry {
        bounds = Map.copyOf(bounds);
        sources = List.copyOf(sources);
    }

    /// @param min in the shape of `org.narwhaldb.segment.NestedValues`; null when all rows are null
    public record ColumnBounds(Object min, Object max, long nullCount) {}

    /// shard = hash(segment id) mod shards; the hash is FNV-1a over the id's characters, mixed, so that it is the same
    /// everywhere.
    public int shard(int shardCount) {
        long hash = 0xcbf29ce484222325L;
        for (int index = 0; index < segmentId.length(); index++) {
            hash = (hash ^ segmentId.charAt(index)) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        return (int) Long.remainderUnsigned(hash, shardCount);
    }
}
