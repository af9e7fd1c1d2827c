package org.narwhaldb.controller;

import java.util.List;
import org.apache.helix.ConfigAccessor;
import org.apache.helix.HelixAdmin;
import org.apache.helix.HelixException;
import org.apache.helix.HelixManager;
import org.apache.helix.model.ClusterConfig;
import org.apache.helix.model.InstanceConfig;
import org.apache.helix.zookeeper.zkclient.exception.ZkException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does what the repair loop decided; what fails is decided again in the next round.
final class ChangeApplier {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeApplier.class);

    private final String cluster;
    private final HelixAdmin admin;
    private final ConfigAccessor configuration;

    ChangeApplier(HelixManager manager) {
        this.cluster = manager.getClusterName();
        this.admin = manager.getClusterManagmentTool();
        this.configuration = manager.getConfigAccessor();
    }

    void apply(Change change) {
        try {
            switch (change) {
                case Change.Retry retry -> retry(retry);
                case Change.Retag retag -> retag(retag);
                case Change.SetFaultZone zone -> setFaultZone(zone);
                case Change.Forget forget -> admin.dropInstance(cluster, new InstanceConfig(forget.instance()));
            }
            LOG.info("Repaired: [{}]", change);
        } catch (HelixException | ZkException e) {
            LOG.warn("Cannot repair [{}]: {}; tried again later", change, e.getMessage());
        }
    }

    private void retry(Change.Retry retry) {
        List<String> partitions = retry.partitions().stream()
                .map(partition -> retry.resource() + "_" + partition).toList();
        admin.resetPartition(cluster, retry.instance(), retry.resource(), partitions);
    }

    private void retag(Change.Retag retag) {
        InstanceConfig config = admin.getInstanceConfig(cluster, retag.instance());
        config.getRecord().setListField(InstanceConfig.InstanceConfigProperty.TAG_LIST.name(), List.of(retag.tag()));
        configuration.setInstanceConfig(cluster, retag.instance(), config);
    }

    private void setFaultZone(Change.SetFaultZone zone) {
        ClusterConfig config = configuration.getClusterConfig(cluster);
        config.setFaultZoneType(zone.level());
        configuration.setClusterConfig(cluster, config);
    }
}
