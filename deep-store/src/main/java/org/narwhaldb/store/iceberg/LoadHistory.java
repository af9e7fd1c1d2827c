package org.narwhaldb.store.iceberg;

import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/// Which snapshot a load made. Only ancestors of the current one count: what was rolled back is not in the table.
final class LoadHistory {
    static final String LOAD_ID = "narwhal.load-id";

    private LoadHistory() {}

    static Optional<Long> find(Table table, String loadId) {
        return table.currentSnapshot() == null ? Optional.empty() : find(SnapshotUtil.currentAncestors(table), loadId);
    }

    static Optional<Long> find(Iterable<Snapshot> ancestors, String loadId) {
        for (Snapshot snapshot : ancestors) {
            if (loadId.equals(snapshot.summary().get(LOAD_ID))) {
                return Optional.of(snapshot.snapshotId());
            }
        }
        return Optional.empty();
    }
}
