package org.narwhaldb.ingest.build;

import java.util.List;
import java.util.Set;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;

/// Source files that one worker reads, in this order, into segments.
///
/// @param onlyBuckets rows of other time buckets are passed over (another segment holds them); null takes all
public record BuildTask(List<SourceFile> files, Set<Long> onlyBuckets) {
    public BuildTask {
        files = List.copyOf(files);
        onlyBuckets = onlyBuckets == null ? null : Set.copyOf(onlyBuckets);
    }

    public long rowCount() {
        return files.stream().mapToLong(SourceFile::rowCount).sum();
    }
}
