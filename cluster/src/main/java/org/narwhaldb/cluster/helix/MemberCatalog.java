package org.narwhaldb.cluster.helix;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.helix.model.InstanceConfig;
import org.apache.helix.zookeeper.datamodel.ZNRecord;
import org.apache.zookeeper.KeeperException;
import org.narwhaldb.cluster.Cluster.KnownMember;
import org.narwhaldb.cluster.Instance;

/// What the cluster's configuration says of its members: where they are, and what an operator wants of them. Draining is
/// Helix' EVACUATE: replicas stay until as many others serve.
final class MemberCatalog {
    private final Records records;
    private final ClusterLayout layout;

    MemberCatalog(Records records, ClusterLayout layout) {
        this.records = records;
        this.layout = layout;
    }

    Map<String, KnownMember> all() {
        String what = "read the members of the cluster";
        Set<String> live = records.run(what, zooKeeper -> {
            try {
                return Set.copyOf(zooKeeper.getChildren(layout.liveInstances(), false));
            } catch (KeeperException.NoNodeException e) {
                return Set.of();
            }
        });
        Map<String, KnownMember> members = new TreeMap<>();
        records.below(layout.instanceConfigs(), what).forEach((id, stamped) ->
                Members.read(new InstanceConfig(stamped.record())).ifPresent(member -> members.put(id, new KnownMember(
                        member.instance(), live.contains(id), member.draining(), member.leaving()))));
        return members;
    }

    /// Brings a known instance's configuration up to date; a new one's is written when it joins.
    void update(Instance instance) {
        InstanceConfig wanted = Members.describe(instance).build(instance.id());
        change(instance.id(), config -> {
            config.setHostName(wanted.getHostName());
            config.setPort(wanted.getPort());
            config.setDomain(wanted.getDomainAsString());
            config.getRecord().setListField(InstanceConfig.InstanceConfigProperty.TAG_LIST.name(), wanted.getTags());
            config.getRecord().setMapField(InstanceConfig.InstanceConfigProperty.INSTANCE_INFO_MAP.name(),
                    wanted.getInstanceInfoMap());
        });
    }

    void drain(String instance, boolean draining) {
        change(instance, config -> Members.setDraining(config, draining));
    }

    void remove(String instance) {
        change(instance, Members::setLeaving);
    }

    private void change(String instance, Consumer<InstanceConfig> change) {
        String what = "update the configuration of instance [" + instance + "]";
        records.change(layout.instanceConfigs() + "/" + instance, what, false, known -> {
            InstanceConfig config = new InstanceConfig(new ZNRecord(known));
            change.accept(config);
            return config.getRecord();
        });
    }
}
