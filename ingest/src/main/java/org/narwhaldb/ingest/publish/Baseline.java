package org.narwhaldb.ingest.publish;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.SourceEntry;
import org.narwhaldb.store.version.TableVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a publication starts from: the version that is current, or, after the pointers were lost, the newest version
/// file as a mere cache of segments, or nothing.
///
/// @param expected what the compare-and-set expects, empty without a pointer
/// @param version whose segments may be used, null without
/// @param current whether `version` is what the pointer names, so that it is the parent of the next one
record Baseline(
        Optional<PointerStore.Pointer> expected, TableVersion version, boolean current, Map<String, SegmentEntry> segments,
        Map<String, SourceEntry> sources) {
    private static final Logger LOG = LoggerFactory.getLogger(Baseline.class);

    static Baseline read(PublicationSeams seams, TableName table) {
        Optional<PointerStore.Pointer> pointer = seams.pointers().read(table);
        if (pointer.isEmpty()) {
            return cached(seams, table);
        }
        try {
            return of(seams, pointer, seams.versions().readHead(table, pointer.get().version()), true);
        } catch (NarwhalException e) {
            requireLost(e);
            LOG.warn("Version [{}] of table [{}] cannot be read and is built anew: {}", pointer.get().version(), table,
                    e.getMessage());
            return nothing(pointer);
        }
    }

    static Baseline nothing(Optional<PointerStore.Pointer> expected) {
        return new Baseline(expected, null, false, Map.of(), Map.of());
    }

    private static Baseline cached(PublicationSeams seams, TableName table) {
        List<TableVersion> heads = new ArrayList<>();
        for (var id : seams.versions().heads(table)) {
            try {
                heads.add(seams.versions().readHead(table, id));
            } catch (NarwhalException e) {
                requireLost(e);
            }
        }
        heads.sort(Comparator.comparingLong(TableVersion::createdAtMillis).reversed());
        for (TableVersion head : heads) {
            try {
                Baseline cache = of(seams, Optional.empty(), head, false);
                if (cache.isWhole(seams.store())) {
                    return cache;
                }
            } catch (NarwhalException e) {
                requireLost(e);
            }
        }
        return nothing(Optional.empty());
    }

    private boolean isWhole(ObjectStore store) {
        return segments.values().stream().allMatch(entry -> store.exists(entry.file())
                && (entry.liveRowsFile().isEmpty() || store.exists(entry.liveRowsFile())));
    }

    private static void requireLost(NarwhalException e) {
        if (!isLost(e)) {
            throw e;
        }
    }

    private static Baseline of(
            PublicationSeams seams, Optional<PointerStore.Pointer> expected, TableVersion version, boolean current) {
        return new Baseline(expected, version, current, seams.versions().segments(version, shard -> true),
                seams.versions().sources(version));
    }

    private static boolean isLost(NarwhalException e) {
        return e.code() == ErrorCode.CORRUPT_VERSION || e.code() == ErrorCode.FILE_NOT_FOUND;
    }
}
