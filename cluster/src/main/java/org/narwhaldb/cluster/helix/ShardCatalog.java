package org.narwhaldb.cluster.helix;

import java.util.Map;
import java.util.TreeMap;
import org.apache.helix.model.IdealState;
import org.narwhaldb.cluster.Cluster.ShardResource;
import org.narwhaldb.cluster.ShardResources;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The resources of shards, as ideal states that Helix' controller places. The stamp of a resource is the version of its
/// ideal state's node: nothing but [#ensure] and [#drop] writes it.
final class ShardCatalog {
    private final Records records;
    private final ClusterLayout layout;

    ShardCatalog(Records records, ClusterLayout layout) {
        this.records = records;
        this.layout = layout;
    }

    void ensure(String resource, int shardCount, int replicas, String tier) {
        IdealState wanted = Resources.shards(resource, shardCount, replicas, tier);
        String what = "create shards [" + resource + "]";
        if (records.create(layout.idealState(resource), what, wanted.getRecord())) {
            return;
        }
        records.change(layout.idealState(resource), what, !ShardResources.isPool(resource), known -> {
            int shards = new IdealState(known).getNumPartitions();
            if (shards != shardCount) {
                throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                        "Resource [%s] has [%d] shards and cannot get [%d]; a new layout needs a new resource", resource,
                        shards, shardCount);
            }
            known.getSimpleFields().putAll(wanted.getRecord().getSimpleFields());
            return known;
        });
    }

    Map<String, ShardResource> all() {
        Map<String, ShardResource> resources = new TreeMap<>();
        records.below(layout.idealStates(), "read the resources of shards").forEach((node, stamped) -> {
            IdealState state = new IdealState(stamped.record());
            if (ShardStates.MODEL.equals(state.getStateModelDefRef())) {
                resources.put(ClusterLayout.unescape(node), new ShardResource(state.getNumPartitions(),
                        Integer.parseInt(state.getReplicas()), Members.tier(state.getInstanceGroupTag()), stamped.stamp()));
            }
        });
        return resources;
    }

    boolean drop(String resource, int stamp) {
        String what = "drop shards [" + resource + "]";
        if (!records.delete(layout.idealState(resource), what, stamp)) {
            return false;
        }
        records.delete(layout.resourceConfig(resource), what, -1);
        return true;
    }
}
