package org.narwhaldb.controller;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the repair loop knows besides the cluster image.
///
/// @param failedSince replicas in ERROR and when they were first seen so
/// @param tags of each instance, live or not
/// @param pools resources of shards
/// @param faultZone level by which replicas are kept apart now
/// @param leaving instances that are to be forgotten once they are gone
record Facts(Map<Replica, Instant> failedSince, Map<String, List<String>> tags, List<Pool> pools, String faultZone,
        Set<String> leaving) {

    record Replica(String resource, int partition, String instance) {}

    /// @param tag of the instances that may hold the shards
    record Pool(String resource, int replicas, String tag) {}
}
