package org.narwhaldb.flight.version;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
/// it holds (a long poll a server, which is also how a server is noticed that has stopped answering). Thread-safe.
///
/// After a pause of this process ([Wakefulness]) no table is pinned before the pointers were read again and each server was
/// asked again, or the newest version is servable: others may have told a client meanwhile that its rows are visible. Nor before
/// the process was announced and the pointers were read after that: until then nobody asks it to catch up.
public final class VersionTracker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VersionTracker.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration POLL_PATIENCE = POLL.plusSeconds(2);
    private static final Duration CONFIRM_PATIENCE = Duration.ofSeconds(5);
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
    private final Set<String> polled = new HashSet<>();
    /// When each server was asked last that has answered, or has failed to for a while.
    private final Map<String, Instant> asked = new HashMap<>();
    private final ServerHealth health = new ServerHealth();
    private final Wakefulness wakefulness;
    /// Tables whose current version's files could not be read yet.
    private final Set<TableName> behind = new HashSet<>();
    /// For each table after which pause it was found settled.
    private final Map<TableName, Long> settled = new HashMap<>();
    private boolean announced;
    private boolean reading;
    private boolean readAgain;
    private long readingsAsked;
    private long readingsDone;
    private final List<AutoCloseable> watches = new ArrayList<>();
    private volatile boolean closed;

    public VersionTracker(
            Cluster cluster, VersionStore versions, Transport transport, Scheduler scheduler, InstantSource clock) {
        this.cluster = cluster;
        this.versions = versions;
        this.transport = transport;
        this.scheduler = scheduler;
        this.clock = clock;
        this.wakefulness = new Wakefulness(clock.instant());
    }

    public void start() {
        watches.add(cluster.pointers().watch(() -> scheduler.execute(this::readPointers)));
        watches.add(cluster.view().onChange(image -> scheduler.execute(() -> pollServers(image))));
        scheduler.start("pulse", this::pulse);
    }

    /// From now on the other front ends know of this one.
    public void announced() {
        synchronized (this) {
            announced = true;
        }
        scheduler.execute(this::readPointers);
    }

    /// What this front end thinks of its segment servers.
    public ServerHealth health() {
        return health;
    }

    /// Returns when what is known of the pointers is no older than the last pause of this process.
    ///
    /// @throws NarwhalException CLUSTER_UNAVAILABLE when they cannot be read
    public void confirm() {
        synchronized (this) {
            wakefulness.pulse(clock.instant());
            if (wakefulness.isConfirmed()) {
                return;
            }
        }
        scheduler.execute(this::readPointers);
        await(CONFIRM_PATIENCE, () -> wakefulness.isConfirmed() ? Optional.of(true) : Optional.empty())
                .orElseThrow(() -> new NarwhalException(ErrorCode.CLUSTER_UNAVAILABLE,
                        "This front end was paused, was cut off or has just started, and cannot read the table versions; try again"));
    }

    /// Returns when queries here answer from `version` or one that came after it. What the cluster's state says is read
    /// first; while it cannot be, the version's own files say enough.
    ///
    /// @param version null: only read, to learn that the table was dropped
    /// @throws NarwhalException SHARD_UNAVAILABLE when that does not come about within `patience`
    public void catchUp(TableName table, VersionId version, Duration patience) {
        long begun;
        synchronized (this) {
            begun = ++readingsAsked;
        }
        scheduler.execute(this::readPointers);
        boolean read = await(CONFIRM_PATIENCE, () -> readingsDone >= begun ? Optional.of(true) : Optional.empty()).isPresent();
        if (version == null) {
            if (!read) {
                throw new NarwhalException(ErrorCode.CLUSTER_UNAVAILABLE, "Cannot read the table versions; try again");
            }
            return;
        }
        if (!read && !follow(table, version)) {
            throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                    "Cannot read the table versions, nor the files of version [%s] of table [%s]; try again", version, table);
        }
        await(patience, () -> !behind.contains(table) && servable.passed(table, version) ? Optional.of(true) : Optional.empty())
                .orElseThrow(() -> unavailable(table));
    }

    /// The version to answer from. Waits, up to `patience`, while the table is known but no version of it is held whole.
    ///
    /// @throws NarwhalException SHARD_UNAVAILABLE naming version and shards
    public Optional<VersionManifest> pin(TableName table, Duration patience) {
        confirm();
        return await(patience, () -> {
            Optional<VersionManifest> pinned = servable.servable(table);
            boolean unknown = servable.newest(table).isEmpty() && !behind.contains(table);
            return unknown || pinned.isPresent() && settled(table) ? Optional.of(pinned) : Optional.empty();
        }).orElseThrow(() -> unavailable(table));
    }

    /// Whether what is pinned is what would have been pinned without the last pause.
    private boolean settled(TableName table) {
        if (wakefulness.pauses() == settled.getOrDefault(table, 0L)) {
            return true;
        }
        if (behind.contains(table) || !servable.servable(table).equals(servable.newest(table)) && !serversAsked()) {
            return false;
        }
        settled.put(table, wakefulness.pauses());
        return true;
    }

    /// Whether each live server was asked since the last pause.
    private boolean serversAsked() {
        return cluster.view().image().withRole(Role.SEGMENT_SERVER).stream().allMatch(
                server -> !asked.getOrDefault(server.id(), Instant.MIN).isBefore(wakefulness.wokeAt()));
    }

    /// Waits until queries here answer from `floor` or later.
    ///
    /// @throws NarwhalException SHARD_UNAVAILABLE when that does not come about within `patience`
    public void awaitVersion(TableName table, VersionId floor, Duration patience) {
        Instant deadline = clock.instant().plus(patience);
        while (true) {
            // the pointer says which of two incarnations is over; it is asked only while nothing else does
            boolean foreign = isForeign(table, floor);
            if (foreign) {
                compareIncarnations(table, floor);
            }
            Duration left = Duration.between(clock.instant(), deadline);
            Duration pause = foreign && left.compareTo(RETRY) > 0 ? RETRY : left;
            if (await(pause, () -> servable.reached(table, floor) || !foreign && isForeign(table, floor)
                    ? Optional.of(true) : Optional.empty()).isPresent() && isReached(table, floor)) {
                return;
            }
            if (closed || !clock.instant().isBefore(deadline)) {
                throw unavailable(table);
            }
        }
    }

    private synchronized boolean isReached(TableName table, VersionId floor) {
        return servable.reached(table, floor);
    }

    /// Whether the version in use is of another incarnation, and it is not known which of the two was first.
    private synchronized boolean isForeign(TableName table, VersionId floor) {
        return !servable.reached(table, floor) && servable.servable(table)
                .filter(manifest -> !manifest.version().id().incarnation().equals(floor.incarnation())).isPresent();
    }

    private void compareIncarnations(TableName table, VersionId floor) {
        try {
            Optional<PointerStore.Pointer> pointer = cluster.pointers().read(table);
            synchronized (this) {
                pointer.ifPresent(now -> servable.ended(table, floor.incarnation(), now.version().incarnation()));
            }
        } catch (NarwhalException e) {
            LOG.debug("Cannot read the pointer of [{}]: {}", table, e.getMessage());
        }
    }

    public synchronized Set<TableName> tables() {
        return servable.tables();
    }

    public synchronized boolean knows(TableName table) {
        return servable.knows(table);
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

    private void pulse() {
        while (!closed) {
            boolean paused;
            synchronized (this) {
                paused = wakefulness.pulse(clock.instant());
            }
            if (paused) {
                LOG.info("This process was paused or hears of no segment server; reading the table versions again");
                readPointers();
            }
            scheduler.pause(Wakefulness.PULSE);
        }
    }

    /// One reading at a time: a slow one that ended after a later one would bring an older version back.
    private void readPointers() {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (reading) {
                readAgain = true;
                return;
            }
            reading = true;
        }
        while (true) {
            try {
                readPointersOnce();
            } catch (RuntimeException e) {
                LOG.error("Cannot follow the version pointers", e);
            }
            synchronized (this) {
                if (!readAgain || closed) {
                    reading = false;
                    return;
                }
                readAgain = false;
            }
        }
    }

    private void readPointersOnce() {
        long pause;
        long askedBefore;
        boolean announcedBefore;
        synchronized (this) {
            announcedBefore = announced;
            pause = wakefulness.pauses();
            askedBefore = readingsAsked;
        }
        Map<TableName, PointerStore.Pointer> pointers;
        try {
            pointers = cluster.pointers().readAll();
        } catch (NarwhalException e) {
            LOG.warn("Cannot read the version pointers, keeping what is known: {}", e.getMessage());
            scheduler.schedule(RETRY, this::readPointers);
            return;
        }
        Set<TableName> unread = new HashSet<>();
        for (Map.Entry<TableName, PointerStore.Pointer> entry : pointers.entrySet()) {
            if (!follow(entry.getKey(), entry.getValue().version())) {
                unread.add(entry.getKey());
            }
        }
        synchronized (this) {
            behind.clear();
            behind.addAll(unread);
            current.keySet().retainAll(pointers.keySet());
            servable.retain(pointers.keySet());
            settled.keySet().retainAll(pointers.keySet());
            wakefulness.heard(clock.instant());
            if (announcedBefore) {
                wakefulness.confirmed(pause);
            }
            readingsDone = Math.max(readingsDone, askedBefore);
            notifyAll();
        }
        if (!unread.isEmpty()) {
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
                    health.gone(server);
                    asked.remove(server);
                    polled.remove(server);
                }
                return;
            }
            Instant began = clock.instant();
            try {
                generation = pollOnce(instance.get(), generation);
                health.answered(server, began);
                heard(server, began);
            } catch (NarwhalException | IOException e) {
                if (closed) {
                    return;
                }
                LOG.debug("Cannot ask [{}] what it holds: {}", server, e.getMessage());
                synchronized (this) {
                    servable.serverGone(server);
                }
                health.failed(server, clock.instant());
                failed(server, began);
                generation = -1;
                await(RETRY, Optional::empty);
            }
        }
    }

    private synchronized void heard(String server, Instant began) {
        asked.put(server, began);
        notifyAll();
    }

    /// A connection that died while this process slept says nothing of the server.
    private synchronized void failed(String server, Instant began) {
        if (Duration.between(wakefulness.wokeAt(), clock.instant()).compareTo(Wakefulness.GAP) > 0) {
            heard(server, began);
        }
    }

    /// A server that has nothing new says so, and says nothing else.
    private long pollOnce(Instance server, long generation) throws IOException {
        byte[] answer = transport.call(new Transport.NodeAddress(server.id(), server.host(), server.port()), Holdings.ACTION,
                Holdings.question(generation, POLL), POLL_PATIENCE, _ -> { });
        heard();
        Holdings holdings = Holdings.parse(answer);
        health.draining(server.id(), holdings.isDraining());
        if (holdings.isUnchanged()) {
            return generation;
        }
        synchronized (this) {
            servable.holds(server.id(), holdings.shards());
            notifyAll();
        }
        return holdings.generation();
    }

    private void heard() {
        boolean paused;
        synchronized (this) {
            paused = wakefulness.heard(clock.instant());
        }
        if (paused) {
            LOG.info("This process was cut off; reading the table versions again");
            scheduler.execute(this::readPointers);
        }
    }
}
