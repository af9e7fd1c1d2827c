package org.narwhaldb.controller;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.narwhaldb.cluster.ClusterMember;

/// An ingest node that remembers what it leads, by epoch.
final class LeaderLog implements ClusterMember.LeaderHandler {
    final Map<Integer, Long> leading = new ConcurrentHashMap<>();

    @Override
    public void lead(int partition, long epoch) {
        leading.put(partition, epoch);
    }

    @Override
    public void standBy(int partition) {
        leading.remove(partition);
    }
}
