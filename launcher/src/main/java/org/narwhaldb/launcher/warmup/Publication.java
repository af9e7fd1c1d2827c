package org.narwhaldb.launcher.warmup;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.ShardResources;
import org.narwhaldb.segment.SegmentSummary;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;
import org.narwhaldb.store.version.VersionStore;
import org.narwhaldb.store.version.VersionStores;

/// Makes versions of made-up tables, as ingest does of Iceberg's.
///
/// @param directory for segments on their way into the store
record Publication(Path directory, ObjectStore store, VersionStore versions, Cluster cluster, InstantSource clock) {
    private static final int SHARDS = 2;

    /// The first version of the table.
    void publish(WarmUpTable table, int segments) {
        TableName name = new TableName("main", table.name());
        List<SegmentEntry> entries = new ArrayList<>();
        long rows = 0;
        for (int number = 0; number < segments; number++) {
            String id = table.name() + "-" + number;
            Path file = directory.resolve(id);
            SegmentSummary summary = table.write(file, id, number);
            String stored = VersionStores.tableDirectory(name) + "/segments/" + id;
            store.put(stored, file);
            entries.add(new SegmentEntry(id, "", stored, "", summary.rowCount(), summary.rowCount(), summary.sizeBytes(),
                    summary.checksum(), bounds(summary), List.of()));
            rows += summary.rowCount();
        }
        VersionId id = new VersionId("0", 1);
        List<TableVersion.ChunkReference> chunks =
                versions.writeSegments(name, id, SHARDS, List.of(), new VersionStore.SegmentChange(entries, List.of()));
        versions.writeHead(new TableVersion(id, null, 1, name, "made-up", 1, 1, 0, "made-up", SHARDS, 1, null, table.fields(),
                clock.millis(), rows, segments, Map.of(), chunks, List.of(), new TableVersion.BuildReport(0, 0, 0, 0, 0, 0, 0, 0)));
        cluster.ensureShards(ShardResources.of(name, Instance.DEFAULT_TIER, SHARDS, 1), SHARDS, 1, Instance.DEFAULT_TIER);
        cluster.pointers().compareAndSet(name, Optional.empty(), id);
    }

    private static Map<Integer, SegmentEntry.ColumnBounds> bounds(SegmentSummary summary) {
        Map<Integer, SegmentEntry.ColumnBounds> bounds = new HashMap<>();
        summary.columns().forEach((id, column) -> {
            if (column.min() != null) {
                bounds.put(id, new SegmentEntry.ColumnBounds(column.min(), column.max(), column.nullCount()));
            }
        });
        return bounds;
    }
}
