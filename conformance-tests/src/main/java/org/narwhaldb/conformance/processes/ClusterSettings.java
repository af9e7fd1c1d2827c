package org.narwhaldb.conformance.processes;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a cluster of processes is made of.
///
/// @param members how many of each role; ZooKeeper is one
/// @param memory of each process, as in its configuration
/// @param javaOptions of each process, beside the script's
/// @param keys of configuration by role, beside those that every process needs
public record ClusterSettings(
        Map<ProcessRole, Integer> members, String memory, String javaOptions, Map<ProcessRole, Map<String, String>> keys,
        DataLocation data, Network network) {

    /// Little start-up and little memory matter more here than speed in the long run.
    private static final String JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:CICompilerCount=1 -Xshare:auto";

    /// On loopback.
    public static ClusterSettings of(int controllers, int ingestNodes, int segmentServers, int frontEnds, DataLocation data) {
        Map<ProcessRole, Integer> members = Map.of(ProcessRole.ZOOKEEPER, 1, ProcessRole.CONTROLLER, controllers,
                ProcessRole.INGEST, ingestNodes, ProcessRole.SEGMENT_SERVER, segmentServers, ProcessRole.FRONT_END, frontEnds);
        return new ClusterSettings(members, "384m", JAVA_OPTIONS,
                Map.of(ProcessRole.INGEST, Map.of("table-poll-millis", "200")), data, new Loopback());
    }

    /// Adds to a role's configuration, and replaces what is there.
    public ClusterSettings with(ProcessRole role, Map<String, String> more) {
        Map<ProcessRole, Map<String, String>> all = new HashMap<>(keys);
        Map<String, String> merged = new LinkedHashMap<>(keys.getOrDefault(role, Map.of()));
        merged.putAll(more);
        all.put(role, merged);
        return new ClusterSettings(members, memory, javaOptions, all, data, network);
    }

    public ClusterSettings on(Network other) {
        return new ClusterSettings(members, memory, javaOptions, keys, data, other);
    }

    public ClusterSettings withMemory(String other) {
        return new ClusterSettings(members, other, javaOptions, keys, data, network);
    }

    public ClusterSettings withJavaOptions(String more) {
        return new ClusterSettings(members, memory, javaOptions + " " + more, keys, data, network);
    }
}
