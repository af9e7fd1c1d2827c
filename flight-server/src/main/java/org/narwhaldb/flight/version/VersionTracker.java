package org.narwhaldb.flight.version;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.narwhaldb.cluster.Cluster;
import org.narwhaldb.cluster.ClusterImage;
import org.narwhaldb.cluster.Instance;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.cluster.Role;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;
import org.narwhaldb.store.version.VersionStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Feeds [ServableVersions] with what happens: pointers that move in the cluster's state, and what each segment server says
/// it holds (a long poll a server). Thread-safe.
public final class VersionTracker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VersionTracker.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL = Duration.ofSeconds(20);
    private static final Duration RETRY = Duration.ofMillis(500);
    /// How many predecessors of a version not yet held are looked at when a front end starts in mid-publication.
    private static final int ANCESTORS_MAX = 3;

    private final Cluster cluster;
    private final VersionStore versions;
    private final Transport transport;
    private final Scheduler scheduler;
    private final InstantSource clock;
    private final ServableVersions servable = new ServableVersions();
    private final Map<TableName, VersionId> current = new HashMap<>();
    private final Set<String> polled = new java.util.HashSet<>();
    private final List<AutoCloseable> watches = new ArrayList<>();
    private volatile boolean closed;

    public VersionTracker(
            Cluster cluster, VersionStore versions, Transport transport, Scheduler scheduler, InstantSource clock) {
        this.cluster = cluster;
        this.versions = versions;
        this.transport = transport;
        this.scheduler = scheduler;
        this.clock = clock;
    }

    public void start() {
        watches.add(cluster.pointers().watch(() -> scheduler.execute(this::readPointers)));
        watches.add(cluster.view().onChange(image -> scheduler.execute(() -> pollServers(image))));
    }

    /// The version to answer from. Waits, up to `patience`, while the table is known but no version of it is held whole.
    ///
    /// @throws NarwhalException SHARD_UNAVAILABLE naming version and shards
    public Optional<VersionManifest> pin(TableName table, Duration patience) {
        return await(patience, () -> {
            Optional<VersionManifest> pinned = servable.servable(table);
            return pinned.isPresent() || servable.newest(table).isEmpty() ? Optional.of(pinned) : Optional.empty();
        }).orElseThrow(() -> unavailable(table));
    }

    /// Waits until queries here answer from `floor` or later.
    ///
    /// @throws NarwhalException SHARD_UNAVAILABLE when that does not come about within `patience`
    public void awaitVersion(TableName table, VersionId floor, Duration patience) {
        await(patience, () -> servable.reached(table, floor) ? Optional.of(true) : Optional.empty())
                .orElseThrow(() -> unavailable(table));
    }

    public synchronized Set<TableName> tables() {
        return servable.tables();
    }

    public synchronized Optional<VersionManifest> servable(TableName table) {
        return servable.servable(table);
    }

    public synchronized Optional<VersionManifest> newest(TableName table) {
        return servable.newest(table);
    }

    public synchronized ShardSet missingShards(VersionManifest manifest) {
        return servable.missingShards(manifest);
    }

    public synchronized List<String> holders(TableName table, VersionId version, int shard) {
        return servable.holders(table, version, shard);
    }

    @Override
    public void close() {
        closed = true;
        for (AutoCloseable watch : watches) {
            try {
                watch.close();
            } catch (Exception e) {
                LOG.warn("Cannot stop a watch", e);
            }
        }
        synchronized (this) {
            notifyAll();
        }
    }

    private synchronized NarwhalException unavailable(TableName table) {
        Optional<VersionManifest> newest = servable.newest(table);
        return NarwhalException.of(ErrorCode.SHARD_UNAVAILABLE, "Table [%s]: version [%s] is not loaded yet; shards %s are missing",
                table, newest.map(manifest -> manifest.version().id().toString()).orElse("none"),
                newest.map(servable::missingShards).orElse(ShardSet.EMPTY));
    }

    private synchronized <T> Optional<T> await(Duration patience, Supplier<Optional<T>> condition) {
        Instant deadline = clock.instant().plus(patience);
        while (true) {
            Optional<T> result = condition.get();
            Duration left = Duration.between(clock.instant(), deadline);
            if (result.isPresent() || !left.isPositive() || closed) {
                return result;
            }
            try {
                scheduler.await(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NarwhalException(ErrorCode.QUERY_CANCELLED, "Interrupted while waiting for a table version", e);
            }
        }
    }

    private void readPointers() {
        if (closed) {
            return;
        }
        Map<TableName, PointerStore.Pointer> pointers;
        try {
            pointers = cluster.pointers().readAll();
        } catch (NarwhalException e) {
            LOG.warn("Cannot read the version pointers, keeping what is known: {}", e.getMessage());
            return;
        }
        boolean again = false;
        for (Map.Entry<TableName, PointerStore.Pointer> entry : pointers.entrySet()) {
            again |= !follow(entry.getKey(), entry.getValue().version());
        }
        synchronized (this) {
            current.keySet().retainAll(pointers.keySet());
            servable.retain(pointers.keySet());
            notifyAll();
        }
        if (again) {
            scheduler.schedule(RETRY, this::readPointers);
        }
    }

    /// False if the version's files cannot be read now.
    private boolean follow(TableName table, VersionId id) {
        boolean first;
        synchronized (this) {
            if (id.equals(current.get(table))) {
                return true;
            }
            first = servable.newest(table).isEmpty();
        }
        try {
            VersionManifest manifest = read(table, id);
            synchronized (this) {
                servable.published(manifest);
                current.put(table, id);
                notifyAll();
            }
            if (first) {
                followAncestors(manifest.version());
            }
            return true;
        } catch (NarwhalException e) {
            LOG.warn("Cannot read version [{}] of table [{}], trying again: {}", id, table, e.getMessage());
            return false;
        }
    }

    private void followAncestors(TableVersion version) {
        TableVersion descendant = version;
        for (int count = 0; count < ANCESTORS_MAX && descendant.parent() != null; count++) {
            VersionManifest ancestor;
            try {
                ancestor = read(version.table(), descendant.parent());
            } catch (NarwhalException e) {
                return; // collected already: nobody holds it
            }
            synchronized (this) {
                servable.precededBy(ancestor);
                notifyAll();
            }
            descendant = ancestor.version();
        }
    }

    private VersionManifest read(TableName table, VersionId id) {
        TableVersion version = versions.readHead(table, id);
        return VersionManifest.of(version, versions.segments(version, _ -> true).values());
    }

    private void pollServers(ClusterImage image) {
        for (Instance server : image.withRole(Role.SEGMENT_SERVER)) {
            boolean added;
            synchronized (this) {
                added = polled.add(server.id());
            }
            if (added) {
                scheduler.start("holdings-" + server.id(), () -> poll(server.id()));
            }
        }
    }

    private void poll(String server) {
        long generation = -1;
        while (!closed) {
            Optional<Instance> instance = Optional.ofNullable(cluster.view().image().instances().get(server));
            if (instance.isEmpty()) {
                synchronized (this) {
                    servable.serverGone(server);
                    polled.remove(server);
                }
                return;
            }
            try {
                generation = pollOnce(instance.get(), generation);
            } catch (NarwhalException | IOException e) {
                if (closed) {
                    return;
                }
                LOG.debug("Cannot ask [{}] what it holds: {}", server, e.getMessage());
                synchronized (this) {
                    servable.serverGone(server);
                }
                generation = -1;
                pause();
            }
        }
    }

    private long pollOnce(Instance server, long generation) throws IOException {
        String body = "{\"generation\":%d,\"waitMillis\":%d}".formatted(generation, generation < 0 ? 0 : POLL.toMillis());
        byte[] answer = transport.call(new Transport.NodeAddress(server.id(), server.host(), server.port()), "holdings",
                body.getBytes(StandardCharsets.UTF_8), POLL.plusSeconds(5), _ -> { });
        JsonNode holdings = JSON.readTree(answer);
        Map<TableName, Map<VersionId, ShardSet>> held = new HashMap<>();
        for (JsonNode table : holdings.path("tables")) {
            Map<VersionId, ShardSet> byVersion = new HashMap<>();
            for (JsonNode version : table.path("versions")) {
                byVersion.put(VersionId.parse(version.path("id").asText()), ShardSet.parse(version.path("shards")));
            }
            held.put(TableName.parse(table.path("table").asText()), byVersion);
        }
        synchronized (this) {
            servable.holds(server.id(), held);
            notifyAll();
        }
        return holdings.path("generation").asLong();
    }

    private synchronized void pause() {
        try {
            scheduler.await(this, RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
