package org.narwhaldb.store.version;

import java.util.List;

/// One Iceberg data file that a version answers for, with the deletes applied to it: what the leader diffs against.
///
/// @param sequenceNumber data sequence number
/// @param appliedDeletes identities of the delete files applied (path, and offset for a deletion vector), sorted
public record SourceEntry(String path, long sequenceNumber, long rowCount, List<String> appliedDeletes) {
    public SourceEntry {
        appliedDeletes = appliedDeletes.stream().sorted().toList();
    }
}
