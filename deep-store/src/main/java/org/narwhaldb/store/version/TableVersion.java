package org.narwhaldb.store.version;

import java.util.List;
import java.util.Map;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;

/// The immutable answer for one Iceberg snapshot: its head file. Segments and sources stand in chunks.
///
/// @param parent the version it was derived from, null for the first of an incarnation
/// @param epoch of the leader that wrote it
/// @param tableUuid Iceberg's, so that a table dropped and created anew is another table
/// @param snapshotId Iceberg's, -1 for a table without one
/// @param specHash of the `TableSpec` it was built by
/// @param fields the table's current columns, top level
/// @param columnStatistics by field id, over all rows, for the planner
/// @param chunks oldest first; later ones override
/// @param build what making this version took, for `status` and the log
public record TableVersion(
        VersionId id, VersionId parent, long epoch, TableName table, String tableUuid, long snapshotId,
                long sequenceNumber, int schemaId,
        String specHash, int shardCount, int replicas, String timeColumn, List<Field> fields, long createdAtMillis,
                long rowCount,
        long segmentCount, Map<Integer, ColumnStatistics> columnStatistics, List<ChunkReference> chunks,
                List<ChunkReference> sourceChunks,
        BuildReport build) {
    public TableVersion {
        fields = List.copyOf(fields);
        columnStatistics = Map.copyOf(columnStatistics);
        chunks = List.copyOf(chunks);
        sourceChunks = List.copyOf(sourceChunks);
    }

    /// @param distinctCount estimate: the largest seen in a segment, scaled; at least 1
    public record ColumnStatistics(Object min, Object max, long nullCount, long distinctCount) {}

    /// A file of entries: a base (all of a range of shards) or a delta (added or replaced, and removed).
    ///
    /// @param shardFrom,shardTo range of shards it speaks of, `to` exclusive
    public record ChunkReference(String file, int entryCount, int shardFrom, int shardTo) {}

    /// @param filesRead data files whose rows were read to build segments
    /// @param deletesRead delete files read
    public record BuildReport(
            int filesAdded, int filesRemoved, int filesRead, int deletesRead, int segmentsBuilt, int segmentsReused,
                    long rowsBuilt, long millis) {}
}
