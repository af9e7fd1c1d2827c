package org.narwhaldb.controller;

import org.apache.helix.ConfigAccessor;
import org.apache.helix.HelixAdmin;
import org.apache.helix.HelixException;
import org.apache.helix.manager.zk.ZKHelixAdmin;
import org.apache.helix.manager.zk.ZKHelixManager;
import org.apache.helix.manager.zk.ZNRecordSerializer;
import org.apache.helix.model.ClusterConfig;
import org.apache.helix.model.LeaderStandbySMD;
import org.apache.helix.zookeeper.api.client.HelixZkClient;
import org.apache.helix.zookeeper.impl.factory.DedicatedZkClientFactory;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.helix.Resources;
import org.narwhaldb.cluster.helix.ShardStates;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Creates the Helix cluster: paths, state models, topology, and the resource of leaders.
final class ClusterFounder {
    static final String BY_ZONE = "zone";
    static final String BY_INSTANCE = "instance";

    private ClusterFounder() {}

    /// Starts over if an earlier founding broke off.
    static void found(String zooKeeper, String cluster, Scheduler scheduler) {
        HelixZkClient client = DedicatedZkClientFactory.getInstance().buildZkClient(
                new HelixZkClient.ZkConnectionConfig(zooKeeper),
                new HelixZkClient.ZkClientConfig().setZkSerializer(new ZNRecordSerializer()));
        try {
            HelixAdmin admin = new ZKHelixAdmin(client);
            if (!admin.addCluster(cluster, true)) {
                throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                        "Cannot create cluster [%s] at ZooKeeper [%s]; its log says why", cluster, zooKeeper);
            }
            admin.addStateModelDef(cluster, ShardStates.MODEL, ShardStates.definition());
            admin.addStateModelDef(cluster, LeaderStandbySMD.name, LeaderStandbySMD.build());
            new ConfigAccessor(client).setClusterConfig(cluster, configuration(cluster));
            admin.addResource(cluster, Resources.LEADERS, Resources.leaders());
        } catch (HelixException e) {
            throw new NarwhalException(ErrorCode.CLUSTER_UNAVAILABLE, String.format(
                    "Cannot create cluster [%s] at ZooKeeper [%s]: %s", cluster, zooKeeper, e.getMessage()), e);
        } finally {
            // ZooKeeper's client sleeps for a while in close.
            scheduler.execute(client::close);
        }
    }

    private static ClusterConfig configuration(String cluster) {
        ClusterConfig config = new ClusterConfig(cluster);
        config.setTopology("/zone/instance");
        config.setFaultZoneType(BY_ZONE);
        config.setTopologyAwareEnabled(true);
        // Helix would write every placement back into the ideal state.
        config.setPersistBestPossibleAssignment(false);
        config.setPersistIntermediateAssignment(false);
        config.setDelayRebalaceEnabled(true);
        config.getRecord().setBooleanField(ZKHelixManager.ALLOW_PARTICIPANT_AUTO_JOIN, true);
        return config;
    }
}
