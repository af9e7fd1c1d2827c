package org.narwhaldb.launcher.process;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.Schedulers;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.ProcessResources;
import org.narwhaldb.engine.execution.SpillSpace;
import org.narwhaldb.engine.execution.WorkerPool;
import org.narwhaldb.engine.leaf.GlobalDictionaries;
import org.narwhaldb.launcher.config.ProcessConfig;
import org.narwhaldb.launcher.warmup.WarmUp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What all roles of one JVM share: one clock, one scheduler, one memory budget, one connection to the cluster. Closes everything that was
/// started on it, last first.
public final class Foundation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Foundation.class);
    private static final int SCHEDULER_THREADS = 8;
    private static final int HEAP_SHARE_OF_DICTIONARIES = 4;

    private final InstantSource clock = InstantSource.system();
    private final Scheduler scheduler = Schedulers.threads("narwhal", SCHEDULER_THREADS);
    private final MemoryPool memory;
    private final BufferAllocator allocator = new RootAllocator();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final ProcessResources resources = new ProcessResources(
            closing(new WorkerPool(Runtime.getRuntime().availableProcessors())),
            new GlobalDictionaries(Runtime.getRuntime().maxMemory() / HEAP_SHARE_OF_DICTIONARIES));

    /// @param spillDirectory for what queries have no memory for
    public Foundation(Path spillDirectory) {
        memory = MemoryPool.of(ProcessConfig.queryMemoryBytes(), SpillSpace.in(spillDirectory));
    }

    public InstantSource clock() {
        return clock;
    }

    public Scheduler scheduler() {
        return scheduler;
    }

    public MemoryPool memory() {
        return memory;
    }

    /// What queries share beside their memory.
    public ProcessResources resources() {
        return resources;
    }

    public BufferAllocator allocator() {
        return allocator;
    }

    public Cluster connect(String zooKeeper, String clusterName) {
        return closing(Cluster.connect(zooKeeper, clusterName, clock, scheduler));
    }

    /// Begins to warm this JVM up.
    ///
    /// @param directory for temporary files
    WarmUp warmUp(Path directory, long budgetMillis) {
        return closing(WarmUp.start(directory, Duration.ofMillis(budgetMillis), clock, scheduler, memory));
    }

    /// Remembers to close it; returns it.
    public <T extends AutoCloseable> T closing(T resource) {
        started.push(resource);
        return resource;
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            AutoCloseable resource = started.pop();
            try {
                resource.close();
            } catch (Exception e) {
                LOG.warn("Stopping [{}] failed", resource, e);
            }
        }
        try {
            allocator.close();
        } catch (IllegalStateException e) {
            LOG.warn("Arrow buffers were still open: {}", e.getMessage());
        }
    }
}
