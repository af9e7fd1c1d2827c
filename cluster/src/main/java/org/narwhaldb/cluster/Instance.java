package org.narwhaldb.cluster;

/// A process (or, in a one-JVM cluster, a role) as a member of the cluster.
///
/// @param id unique, stable over restarts, e.g. `segment-server_127.0.0.1_9101`
/// @param host,port where its Flight service listens
/// @param tier tag of a segment server, e.g. `_default`; empty for other roles
/// @param zone fault zone
public record Instance(String id, Role role, String host, int port, String tier, String zone) {
    public static final String DEFAULT_TIER = "_default";
}
