package org.narwhaldb.controller;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.narwhaldb.cluster.ClusterMember;
import org.narwhaldb.cluster.ShardId;

/// A segment server that remembers what it was told.
final class ShardLog implements ClusterMember.ShardHandler {
    final Set<ShardId> loaded = ConcurrentHashMap.newKeySet();
    final Set<ShardId> serving = ConcurrentHashMap.newKeySet();
    final AtomicInteger loads = new AtomicInteger();
    final AtomicInteger unloads = new AtomicInteger();
    /// How many loads fail before one succeeds.
    final AtomicInteger failures = new AtomicInteger();

    @Override
    public void load(ShardId shard) {
        loads.incrementAndGet();
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("the test wants shard [" + shard + "] to fail");
        }
        loaded.add(shard);
    }

    @Override
    public void serve(ShardId shard) {
        serving.add(shard);
    }

    @Override
    public void unload(ShardId shard) {
        unloads.incrementAndGet();
        loaded.remove(shard);
        serving.remove(shard);
    }
}
