package org.narwhaldb.ingest.retention;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.ingest.retention.Retention.KnownVersion;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;
import org.narwhaldb.store.version.VersionStore;
import org.narwhaldb.store.version.VersionStores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes what [Retention] lets go, for one table, by its leader. A version counts as superseded from when this object
/// first saw it not to be current, so that a new leader keeps everything once more for the whole retention. Not
/// thread-safe; never runs at the same time as a publication of the same leader.
public final class GarbageCollection {
    private static final Logger LOG = LoggerFactory.getLogger(GarbageCollection.class);

    private final TableName table;
    private final ObjectStore store;
    private final VersionStore versions;
    private final PointerStore pointers;
    private final Retention retention;
    private final InstantSource clock;
    private final Map<VersionId, Instant> supersededAt = new HashMap<>();
    private List<TableVersion> inUse;

    public GarbageCollection(
            TableName table, ObjectStore store, VersionStore versions, PointerStore pointers, Retention retention,
            InstantSource clock) {
        this.table = table;
        this.store = store;
        this.versions = versions;
        this.pointers = pointers;
        this.retention = retention;
        this.clock = clock;
    }

    /// @param dropped the table is gone on purpose: no version is current. Otherwise a missing pointer means that
    ///     nothing is known and nothing is deleted
    /// @param stopped asked before each deletion
    /// @return names deleted
    public List<String> run(boolean dropped, BooleanSupplier stopped) {
        inUse = null;
        Optional<VersionId> current = current();
        if (current.isEmpty() != dropped) {
            return List.of();
        }
        Instant now = clock.instant();
        // listed before the heads are read: a file that appears later is not considered at all
        List<ObjectStore.Entry> files = store.list(VersionStores.tableDirectory(table) + "/");
        List<KnownVersion> known = new ArrayList<>();
        List<TableVersion> kept = new ArrayList<>();
        Set<VersionId> heads = new HashSet<>(versions.heads(table));
        supersededAt.keySet().retainAll(heads);
        for (VersionId id : heads) {
            boolean isCurrent = current.isPresent() && current.get().equals(id);
            if (isCurrent) {
                supersededAt.remove(id);
            }
            Instant since = isCurrent ? null : supersededAt.computeIfAbsent(id, unseen -> now);
            if (retention.isKept(since, now)) {
                Optional<TableVersion> head = head(id, isCurrent);
                known.add(new KnownVersion(id, head.map(version -> files(version, isCurrent)).orElse(Set.of()), since));
                head.ifPresent(kept::add);
            }
        }
        if (current.isPresent() && !heads.contains(current.get())) {
            return List.of();
        }
        inUse = List.copyOf(kept);
        List<String> deletions = new ArrayList<>(retention.deletions(known, files, now));
        // heads first: a head that stands names only files that stand
        String headDirectory = VersionStores.headFile(table, new VersionId("", 0)).replaceAll("[^/]*$", "");
        deletions.sort(Comparator.comparing(name -> !name.startsWith(headDirectory)));
        List<String> deleted = new ArrayList<>();
        for (String name : deletions) {
            if (stopped.getAsBoolean() || !current().equals(current)) {
                break;
            }
            store.delete(name);
            deleted.add(name);
        }
        if (!deleted.isEmpty()) {
            LOG.info("Deleted [{}] files of table [{}] that no version needs", deleted.size(), table);
        }
        return deleted;
    }

    private Optional<VersionId> current() {
        return pointers.read(table).map(PointerStore.Pointer::version);
    }

    /// The versions within the retention, as the last run found them; absent if it could not tell.
    public Optional<List<TableVersion>> inUse() {
        return Optional.ofNullable(inUse);
    }

    /// A superseded version that cannot be read any more keeps nothing; that the current one cannot is an error.
    private Optional<TableVersion> head(VersionId id, boolean isCurrent) {
        return orLost(isCurrent, () -> Optional.of(versions.readHead(table, id)), Optional.empty());
    }

    private Set<String> files(TableVersion version, boolean isCurrent) {
        return orLost(isCurrent, () -> new HashSet<>(versions.files(version)), Set.of());
    }

    private static <T> T orLost(boolean isCurrent, Supplier<T> read, T lost) {
        try {
            return read.get();
        } catch (NarwhalException e) {
            if (isCurrent || e.code() != ErrorCode.CORRUPT_VERSION && e.code() != ErrorCode.FILE_NOT_FOUND) {
                throw e;
            }
            return lost;
        }
    }
}
