package org.narwhaldb.ingest.publish;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.ShardResources;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.TableVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Helix resources that hold one table's shards: the pool while the table is small, then its own, which another number
/// of shards or replicas replaces by yet another one.
///
/// A version's resource is claimed before the version becomes current and once more afterwards; it goes when no version
/// within the retention refers to it. Both are safe against a leader that was paused: a claim renews the resource's stamp,
/// and who drops must know the last one. A drop decided before this version was current is therefore refused, or undone by
/// the second claim.
final class TableShards {
    private static final Logger LOG = LoggerFactory.getLogger(TableShards.class);

    private final Cluster cluster;
    private final TableName table;
    private String claimed;

    TableShards(Cluster cluster, TableName table) {
        this.cluster = cluster;
        this.table = table;
    }

    /// Makes sure that the version's resource exists; costs nothing while the layout stays the same.
    void claim(TableVersion next) {
        if (!claim(next.id().incarnation(), resource(next)).equals(claimed)) {
            cluster.ensureShards(resource(next), next.shardCount(), next.replicas(), Instance.DEFAULT_TIER);
        }
    }

    /// The version is current.
    void settled(TableVersion current) {
        claim(current);
        claimed = claim(current.id().incarnation(), resource(current));
    }

    /// After the loss of ZooKeeper's data the same resource has to be made again, and the incarnation is another one.
    private static String claim(String incarnation, String resource) {
        return incarnation + " " + resource;
    }

    /// Drops the table's own resources that no version refers to.
    ///
    /// @param inUse looked at after the stamps were read; absent if it cannot be told
    void retire(Supplier<Optional<List<TableVersion>>> inUse) {
        Map<String, Cluster.ShardResource> unused = new TreeMap<>(cluster.shardResources());
        unused.keySet().removeIf(resource -> !ShardResources.isOwn(table, resource));
        Optional<List<TableVersion>> versions = inUse.get();
        if (versions.isEmpty()) {
            return;
        }
        versions.get().forEach(version -> unused.remove(resource(version)));
        unused.forEach((resource, known) -> {
            if (cluster.dropShards(resource, known.stamp())) {
                LOG.info("Dropped shards [{}]: no version of table [{}] is in them any more", resource, table);
            }
        });
    }

    private static String resource(TableVersion version) {
        return ShardResources.of(version.table(), Instance.DEFAULT_TIER, version.shardCount(), version.replicas());
    }
}
