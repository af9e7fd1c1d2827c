package org.narwhaldb.store.version;

import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.narwhaldb.store.TableName;

/// Table versions as files in the segment store: a head file a version, chunk files shared by versions. Nothing is
/// overwritten; publication (which version is current) is not decided here.
public interface VersionStore {

    /// Writes the chunks that `change` needs on top of `parentChunks` (a delta, or a merged base when deltas pile up)
    /// and returns the new chunk list.
    List<TableVersion.ChunkReference> writeSegments(
            TableName table, VersionId id, int shardCount, List<TableVersion.ChunkReference> parentChunks,
                    SegmentChange change);

    List<TableVersion.ChunkReference> writeSources(
            TableName table, VersionId id, List<TableVersion.ChunkReference> parentChunks, SourceChange change);

    /// Writes the head file; `VersionStores.headFile(table, id)` names it. Writing the same head again is no error.
    ///
    /// @throws org.narwhaldb.segment.error.NarwhalException LOAD_CONFLICT when the head of that id stands already with
    ///     other content: an attempt that did not become current, or another leader's. Derive anew, with `nextFree`
    void writeHead(TableVersion version);

    /// The first id after `current` that has no head. A head left by an attempt that failed keeps its id for good.
    default VersionId nextFree(TableName table, VersionId current) {
        return current.next();
    }

    /// Ids of all heads that stand in the store, by incarnation and counter.
    default List<VersionId> heads(TableName table) {
        return List.of();
    }

    /// @throws org.narwhaldb.segment.error.NarwhalException FILE_NOT_FOUND, CORRUPT_VERSION
    TableVersion readHead(TableName table, VersionId id);

    /// The version's entries in the shards accepted, by segment id, in a stable order.
    Map<String, SegmentEntry> segments(TableVersion version, IntPredicate shards);

    /// The version's sources by path.
    Map<String, SourceEntry> sources(TableVersion version);

    /// Names in the segment store of everything the version needs: head, chunks, segment files, live-rows files.
    List<String> files(TableVersion version);

    /// @param removed segment ids
    record SegmentChange(List<SegmentEntry> addedOrReplaced, List<String> removed) {}

    /// @param removed paths
    record SourceChange(List<SourceEntry> addedOrReplaced, List<String> removed) {}
}
