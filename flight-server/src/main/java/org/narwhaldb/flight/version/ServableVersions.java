package org.narwhaldb.flight.version;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// Decides which version of each table this front end answers from: the newest one of which every shard that has segments
/// is held by some server. A pure state machine: events in, answers out; no I/O, no clock.
///
/// The choice only moves forward, in the order the versions became current. In particular a server that goes away
/// never takes the choice back to an older version: what must be answered for comes from the version, not from who is
/// alive. Not thread-safe; [VersionTracker] guards it.
public final class ServableVersions {
    private final Map<TableName, Observed> tables = new HashMap<>();
    private final Map<String, Map<TableName, Map<VersionId, ShardSet>>> holdings = new HashMap<>();

    private static final class Observed {
        /// The pinned one first, then every later one that was seen to be current.
        final List<VersionManifest> candidates = new ArrayList<>();
        /// Incarnations known to have ended before that of the pinned one began.
        final Set<String> ended = new HashSet<>();
        boolean pinned;
    }

    /// A version became current. Repeats are ignored.
    public void published(VersionManifest manifest) {
        Observed observed = tables.computeIfAbsent(manifest.version().table(), _ -> new Observed());
        boolean known = observed.candidates.stream().anyMatch(other -> other.version().id().equals(manifest.version().id()));
        if (!known && !isPast(observed, manifest.version().id())) {
            observed.candidates.add(manifest);
            advance(manifest.version().table(), observed);
        }
    }

    /// Another front end may tell of a version that was left behind here.
    private static boolean isPast(Observed observed, VersionId id) {
        return observed.ended.contains(id.incarnation()) || observed.candidates.stream().map(other -> other.version().id())
                .anyMatch(other -> other.incarnation().equals(id.incarnation()) && other.counter() > id.counter());
    }

    /// The versions that preceded the first one seen may be answered from until that one is held; oldest first.
    public void precededBy(VersionManifest manifest) {
        Observed observed = tables.get(manifest.version().table());
        if (observed != null && !observed.pinned) {
            observed.candidates.addFirst(manifest);
            advance(manifest.version().table(), observed);
        }
    }

    /// What `server` holds now, all of it.
    public void holds(String server, Map<TableName, Map<VersionId, ShardSet>> held) {
        holdings.put(server, Map.copyOf(held));
        tables.forEach(this::advance);
    }

    public void serverGone(String server) {
        holdings.remove(server);
    }

    /// The table is no longer served.
    public void retain(Set<TableName> served) {
        tables.keySet().retainAll(served);
    }

    public Set<TableName> tables() {
        return new TreeSet<>(tables.keySet());
    }

    public boolean knows(TableName table) {
        return tables.containsKey(table);
    }

    /// The version to answer from, if there is one already.
    public Optional<VersionManifest> servable(TableName table) {
        Observed observed = tables.get(table);
        return observed == null || !observed.pinned ? Optional.empty() : Optional.of(observed.candidates.getFirst());
    }

    /// The newest version seen, servable or not.
    public Optional<VersionManifest> newest(TableName table) {
        return Optional.ofNullable(tables.get(table)).map(observed -> observed.candidates.getLast());
    }

    /// Whether the version in use is known to be `floor` or to have come after it. Incarnations have no order of their own: of two,
    /// the one that ended was the earlier.
    public boolean reached(TableName table, VersionId floor) {
        return servable(table).map(manifest -> manifest.version().id())
                .filter(id -> id.incarnation().equals(floor.incarnation()) ? id.counter() >= floor.counter()
                        : tables.get(table).ended.contains(floor.incarnation())).isPresent();
    }

    /// The pointer was seen to name a version of `incarnation`, and not of `other`, which had been current before.
    public void ended(TableName table, String other, String incarnation) {
        if (servable(table).filter(manifest -> manifest.version().id().incarnation().equals(incarnation)).isPresent()
                && !other.equals(incarnation)) {
            tables.get(table).ended.add(other);
        }
    }

    /// Whether `version` is in use or was passed: false while it is one of those to come. Say true only of one that was seen
    /// to be current.
    public boolean passed(TableName table, VersionId version) {
        Observed observed = tables.get(table);
        return observed == null || observed.pinned
                && observed.candidates.stream().skip(1).noneMatch(candidate -> candidate.version().id().equals(version));
    }

    /// The shards that keep `manifest` from being servable.
    public ShardSet missingShards(VersionManifest manifest) {
        ShardSet held = ShardSet.EMPTY;
        for (Map<TableName, Map<VersionId, ShardSet>> server : holdings.values()) {
            held = held.union(server.getOrDefault(manifest.version().table(), Map.of())
                    .getOrDefault(manifest.version().id(), ShardSet.EMPTY));
        }
        return manifest.requiredShards().minus(held);
    }

    /// The servers that hold the shard of the version, in name order.
    public List<String> holders(TableName table, VersionId version, int shard) {
        return holdings.entrySet().stream()
                .filter(entry -> entry.getValue().getOrDefault(table, Map.of()).getOrDefault(version, ShardSet.EMPTY).contains(shard))
                .map(Map.Entry::getKey).sorted().toList();
    }

    private void advance(TableName table, Observed observed) {
        for (int index = observed.candidates.size() - 1; index >= (observed.pinned ? 1 : 0); index--) {
            if (missingShards(observed.candidates.get(index)).isEmpty()) {
                String incarnation = observed.candidates.get(index).version().id().incarnation();
                List<VersionManifest> left = observed.candidates.subList(0, index);
                left.stream().map(manifest -> manifest.version().id().incarnation()).filter(each -> !each.equals(incarnation))
                        .forEach(observed.ended::add);
                left.clear();
                observed.pinned = true;
                return;
            }
        }
    }
}
