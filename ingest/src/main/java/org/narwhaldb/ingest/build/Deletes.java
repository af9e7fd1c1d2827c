package org.narwhaldb.ingest.build;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.narwhaldb.store.iceberg.LakeTable;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;

/// Deleted positions by source file, each worked out once for one publication. Thread-safe.
final class Deletes {
    private final LakeTable table;
    private final Map<String, long[]> positions = new ConcurrentHashMap<>();
    private final Set<String> filesRead = ConcurrentHashMap.newKeySet();

    Deletes(LakeTable table) {
        this.table = table;
    }

    /// Ascending.
    long[] positions(SourceFile file) {
        if (file.deletes().isEmpty()) {
            return new long[0];
        }
        return positions.computeIfAbsent(file.path(), path -> {
            filesRead.addAll(file.deletes());
            return table.deletedPositions(file);
        });
    }

    int filesRead() {
        return filesRead.size();
    }
}
