package org.narwhaldb.conformance.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;
import org.narwhaldb.store.version.VersionStore;
import org.narwhaldb.store.version.VersionStores;

/// Knows everything that was committed and published, and holds each step against the invariants of the design: 2 (an
/// answer is one version, whole), 3 (what ZooKeeper holds), 9 (nothing accepted is lost) and 10 (one writer wins).
final class Checker {
    private final Loop loop;
    private final Plant plant;
    private final Duration retention;
    private final Map<Long, long[]> keysBySnapshot = new HashMap<>();
    private final Map<String, Set<Long>> snapshotsByLoad = new HashMap<>();
    private final Map<TableName, List<Published>> history = new TreeMap<>();
    private final Map<Asked, Integer> answered = new HashMap<>();
    private SimulatedStore store;
    private VersionStore versions;
    long publications;
    long answers;
    long deletions;

    private record Asked(String frontEnd, TableName table) {}

    /// One version, or (id null) a time without any.
    private static final class Published {
        final VersionId id;
        final long[] keys;
        final Set<String> files;
        Instant supersededAt;

        Published(VersionId id, long[] keys, Set<String> files) {
            this.id = id;
            this.keys = keys;
            this.files = files;
        }
    }

    Checker(Loop loop, Plant plant, Duration retention) {
        this.loop = loop;
        this.plant = plant;
        this.retention = retention;
    }

    void watch(SimulatedStore watched) {
        store = watched;
        versions = VersionStores.over(watched.bare());
    }

    Plant plant() {
        return plant;
    }

    void require(boolean holds, String message, Object... values) {
        if (!holds) {
            loop.fail(message.formatted(values), null);
        }
    }

    void committed(SimulatedLake.State state) {
        SimulatedLake.Snapshot snapshot = state.current();
        long[] keys = snapshot.keys();
        keysBySnapshot.put(snapshot.id(), keys);
        for (int index = 1; index < keys.length; index++) {
            require(keys[index] != keys[index - 1], "Row [%d] is twice in snapshot [%d] of [%s]", keys[index], snapshot.id(), state.name());
        }
        if (snapshot.loadId() != null) {
            snapshotsByLoad.computeIfAbsent(snapshot.loadId(), id -> new HashSet<>()).add(snapshot.id());
        }
    }

    /// A load that was acknowledged was committed, and once.
    void acknowledged(TableName table, String loadId, long snapshotId, VersionId version) {
        Set<Long> snapshots = snapshotsByLoad.getOrDefault(loadId, Set.of());
        require(snapshots.contains(snapshotId), "Load [%s] was acknowledged with snapshot [%d] and is in %s", loadId,
                snapshotId, snapshots);
        require(indexOf(table, version) >= 0, "Load [%s] was acknowledged with version [%s], which was never current", loadId, version);
    }

    void published(TableName table, VersionId replaced, VersionId next) {
        publications++;
        List<Published> past = history.computeIfAbsent(table, name -> new ArrayList<>());
        Published last = past.isEmpty() ? null : past.getLast();
        TableVersion head;
        Set<String> files;
        try {
            head = versions.readHead(table, next);
            files = new HashSet<>(versions.files(head));
        } catch (NarwhalException e) {
            loop.fail("Version [%s] of [%s] became current and cannot be read".formatted(next, table), e);
            return;
        }
        files.stream().filter(file -> !store.has(file)).sorted().findFirst()
                .ifPresent(file -> loop.fail(
                        "Version [%s] of [%s] became current without its file [%s]".formatted(next, table, file), null));
        if (last != null && next.equals(last.id)) {
            return;
        }
        require(last == null || java.util.Objects.equals(last.id, replaced), "Pointer of [%s] moved unseen", table);
        boolean lost = head.parent() == null && last != null && last.id != null && !last.files.stream().allMatch(store::has);
        require(java.util.Objects.equals(head.parent(), replaced) || lost,
                "Version [%s] of [%s] replaced [%s], but its parent is [%s]", next,
                table, replaced, head.parent());
        require(indexOf(table, next) < 0, "Version [%s] of [%s] became current again", next, table);
        long[] keys = head.snapshotId() < 0 ? new long[0] : keysBySnapshot.get(head.snapshotId());
        require(keys != null && keys.length == head.rowCount(), "Version [%s] of [%s] has [%d] rows; snapshot [%d] has [%d]", next, table,
                head.rowCount(), head.snapshotId(), keys == null ? -1 : keys.length);
        supersede(past);
        past.add(new Published(next, keys, files));
    }

    void unpublished(TableName table) {
        List<Published> past = history.computeIfAbsent(table, name -> new ArrayList<>());
        supersede(past);
        past.add(new Published(null, null, Set.of()));
    }

    private void supersede(List<Published> past) {
        if (!past.isEmpty() && past.getLast().supersededAt == null) {
            past.getLast().supersededAt = loop.now();
        }
    }

    /// A file leaves the store: no version within its retention may need it.
    void deleted(String file) {
        deletions++;
        history.forEach((table, past) -> {
            for (int index = past.size() - 1; index >= 0; index--) {
                Published version = past.get(index);
                boolean kept = version.supersededAt == null || loop.now().isBefore(version.supersededAt.plus(retention));
                if (!kept) {
                    break;
                }
                require(!version.files.contains(file), "File [%s] was deleted; version [%s] of [%s], superseded at [%s], needs it", file,
                        version.id, table, version.supersededAt);
            }
        });
    }

    int indexOf(TableName table, VersionId id) {
        List<Published> past = history.getOrDefault(table, List.of());
        for (int index = past.size() - 1; index >= 0; index--) {
            if (id.equals(past.get(index).id)) {
                return index;
            }
        }
        return -1;
    }

    /// Where in the history an answer that begins now must not be before.
    int floor(String frontEnd, TableName table, Optional<VersionId> sessionFloor) {
        int floor = answered.getOrDefault(new Asked(frontEnd, table), 0);
        return Math.max(floor, sessionFloor.map(id -> indexOf(table, id)).orElse(0));
    }

    /// An answer has ended whole: it must be that of one version, not older than the floor.
    void answered(String frontEnd, TableName table, int floor, String question, Predicate<long[]> isAnswer, Object answer) {
        answers++;
        List<Published> past = history.getOrDefault(table, List.of());
        for (int index = floor; index < past.size(); index++) {
            if (past.get(index).id != null && isAnswer.test(past.get(index).keys)) {
                answered.merge(new Asked(frontEnd, table), index, Math::max);
                return;
            }
        }
        int older = -1;
        for (int index = 0; index < Math.min(floor, past.size()); index++) {
            if (past.get(index).id != null && isAnswer.test(past.get(index).keys)) {
                older = index;
            }
        }
        loop.fail("[%s] answered [%s] with %s: %s; versions from [%d] on: %s".formatted(frontEnd, question, answer,
                older < 0 ? "no version ever had that" : "that is version number " + older + ", older than what was promised", floor,
                past.subList(Math.min(floor, past.size()), past.size()).stream()
                        .map(version -> version.id + "=" + java.util.Arrays.toString(version.keys)).toList()), null);
    }

    /// Forgets what a front end has answered: it starts again.
    void restarted(String frontEnd) {
        answered.keySet().removeIf(asked -> asked.frontEnd.equals(frontEnd));
    }

    /// Files of versions that are current, or were within the retention.
    Set<String> neededFiles() {
        Set<String> needed = new HashSet<>();
        history.values().forEach(past -> past.stream()
                .filter(version -> version.supersededAt == null
                        || loop.now().isBefore(version.supersededAt.plus(retention.multipliedBy(3))))
                .forEach(version -> needed.addAll(version.files)));
        return needed;
    }

    Optional<VersionId> current(TableName table) {
        List<Published> past = history.getOrDefault(table, List.of());
        return past.isEmpty() ? Optional.empty() : Optional.ofNullable(past.getLast().id);
    }

    /// Segments of all current versions together.
    long currentSegments() {
        return history.entrySet().stream().filter(entry -> entry.getValue().getLast().id != null)
                .mapToLong(entry -> versions.readHead(entry.getKey(), entry.getValue().getLast().id).segmentCount()).sum();
    }

    int latest(TableName table) {
        return history.getOrDefault(table, List.of()).size() - 1;
    }

    long[] currentKeys(TableName table) {
        return history.get(table).getLast().keys;
    }
}
