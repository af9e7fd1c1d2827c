package org.narwhaldb.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.ShardResources;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.server.hold.VersionOutline;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;
import org.narwhaldb.store.version.VersionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells [HeldPairs] which version of each table is current, as the pointers say. While the cluster's state cannot be
/// read, nothing changes.
final class PointerFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PointerFollower.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final PointerStore pointers;
    private final VersionStore versions;
    private final String tier;
    private final Scheduler scheduler;
    private final HeldPairs held;
    private final Map<TableName, VersionId> followed = new HashMap<>();
    private final Map<TableName, VersionId> unreadable = new HashMap<>();
    /// How many readings have begun, and which of them was the last that succeeded.
    private final AtomicLong begun = new AtomicLong();
    private long lastGood;
    private AutoCloseable watch;
    private volatile boolean closed;

    PointerFollower(PointerStore pointers, VersionStore versions, String tier, Scheduler scheduler, HeldPairs held) {
        this.pointers = pointers;
        this.versions = versions;
        this.tier = tier;
        this.scheduler = scheduler;
        this.held = held;
    }

    void start() {
        watch = pointers.watch(() -> scheduler.execute(this::refreshQuietly));
    }

    /// Follows what the pointers say now. Callers that come at once share one reading.
    ///
    /// @throws NarwhalException CLUSTER_UNAVAILABLE
    void catchUp() {
        long before = begun.get();
        synchronized (this) {
            if (lastGood <= before) {
                refresh();
            }
        }
    }

    private void refreshQuietly() {
        if (closed) {
            return;
        }
        try {
            refresh();
        } catch (RuntimeException e) {
            LOG.warn("Cannot read which versions are current, keeping what is held: {}", e.getMessage());
            scheduler.schedule(RETRY, this::refreshQuietly);
        }
    }

    private synchronized void refresh() {
        long reading = begun.incrementAndGet();
        Map<TableName, PointerStore.Pointer> current = pointers.readAll();
        boolean again = false;
        for (Map.Entry<TableName, PointerStore.Pointer> each : current.entrySet()) {
            VersionId version = each.getValue().version();
            if (!version.equals(followed.get(each.getKey()))) {
                again |= !follow(each.getKey(), version);
            }
        }
        Set<TableName> gone = new HashSet<>(followed.keySet());
        gone.removeAll(current.keySet());
        gone.forEach(held::dropped);
        followed.keySet().removeAll(gone);
        unreadable.keySet().retainAll(current.keySet());
        lastGood = reading;
        if (again) {
            scheduler.schedule(RETRY, this::refreshQuietly);
        }
    }

    /// False if the version's head cannot be read now.
    private boolean follow(TableName table, VersionId version) {
        try {
            TableVersion head = versions.readHead(table, version);
            held.published(new VersionOutline(table, version, head.shardCount(), resources(head)));
            followed.put(table, version);
            unreadable.remove(table);
            return true;
        } catch (NarwhalException e) {
            // asked for again by every shard that is loaded
            if (!version.equals(unreadable.put(table, version))) {
                LOG.warn("Cannot read version [{}] of [{}], trying again: {}", version, table, e.getMessage());
            }
            return false;
        }
    }

    private Set<String> resources(TableVersion head) {
        return Set.of(ShardResources.of(head.table(), tier, head.shardCount(), head.replicas()));
    }

    @Override
    public void close() {
        closed = true;
        if (watch != null) {
            try {
                watch.close();
            } catch (Exception e) {
                LOG.warn("Cannot stop the watch of the pointers: {}", e.getMessage());
            }
        }
    }
}
