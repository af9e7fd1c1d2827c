package org.narwhaldb.server;

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
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.server.hold.HoldAction;
import org.narwhaldb.server.hold.Holdings;
import org.narwhaldb.server.hold.NamedPair;
import org.narwhaldb.server.hold.ShardProgress;
import org.narwhaldb.server.hold.VersionOutline;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.LiveRows;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;
import org.narwhaldb.store.version.VersionStore;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives [Holdings] its threads and its world: passes events in under a lock, carries actions out (reading manifests,
/// loading, releasing) and lets others wait for what comes of them.
final class HeldPairs {
    private static final Logger LOG = LoggerFactory.getLogger(HeldPairs.class);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final Holdings holdings;
    private final VersionStore versions;
    private final SegmentCache cache;
    private final InstantSource clock;
    private final LoadQueue queue;
    private final Scheduler scheduler;
    private final Map<PairId, LoadedPair> loaded = new HashMap<>();
    /// Shards asked for but not read yet: one read answers for all of a version.
    private final Map<VersionKey, Set<Integer>> unread = new HashMap<>();
    private int pinnedCount;
    private boolean closed;

    private record VersionKey(TableName table, VersionId version) {}

    HeldPairs(Holdings holdings, VersionStore versions, SegmentCache cache, InstantSource clock, Scheduler scheduler,
            LoadQueue queue) {
        this.holdings = holdings;
        this.versions = versions;
        this.cache = cache;
        this.clock = clock;
        this.scheduler = scheduler;
        this.queue = queue;
    }

    void published(VersionOutline outline) {
        event(machine -> machine.published(outline, clock.instant()));
    }

    void dropped(TableName table) {
        event(machine -> {
            machine.dropped(table, clock.instant());
            return List.of();
        });
    }

    /// Has those who follow the holdings ask again.
    void announceAgain() {
        event(machine -> {
            machine.announceAgain();
            return List.of();
        });
    }

    void tick() {
        event(machine -> machine.tick(clock.instant()));
    }

    void unassigned(ShardId shard) {
        event(machine -> machine.unassigned(shard.resource(), shard.number()));
    }

    /// Returns when each pair of the shard's current versions has been loaded or has failed.
    Map<PairId, NarwhalException> assigned(ShardId shard) {
        event(machine -> machine.assigned(shard.resource(), shard.number()));
        return await(shard);
    }

    private synchronized Map<PairId, NarwhalException> await(ShardId shard) {
        try {
            while (true) {
                if (closed) {
                    throw stopping();
                }
                ShardProgress progress = holdings.progress(shard.resource(), shard.number());
                if (progress.pending() == 0) {
                    return progress.failures();
                }
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NarwhalException(ErrorCode.SERVER_UNREACHABLE,
                    "Interrupted while shard [%s] was loaded".formatted(shard), e);
        }
    }

    /// Reads the state under the lock; the function must not keep it.
    synchronized <T> T look(Function<Holdings, T> question) {
        return question.apply(holdings);
    }

    synchronized List<LoadedPair> loadedPairs() {
        return List.copyOf(loaded.values());
    }

    /// Waits until the generation is another one, at most so long.
    synchronized void awaitChange(long generation, Duration patience) {
        awaitUntil(() -> holdings.generation() != generation || closed, patience);
    }

    /// Returns when the condition holds, the time has passed or the thread is interrupted; the lock is held.
    private void awaitUntil(BooleanSupplier condition, Duration patience) {
        Instant deadline = clock.instant().plus(patience);
        try {
            while (!condition.getAsBoolean()) {
                Duration left = Duration.between(clock.instant(), deadline);
                if (!left.isPositive()) {
                    return;
                }
                scheduler.await(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Pins all pairs or none.
    ///
    /// @return in the order asked for; empty if one is not held, which `missing` is told
    synchronized Optional<List<LoadedPair>> pin(List<PairId> ids, List<PairId> missing) {
        if (closed) {
            throw stopping();
        }
        ids.stream().filter(id -> !holdings.isLoaded(id)).forEach(missing::add);
        if (!missing.isEmpty()) {
            return Optional.empty();
        }
        List<LoadedPair> pinned = new ArrayList<>(ids.size());
        for (PairId id : ids) {
            holdings.pin(id);
            pinned.add(loaded.get(id));
        }
        pinnedCount += pinned.size();
        return Optional.of(pinned);
    }

    /// Wakes only who waits for that: every query ends with it.
    void unpin(List<LoadedPair> pinned) {
        List<LoadedPair> released = new ArrayList<>();
        synchronized (this) {
            long generation = holdings.generation();
            List<HoldAction> actions = new ArrayList<>();
            pinned.forEach(pair -> actions.addAll(holdings.unpin(pair.pair().id())));
            pinnedCount -= pinned.size();
            carryOut(actions, released);
            if (closed || !actions.isEmpty() || holdings.generation() != generation) {
                notifyAll();
            }
        }
        released.forEach(pair -> pair.lease().close());
    }

    /// Loads pairs that no shard here needs, for one query; they stay for a while.
    ///
    /// @throws NarwhalException why one of them could not be loaded, or why the query ended
    void demand(List<NamedPair> wanted, QueryContext context) {
        context.onCancel(this::ring);
        event(machine -> {
            List<HoldAction> actions = new ArrayList<>();
            wanted.forEach(pair -> actions.addAll(machine.demanded(pair, clock.instant())));
            return actions;
        });
        awaitLoaded(wanted, context);
    }

    private synchronized void awaitLoaded(List<NamedPair> wanted, QueryContext context) {
        try {
            while (!wanted.stream().allMatch(pair -> holdings.isLoaded(pair.id()))) {
                context.check();
                if (closed) {
                    throw stopping();
                }
                for (NamedPair pair : wanted) {
                    holdings.failure(pair.id()).ifPresent(failure -> {
                        throw failure;
                    });
                }
                scheduler.await(this, context.remaining().plusMillis(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NarwhalException(ErrorCode.QUERY_CANCELLED, "Interrupted while a query's segments were loaded",
                    e);
        }
    }

    private synchronized void ring() {
        notifyAll();
    }

    private void event(Function<Holdings, List<HoldAction>> event) {
        List<LoadedPair> released = new ArrayList<>();
        synchronized (this) {
            carryOut(event.apply(holdings), released);
            notifyAll();
        }
        released.forEach(pair -> pair.lease().close());
    }

    private void carryOut(List<HoldAction> actions, List<LoadedPair> released) {
        for (HoldAction action : actions) {
            switch (action) {
                case HoldAction.Load(NamedPair pair) -> queue.submit(() -> load(pair), false);
                case HoldAction.Release(PairId id) -> released.add(loaded.remove(id));
                case HoldAction.ReadShards(TableName table, VersionId version, Set<Integer> shards) -> {
                    VersionKey key = new VersionKey(table, version);
                    Set<Integer> waiting = unread.get(key);
                    if (waiting == null) {
                        unread.put(key, new HashSet<>(shards));
                        queue.submit(() -> read(key), true);
                    } else {
                        waiting.addAll(shards);
                    }
                }
            }
        }
    }

    private void read(VersionKey key) {
        Set<Integer> shards = look(_ -> unread.remove(key));
        try {
            TableVersion head = versions.readHead(key.table(), key.version());
            Map<Integer, List<NamedPair>> result = new HashMap<>();
            shards.forEach(shard -> result.put(shard, new ArrayList<>()));
            for (SegmentEntry entry : versions.segments(head, shards::contains).values()) {
                result.get(entry.shard(head.shardCount())).add(NamedPair.of(key.table(), entry));
            }
            event(machine -> machine.shardsRead(key.table(), key.version(), result));
        } catch (RuntimeException e) {
            LOG.warn("Cannot read which segments version [{}] of [{}] has, trying again: {}", key.version(),
                    key.table(),
                    e.getMessage());
            event(machine -> {
                machine.readFailed(key.table(), key.version(), shards, clock.instant());
                return List.of();
            });
        }
    }

    private void load(NamedPair pair) {
        PairId id = pair.id();
        if (!look(machine -> !closed && machine.isWanted(id))) {
            fail(pair, new NarwhalException(ErrorCode.STALE_VERSION,
                    "Segment [%s] is not needed any more".formatted(id.segmentId())));
            return;
        }
        SegmentCache.Lease lease = null;
        try {
            lease = cache.acquire(pair);
            RoaringBitmap live = pair.liveRowsFile().isEmpty() ? null
                    : LiveRows.read(cache.store(), pair.liveRowsFile());
            LoadedPair ready = new LoadedPair(pair, lease, live);
            boolean taken = look(_ -> {
                if (!closed) {
                    loaded.put(id, ready);
                }
                return !closed;
            });
            if (!taken) {
                lease.leave();
                return;
            }
            event(machine -> machine.loaded(id));
        } catch (RuntimeException | Error e) {
            LOG.warn("Cannot load segment [{}] of [{}]: {}", id.segmentId(), pair.table(), e.getMessage());
            if (lease != null) {
                lease.close();
            }
            fail(pair, e instanceof NarwhalException typed ? typed : new NarwhalException(
                    ErrorCode.INTERNAL, "Cannot load segment [%s]: %s".formatted(id.segmentId(), e), e));
        }
    }

    private void fail(NamedPair pair, NarwhalException reason) {
        event(machine -> {
            machine.failed(pair.id(), reason, clock.instant());
            return List.of();
        });
    }

    private static NarwhalException stopping() {
        return new NarwhalException(ErrorCode.SERVER_UNREACHABLE, "This server is stopping");
    }

    /// Takes no more work and unmaps everything once the running fragments have ended; downloaded files stay for the
    /// next start.
    void close() {
        List<LoadedPair> open;
        synchronized (this) {
            closed = true;
            notifyAll();
            awaitUntil(() -> pinnedCount == 0, CLOSE_PATIENCE);
            // To unmap under a reader would take the JVM down.
            open = pinnedCount > 0 ? List.of() : List.copyOf(loaded.values());
        }
        open.forEach(pair -> pair.lease().leave());
    }
}
