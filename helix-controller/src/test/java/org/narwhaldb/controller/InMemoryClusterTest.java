package org.narwhaldb.controller;

import java.time.Duration;
import java.time.InstantSource;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Schedulers;
import org.narwhaldb.cluster.memory.InMemoryCluster;

class InMemoryClusterTest extends ClusterContract {
    private final InMemoryCluster cluster = new InMemoryCluster(InstantSource.system(),
            Schedulers.threads("in-memory-cluster", 4), Duration.ofMillis(50));

    @Override
    Cluster connectToCluster() {
        return cluster.connect();
    }
}
