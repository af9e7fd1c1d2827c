package org.narwhaldb.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.server.hold.NamedPair;
import org.narwhaldb.server.partial.Pair;
import org.narwhaldb.server.partial.PartialCache;
import org.narwhaldb.server.partial.PartialRuns;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;
import org.narwhaldb.store.version.VersionStore;

/// Runs fragments over exactly the pairs that each names, pinned while it runs; lets them end before the server stops.
final class FragmentRunner {
    private final String server;
    private final HeldPairs held;
    private final VersionStore versions;
    private final InstantSource clock;
    private final Scheduler scheduler;
    private final PartialRuns partials;
    private int running;
    private Instant lastArrival = Instant.MIN;
    private boolean refusing;

    FragmentRunner(String server, HeldPairs held, VersionStore versions, PartialCache partials, InstantSource clock,
            Scheduler scheduler) {
        this.server = server;
        this.held = held;
        this.versions = versions;
        this.clock = clock;
        this.scheduler = scheduler;
        this.partials = new PartialRuns(partials);
    }

    synchronized int running() {
        return running;
    }

    /// Returns when none runs and none has arrived for `quiet`, at the latest after `patience`; from then on all are refused.
    synchronized void drain(Duration quiet, Duration patience) {
        Instant begun = clock.instant();
        Instant end = begun.plus(patience);
        try {
            while (true) {
                Instant now = clock.instant();
                Instant quietSince = lastArrival.isAfter(begun) ? lastArrival : begun;
                Instant next = running > 0 ? end : min(end, quietSince.plus(quiet));
                if (!now.isBefore(next)) {
                    break;
                }
                scheduler.await(this, Duration.between(now, next));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        refusing = true;
    }

    private static Instant min(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private synchronized void begin() {
        if (refusing) {
            throw NarwhalException.of(ErrorCode.SERVER_STOPPING, "Server [%s] is stopping; ask another one", server);
        }
        running++;
        lastArrival = clock.instant();
    }

    private synchronized void end() {
        running--;
        notifyAll();
    }

    /// Work that the server is not to stop in the middle of.
    FragmentTrailer counted(Supplier<FragmentTrailer> work) {
        begin();
        try {
            return work.get();
        } finally {
            end();
        }
    }

    FragmentTrailer run(FragmentRequest request, QueryContext context, Consumer<Batch> sink) {
        begin();
        try {
            List<LoadedPair> pinned = pin(request, context);
            try {
                return run(request, pinned, context, sink);
            } finally {
                held.unpin(pinned);
            }
        } finally {
            end();
        }
    }

    private FragmentTrailer run(
            FragmentRequest request, List<LoadedPair> pinned, QueryContext context, Consumer<Batch> sink) {
        request.broadcasts().forEach(broadcast -> broadcast.arrivedWith(context));
        PartialRuns.Done done = partials.run(
                request, pinned.stream().map(pair -> new Pair(pair.pair().id(), pair.scanTask())).toList(), context, sink);
        List<PairId> scanned = pinned.stream().map(pair -> pair.pair().id()).toList();
        long rowsScanned = pinned.stream().mapToLong(LoadedPair::liveRowCount).sum();
        return new FragmentTrailer(request.queryId(), request.fragmentId(), request.part(), request.attempt(),
                scanned.size(), FragmentTrailer.digest(scanned), done.rows(), done.batches(), rowsScanned, done.groupsOnce(),
                done.profile());
    }

    private List<LoadedPair> pin(FragmentRequest request, QueryContext context) {
        while (true) {
            List<PairId> missing = new ArrayList<>();
            Optional<List<LoadedPair>> pinned = held.pin(request.pairs(), missing);
            if (pinned.isPresent()) {
                return pinned.get();
            }
            if (!request.onDemand()) {
                throw notHeld(request, missing, "");
            }
            held.demand(named(request, missing), context);
        }
    }

    /// Where the files of pairs are that this server has no part in.
    private List<NamedPair> named(FragmentRequest request, List<PairId> missing) {
        TableName table = TableName.parse(request.table());
        TableVersion head = head(table, request.versionId());
        Map<String, SegmentEntry> entries = versions.segments(head, _ -> true);
        List<NamedPair> named = new ArrayList<>();
        Set<PairId> distinct = new HashSet<>(missing);
        for (PairId id : distinct) {
            SegmentEntry entry = entries.get(id.segmentId());
            if (entry == null || !entry.liveRowsId().equals(id.liveRowsId())) {
                throw notHeld(request, List.of(id), ", and the version does not name it");
            }
            named.add(NamedPair.of(table, entry));
        }
        return named;
    }

    private TableVersion head(TableName table, String version) {
        try {
            return versions.readHead(table, VersionId.parse(version));
        } catch (NarwhalException e) {
            if (e.code() == ErrorCode.FILE_NOT_FOUND) {
                throw new NarwhalException(ErrorCode.STALE_VERSION,
                        "Version [%s] of table [%s] is no longer kept; run the query again".formatted(version, table),
                        e);
            }
            throw e;
        }
    }

    private NarwhalException notHeld(FragmentRequest request, List<PairId> missing, String more) {
        PairId first = missing.getFirst();
        return NarwhalException.of(ErrorCode.PAIR_NOT_HELD,
                "Server [%s] does not hold segment [%s] with live rows [%s] of version [%s] of table [%s]%s;"
                        + " [%d] of [%d] are missing",
                server, first.segmentId(), first.liveRowsId(), request.versionId(), request.table(), more,
                missing.size(), request.pairs().size());
    }
}
