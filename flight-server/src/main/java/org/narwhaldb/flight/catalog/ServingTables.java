package org.narwhaldb.flight.catalog;

import static org.narwhaldb.flight.catalog.SystemTable.row;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.ReplicaState;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.cluster.ShardResources;
import org.narwhaldb.flight.version.VersionManifest;
import org.narwhaldb.flight.version.VersionTracker;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;
import org.narwhaldb.store.version.VersionStore;

/// What the protocol knows: `sys.servers`, `sys.shards`, `sys.segments`, `sys.versions`, `sys.version_shards`.
///
/// Servers and shards are as the cluster image has them, so they stay what they were while ZooKeeper is away. Of a table's
/// versions the published one and its nearest ancestors are shown.
final class ServingTables {
    /// Ancestors that are looked up in the store for `sys.versions`.
    private static final int ANCESTORS_MAX = 8;

    private final VersionTracker tracker;
    private final VersionStore versions;
    private final Cluster cluster;

    ServingTables(VersionTracker tracker, VersionStore versions, Cluster cluster) {
        this.tracker = tracker;
        this.versions = versions;
        this.cluster = cluster;
    }

    Map<String, SystemTable> all() {
        Map<String, SystemTable> tables = new LinkedHashMap<>();
        tables.put("segments", SystemTable.of(this::segments, "table_schema", ColumnType.STRING, "table_name", ColumnType.STRING,
                "segment_id", ColumnType.STRING, "live_rows_id", ColumnType.STRING, "shard", ColumnType.INT,
                "row_count", ColumnType.LONG, "live_row_count", ColumnType.LONG, "size_bytes", ColumnType.LONG,
                "holder_count", ColumnType.INT));
        tables.put("servers", SystemTable.of(this::servers, "instance", ColumnType.STRING, "role", ColumnType.STRING,
                "host", ColumnType.STRING, "port", ColumnType.INT, "tier", ColumnType.STRING, "zone", ColumnType.STRING,
                "draining", ColumnType.BOOLEAN, "serving_shards", ColumnType.INT, "loading_shards", ColumnType.INT,
                "failed_shards", ColumnType.INT));
        tables.put("shards", SystemTable.of(this::shards, "resource", ColumnType.STRING, "shard", ColumnType.INT,
                "instance", ColumnType.STRING, "state", ColumnType.STRING, "zone", ColumnType.STRING,
                "draining", ColumnType.BOOLEAN));
        tables.put("versions", SystemTable.of(this::versions, "table_schema", ColumnType.STRING, "table_name", ColumnType.STRING,
                "version", ColumnType.STRING, "parent", ColumnType.STRING, "state", ColumnType.STRING,
                "snapshot_id", ColumnType.LONG, "created", ColumnType.TIMESTAMP_TZ, "row_count", ColumnType.LONG,
                "segment_count", ColumnType.LONG, "resource", ColumnType.STRING, "shard_count", ColumnType.INT,
                "missing_shards", ColumnType.STRING, "leader_epoch", ColumnType.LONG));
        tables.put("version_shards", SystemTable.of(this::versionShards, "table_schema", ColumnType.STRING,
                "table_name", ColumnType.STRING, "version", ColumnType.STRING, "state", ColumnType.STRING,
                "resource", ColumnType.STRING, "shard", ColumnType.INT, "segment_count", ColumnType.LONG,
                "row_count", ColumnType.LONG, "holder_count", ColumnType.INT, "held_by", ColumnType.STRING));
        return tables;
    }

    private List<Object[]> segments() {
        List<Object[]> rows = new ArrayList<>();
        for (VersionManifest manifest : servable()) {
            TableVersion version = manifest.version();
            TableName table = version.table();
            for (SegmentEntry segment : manifest.segments()) {
                int shard = segment.shard(version.shardCount());
                rows.add(row(table.namespace(), table.name(), segment.segmentId(), segment.liveRowsId(), shard,
                        (long) segment.rowCount(), (long) segment.liveRowCount(), segment.sizeBytes(),
                        tracker.holders(table, version.id(), shard).size()));
            }
        }
        return rows;
    }

    private List<Object[]> servers() {
        ClusterImage image = cluster.view().image();
        Map<String, Map<ReplicaState, Integer>> counts = new TreeMap<>();
        image.replicas().values().forEach(replicas -> replicas.forEach((instance, state) ->
                counts.computeIfAbsent(instance, _ -> new TreeMap<>()).merge(state, 1, Integer::sum)));
        List<Object[]> rows = new ArrayList<>();
        new TreeMap<>(image.instances()).values().forEach(instance -> {
            Map<ReplicaState, Integer> held = counts.getOrDefault(instance.id(), Map.of());
            rows.add(row(instance.id(), instance.role().name(), instance.host(), instance.port(), instance.tier(),
                    instance.zone(), image.draining().contains(instance.id()), held.getOrDefault(ReplicaState.SERVING, 0),
                    held.getOrDefault(ReplicaState.LOADING, 0), held.getOrDefault(ReplicaState.ERROR, 0)));
        });
        return rows;
    }

    private List<Object[]> shards() {
        ClusterImage image = cluster.view().image();
        List<Object[]> rows = new ArrayList<>();
        for (Map.Entry<ShardId, Map<String, ReplicaState>> shard : image.replicas().entrySet()) {
            shard.getValue().forEach((id, state) -> {
                Optional<Instance> instance = Optional.ofNullable(image.instances().get(id));
                rows.add(row(shard.getKey().resource(), shard.getKey().number(), id, state.name(),
                        instance.map(Instance::zone).orElse(null), image.draining().contains(id)));
            });
        }
        return rows;
    }

    private List<Object[]> versions() {
        List<Object[]> rows = new ArrayList<>();
        for (TableName table : tracker.tables()) {
            Optional<VersionManifest> newest = tracker.newest(table);
            Optional<VersionId> servable = tracker.servable(table).map(manifest -> manifest.version().id());
            for (TableVersion version : lineage(table)) {
                boolean published = newest.isPresent() && newest.get().version().id().equals(version.id());
                String state = servable.equals(Optional.of(version.id())) ? "SERVABLE" : published ? "PUBLISHED" : "SUPERSEDED";
                rows.add(row(table.namespace(), table.name(), version.id().toString(),
                        version.parent() == null ? null : version.parent().toString(), state, version.snapshotId(),
                        Instant.ofEpochMilli(version.createdAtMillis()), version.rowCount(), (long) version.segmentCount(),
                        resource(version), version.shardCount(),
                        published ? tracker.missingShards(newest.get()).ranges() : null, version.epoch()));
            }
        }
        return rows;
    }

    /// The published version, the one in use, and ancestors as far as they can be read.
    private Set<TableVersion> lineage(TableName table) {
        Set<TableVersion> lineage = new LinkedHashSet<>();
        tracker.newest(table).ifPresent(manifest -> lineage.add(manifest.version()));
        tracker.servable(table).ifPresent(manifest -> lineage.add(manifest.version()));
        VersionId next = lineage.isEmpty() ? null : lineage.iterator().next().parent();
        for (int ancestors = 0; next != null && ancestors < ANCESTORS_MAX; ancestors++) {
            try {
                TableVersion ancestor = versions.readHead(table, next);
                if (lineage.stream().noneMatch(known -> known.id().equals(ancestor.id()))) {
                    lineage.add(ancestor);
                }
                next = ancestor.parent();
            } catch (NarwhalException e) {
                return lineage; // collected, or the store is away: what is known is shown
            }
        }
        return lineage;
    }

    private List<Object[]> versionShards() {
        List<Object[]> rows = new ArrayList<>();
        for (TableName table : tracker.tables()) {
            Optional<VersionManifest> servable = tracker.servable(table);
            servable.ifPresent(manifest -> addShards(rows, manifest, "SERVABLE"));
            tracker.newest(table).filter(newest -> servable.isEmpty() || !newest.version().id().equals(servable.get().version().id()))
                    .ifPresent(manifest -> addShards(rows, manifest, "PUBLISHED"));
        }
        return rows;
    }

    private void addShards(List<Object[]> rows, VersionManifest manifest, String state) {
        TableVersion version = manifest.version();
        TableName table = version.table();
        Map<Integer, List<SegmentEntry>> shards = new TreeMap<>();
        manifest.segments().forEach(segment ->
                shards.computeIfAbsent(segment.shard(version.shardCount()), _ -> new ArrayList<>()).add(segment));
        shards.forEach((shard, segments) -> {
            List<String> holders = tracker.holders(table, version.id(), shard);
            rows.add(row(table.namespace(), table.name(), version.id().toString(), state, resource(version), shard,
                    (long) segments.size(), segments.stream().mapToLong(SegmentEntry::liveRowCount).sum(), holders.size(),
                    String.join(", ", holders)));
        });
    }

    private static String resource(TableVersion version) {
        return ShardResources.of(version.table(), Instance.DEFAULT_TIER, version.shardCount(), version.replicas());
    }

    private List<VersionManifest> servable() {
        return tracker.tables().stream().map(tracker::servable).flatMap(Optional::stream).toList();
    }
}
