package org.narwhaldb.cluster.helix;

import java.util.Locale;
import java.util.Optional;
import org.apache.helix.constants.InstanceConstants.InstanceOperation;
import org.apache.helix.model.InstanceConfig;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;

/// An [Instance] as Helix keeps it: host, port, a fault domain, one tag (of its tier for a segment server, else of
/// its role) by which resources choose their instances, and the rest in the instance information map.
public final class Members {
    private static final String ROLE = "role";
    private static final String TIER = "tier";
    private static final String ZONE = "zone";
    private static final String TIER_TAG = "tier-";
    private static final String LEAVING = "narwhalLeaving";

    private Members() {}

    static String tierTag(String tier) {
        return TIER_TAG + tier;
    }

    /// The tier of a tag that [#tierTag] made.
    static String tier(String tag) {
        return tag.substring(TIER_TAG.length());
    }

    static String roleTag(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    /// The one tag that the instance must have.
    public static String tag(Instance instance) {
        return instance.role() == Role.SEGMENT_SERVER ? tierTag(instance.tier()) : roleTag(instance.role());
    }

    /// The fault zone; a member that names none is a zone of its own.
    public static String zone(Instance instance) {
        return instance.zone().isBlank() ? instance.id() : instance.zone();
    }

    static InstanceConfig.Builder describe(Instance instance) {
        return new InstanceConfig.Builder()
                .setHostName(instance.host())
                .setPort(Integer.toString(instance.port()))
                .setDomain("zone=" + ClusterLayout.escape(zone(instance))
                        + ",instance=" + ClusterLayout.escape(instance.id()))
                .addTag(tag(instance))
                .addInstanceInfo(ROLE, instance.role().name())
                .addInstanceInfo(TIER, instance.tier())
                .addInstanceInfo(ZONE, instance.zone());
    }

    /// @param draining asked to give up what it holds
    /// @param leaving asked to be forgotten once it is gone
    record Member(Instance instance, boolean draining, boolean leaving) {}

    /// Empty for an instance that is not Narwhal's.
    static Optional<Member> read(InstanceConfig config) {
        var info = config.getInstanceInfoMap();
        try {
            Instance instance = new Instance(config.getInstanceName(), Role.valueOf(info.getOrDefault(ROLE, "")),
                    config.getHostName(), Integer.parseInt(config.getPort()), info.getOrDefault(TIER, ""),
                    info.getOrDefault(ZONE, ""));
            boolean draining = config.getInstanceOperation().getOperation() == InstanceOperation.EVACUATE;
            return Optional.of(new Member(instance, draining, isLeaving(config)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static void setDraining(InstanceConfig config, boolean draining) {
        config.setInstanceOperation(draining ? InstanceOperation.EVACUATE : InstanceOperation.ENABLE);
        if (!draining) {
            config.getRecord().getSimpleFields().remove(LEAVING);
        }
    }

    static void setLeaving(InstanceConfig config) {
        config.getRecord().setBooleanField(LEAVING, true);
    }

    /// Whether the member is to be forgotten once it is gone.
    public static boolean isLeaving(InstanceConfig config) {
        return config.getRecord().getBooleanField(LEAVING, false);
    }
}
