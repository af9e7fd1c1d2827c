package org.narwhaldb.cluster.helix;

import java.util.Locale;
import java.util.Optional;
import org.apache.helix.model.InstanceConfig;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.Role;

/// An [Instance] as Helix keeps it: host, port, a fault domain, one tag (of its tier for a segment server, else of
/// its role) by which resources choose their instances, and the rest in the instance information map.
public final class Members {
    private static final String ROLE = "role";
    private static final String TIER = "tier";
    private static final String ZONE = "zone";

    private Members() {}

    static String tierTag(String tier) {
        return "tier-" + tier;
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

    /// Empty for an instance that is not Narwhal's.
    static Optional<Instance> read(InstanceConfig config) {
        var info = config.getInstanceInfoMap();
        try {
            return Optional.of(new Instance(config.getInstanceName(), Role.valueOf(info.getOrDefault(ROLE, "")),
                    config.getHostName(), Integer.parseInt(config.getPort()), info.getOrDefault(TIER, ""),
                    info.getOrDefault(ZONE, "")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
