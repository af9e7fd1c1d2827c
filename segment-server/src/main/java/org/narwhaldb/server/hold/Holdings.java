package org.narwhaldb.server.hold;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.server.hold.VersionState.ShardState;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// Which (segment, live rows) pairs one server should hold, as a state machine without I/O, clock or threads: events go
/// in, each with its instant, actions come out. Not thread-safe.
///
/// A pair is needed while a version within retention names it in a shard assigned here, while a fragment reads it, or
/// for a while after a query asked for it. A version is within retention while it is current and for R after it was
/// superseded. What is needed is loaded, and tried again after a failure; what is no longer needed is released. Losing
/// the session to the cluster is no event: it changes nothing here.
public final class Holdings {
    private final Duration retention;
    private final Duration retryDelay;
    private final Map<String, BitSet> assigned = new HashMap<>();
    private final Map<TableName, Map<VersionId, VersionState>> tables = new TreeMap<>();
    private final Map<PairId, PairState> pairs = new HashMap<>();
    private long generation;

    /// @param generation to begin with; a restarted server must begin above what it announced before
    public Holdings(Duration retention, Duration retryDelay, long generation) {
        this.retention = retention;
        this.retryDelay = retryDelay;
        this.generation = generation;
    }

    /// Rises whenever [#complete] changes.
    public long generation() {
        return generation;
    }

    /// Has those who follow [#complete] read it again.
    public void announceAgain() {
        generation++;
    }

    /// For each version within retention the shards that are here whole. A shard without segments is.
    public Map<TableName, Map<VersionId, BitSet>> complete() {
        Map<TableName, Map<VersionId, BitSet>> result = new LinkedHashMap<>();
        tables.forEach((table, versions) -> {
            Map<VersionId, BitSet> complete = new LinkedHashMap<>();
            versions.forEach((id, version) -> complete.put(id, version.completeShards()));
            result.put(table, complete);
        });
        return result;
    }

    public Optional<VersionId> current(TableName table) {
        return tables.getOrDefault(table, Map.of()).values().stream().filter(version -> version.supersededAt == null)
                .map(version -> version.outline.id()).findFirst();
    }

    public Set<TableName> currentTables() {
        Set<TableName> result = new HashSet<>();
        tables.keySet().stream().filter(table -> current(table).isPresent()).forEach(result::add);
        return result;
    }

    public int assignedShardCount() {
        return assigned.values().stream().mapToInt(BitSet::cardinality).sum();
    }

    public boolean isLoaded(PairId pair) {
        PairState state = pairs.get(pair);
        return state != null && state.phase == PairState.Phase.LOADED;
    }

    /// Whether a load that was asked for is still wanted.
    public boolean isWanted(PairId pair) {
        PairState state = pairs.get(pair);
        return state != null && state.isNeeded();
    }

    public long loadingCount() {
        return pairs.values().stream().filter(state -> state.phase == PairState.Phase.LOADING).count();
    }

    public Map<NamedPair, NarwhalException> failures() {
        Map<NamedPair, NarwhalException> failures = new LinkedHashMap<>();
        pairs.values().stream().filter(state -> state.phase == PairState.Phase.FAILED)
                .forEach(state -> failures.put(state.pair, state.failure));
        return failures;
    }

    /// The last failure of a pair that somebody still needs.
    public Optional<NarwhalException> failure(PairId pair) {
        PairState state = pairs.get(pair);
        return state == null || state.phase != PairState.Phase.FAILED ? Optional.empty() : Optional.of(state.failure);
    }

    public ShardProgress progress(String resource, int number) {
        int pending = 0;
        Map<PairId, NarwhalException> failures = new HashMap<>();
        for (VersionState version : versionsOf(resource, number)) {
            ShardState shard = version.shards.get(number);
            if (version.supersededAt != null || shard == null || shard.isComplete()) {
                continue;
            }
            if (shard.pairs == null) {
                pending++;
                continue;
            }
            for (PairState pair : shard.pairs) {
                switch (pair.phase) {
                    case LOADING -> pending++;
                    case FAILED -> failures.put(pair.pair.id(), pair.failure);
                    case LOADED -> { }
                }
            }
        }
        return new ShardProgress(pending, failures);
    }

    /// Also asks again, at once, for what failed in this shard. Versions superseded before are left to other servers.
    public List<HoldAction> assigned(String resource, int number) {
        assigned.computeIfAbsent(resource, _ -> new BitSet()).set(number);
        List<HoldAction> actions = new ArrayList<>();
        for (VersionState version : versionsOf(resource, number)) {
            ShardState shard = version.shards.get(number);
            if (version.supersededAt != null) {
                continue;
            }
            if (shard == null || shard.readAgainAt != null) {
                read(version, Set.of(number), actions);
            } else if (shard.pairs != null) {
                shard.pairs.forEach(pair -> retry(pair, actions));
            }
        }
        return actions;
    }

    public List<HoldAction> unassigned(String resource, int number) {
        BitSet numbers = assigned.get(resource);
        List<HoldAction> actions = new ArrayList<>();
        if (numbers == null || !numbers.get(number)) {
            return actions;
        }
        numbers.clear(number);
        for (VersionState version : versionsOf(resource, number)) {
            if (!isAssigned(version.outline, number)) {
                forget(version.shards.remove(number), actions);
            }
        }
        return actions;
    }

    /// The table's pointer names this version now.
    public List<HoldAction> published(VersionOutline outline, Instant now) {
        List<HoldAction> actions = new ArrayList<>();
        Map<VersionId, VersionState> versions = tables.computeIfAbsent(outline.table(), _ -> new LinkedHashMap<>());
        supersede(versions.values(), outline.id(), now);
        VersionState version = versions.get(outline.id());
        if (version == null) {
            version = new VersionState(outline);
            versions.put(outline.id(), version);
            generation++;
        }
        version.supersededAt = null;
        Set<Integer> unread = new HashSet<>();
        for (String resource : outline.resources()) {
            assigned.getOrDefault(resource, new BitSet()).stream()
                    .filter(number -> number < outline.shardCount()).forEach(unread::add);
        }
        unread.removeAll(version.shards.keySet());
        if (!unread.isEmpty()) {
            read(version, unread, actions);
        }
        return actions;
    }

    /// The table has no pointer any more.
    public void dropped(TableName table, Instant now) {
        supersede(tables.getOrDefault(table, Map.of()).values(), null, now);
    }

    private static void supersede(Collection<VersionState> versions, VersionId next, Instant now) {
        for (VersionState version : versions) {
            if (version.supersededAt == null && !version.outline.id().equals(next)) {
                version.supersededAt = now;
            }
        }
    }

    /// @param read the pairs of each shard asked for; a shard without segments has an empty list
    public List<HoldAction> shardsRead(TableName table, VersionId id, Map<Integer, List<NamedPair>> read) {
        List<HoldAction> actions = new ArrayList<>();
        VersionState version = tables.getOrDefault(table, Map.of()).get(id);
        if (version == null) {
            return actions;
        }
        read.forEach((number, named) -> {
            ShardState shard = version.shards.get(number);
            if (shard != null && shard.pairs == null) {
                shard.readAgainAt = null;
                shard.pairs = new ArrayList<>(named.size());
                named.forEach(pair -> need(pair, shard, actions));
                completed(shard);
            }
        });
        return actions;
    }

    public void readFailed(TableName table, VersionId id, Set<Integer> numbers, Instant now) {
        VersionState version = tables.getOrDefault(table, Map.of()).get(id);
        if (version != null) {
            numbers.stream().map(version.shards::get).filter(shard -> shard != null && shard.pairs == null)
                    .forEach(shard -> shard.readAgainAt = now.plus(retryDelay));
        }
    }

    private void need(NamedPair named, ShardState shard, List<HoldAction> actions) {
        PairState pair = pairs.get(named.id());
        if (pair == null) {
            pair = new PairState(named);
            pairs.put(named.id(), pair);
            actions.add(new HoldAction.Load(named));
        }
        pair.references++;
        shard.pairs.add(pair);
        if (pair.phase != PairState.Phase.LOADED) {
            pair.waiting.add(shard);
            shard.missing++;
        }
    }

    /// A query needs this pair although no shard here does: keep it for R after the last such query.
    public List<HoldAction> demanded(NamedPair named, Instant now) {
        List<HoldAction> actions = new ArrayList<>();
        PairState pair = pairs.get(named.id());
        if (pair == null) {
            pair = new PairState(named);
            pairs.put(named.id(), pair);
            actions.add(new HoldAction.Load(named));
        }
        pair.demandedUntil = now.plus(retention);
        retry(pair, actions);
        return actions;
    }

    public List<HoldAction> loaded(PairId id) {
        List<HoldAction> actions = new ArrayList<>();
        PairState pair = pairs.get(id);
        if (pair == null) {
            actions.add(new HoldAction.Release(id));
            return actions;
        }
        pair.phase = PairState.Phase.LOADED;
        pair.failure = null;
        for (ShardState shard : pair.waiting) {
            shard.missing--;
            completed(shard);
        }
        pair.waiting.clear();
        releaseUnneeded(pair, actions);
        return actions;
    }

    /// A query's demand ends soon after the failure; a version's need does not.
    public void failed(PairId id, NarwhalException reason, Instant now) {
        PairState pair = pairs.get(id);
        if (pair == null) {
            return;
        }
        pair.phase = PairState.Phase.FAILED;
        pair.failure = reason;
        pair.retryAt = now.plus(retryDelay);
        if (pair.demandedUntil != null) {
            pair.demandedUntil = pair.retryAt;
        }
        if (!pair.isNeeded()) {
            pairs.remove(id);
        }
    }

    /// True if the pair is loaded; it then stays until it is unpinned.
    public boolean pin(PairId id) {
        PairState pair = pairs.get(id);
        if (pair == null || pair.phase != PairState.Phase.LOADED) {
            return false;
        }
        pair.pins++;
        return true;
    }

    public List<HoldAction> unpin(PairId id) {
        List<HoldAction> actions = new ArrayList<>();
        PairState pair = pairs.get(id);
        if (pair == null || pair.pins == 0) {
            throw new IllegalStateException("Pair [" + id + "] is not pinned");
        }
        pair.pins--;
        releaseUnneeded(pair, actions);
        return actions;
    }

    /// Time passes: retention ends, failures are tried again.
    public List<HoldAction> tick(Instant now) {
        List<HoldAction> actions = new ArrayList<>();
        for (Iterator<Map<VersionId, VersionState>> each = tables.values().iterator(); each.hasNext();) {
            Map<VersionId, VersionState> versions = each.next();
            expire(versions.values().iterator(), now, actions);
            if (versions.isEmpty()) {
                each.remove();
            } else {
                versions.values().forEach(version -> readAgain(version, now, actions));
            }
        }
        for (PairState pair : List.copyOf(pairs.values())) {
            if (pair.demandedUntil != null && !now.isBefore(pair.demandedUntil)) {
                pair.demandedUntil = null;
                releaseUnneeded(pair, actions);
            }
            if (pair.isNeeded() && pair.phase == PairState.Phase.FAILED && !now.isBefore(pair.retryAt)) {
                retry(pair, actions);
            }
        }
        return actions;
    }

    private void expire(Iterator<VersionState> versions, Instant now, List<HoldAction> actions) {
        while (versions.hasNext()) {
            VersionState version = versions.next();
            if (version.supersededAt != null && !now.isBefore(version.supersededAt.plus(retention))) {
                versions.remove();
                generation++;
                version.shards.values().forEach(shard -> forget(shard, actions));
            }
        }
    }

    private void readAgain(VersionState version, Instant now, List<HoldAction> actions) {
        Set<Integer> due = new HashSet<>();
        version.shards.forEach((number, shard) -> {
            if (shard.readAgainAt != null && !now.isBefore(shard.readAgainAt)) {
                due.add(number);
            }
        });
        if (!due.isEmpty()) {
            read(version, due, actions);
        }
    }

    private static void read(VersionState version, Set<Integer> numbers, List<HoldAction> actions) {
        for (int number : numbers) {
            version.shards.computeIfAbsent(number, _ -> new ShardState()).readAgainAt = null;
        }
        actions.add(new HoldAction.ReadShards(version.outline.table(), version.outline.id(), numbers));
    }

    private static void retry(PairState pair, List<HoldAction> actions) {
        if (pair.phase == PairState.Phase.FAILED) {
            pair.phase = PairState.Phase.LOADING;
            actions.add(new HoldAction.Load(pair.pair));
        }
    }

    private void forget(ShardState shard, List<HoldAction> actions) {
        if (shard == null) {
            return;
        }
        generation++;
        if (shard.pairs != null) {
            for (PairState pair : shard.pairs) {
                pair.references--;
                pair.waiting.remove(shard);
                releaseUnneeded(pair, actions);
            }
        }
    }

    private void releaseUnneeded(PairState pair, List<HoldAction> actions) {
        if (pair.isNeeded()) {
            return;
        }
        switch (pair.phase) {
            // What is being loaded is released when it arrives.
            case LOADING -> { }
            case FAILED -> pairs.remove(pair.pair.id());
            case LOADED -> {
                pairs.remove(pair.pair.id());
                actions.add(new HoldAction.Release(pair.pair.id()));
            }
        }
    }

    private void completed(ShardState shard) {
        if (shard.isComplete()) {
            generation++;
        }
    }

    private List<VersionState> versionsOf(String resource, int number) {
        List<VersionState> result = new ArrayList<>();
        for (Map<VersionId, VersionState> versions : tables.values()) {
            for (VersionState version : versions.values()) {
                if (number < version.outline.shardCount() && version.outline.resources().contains(resource)) {
                    result.add(version);
                }
            }
        }
        return result;
    }

    private boolean isAssigned(VersionOutline outline, int number) {
        return outline.resources().stream().anyMatch(resource -> {
            BitSet numbers = assigned.get(resource);
            return numbers != null && numbers.get(number);
        });
    }
}
