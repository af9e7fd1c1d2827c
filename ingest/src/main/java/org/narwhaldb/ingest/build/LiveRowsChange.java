package org.narwhaldb.ingest.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.narwhaldb.segment.Segments;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.version.LiveRows;
import org.narwhaldb.store.version.SegmentEntry;
import org.roaringbitmap.RoaringBitmap;

/// Brings standing segments' live rows up to date with removed source files and changed deletes.
///
/// A removed file's place in `SegmentEntry.sources` becomes [#GONE]: should the file come back (a rollback), it is a
/// new file, built anew, and the rows of it that lie dead here stay dead. A file's deletes are applied from scratch
/// (its rows revived, then the present deletes applied), so that deletes taken back revive rows.
///
/// @param segments of the version that stands
/// @param removedPaths source files that left
/// @param changed source files with other deletes than before
public record LiveRowsChange(Collection<SegmentEntry> segments, Set<String> removedPaths, List<SourceFile> changed) {
    /// In place of the path of a source file whose rows are all dead for good.
    public static final String GONE = "";

    public static LiveRowsChange none() {
        return new LiveRowsChange(List.of(), Set.of(), List.of());
    }

    record StoreFiles(ObjectStore store, String tableDirectory, Path workDirectory) {}

    /// @param updated entries with other live rows
    /// @param removed ids of segments without any
    /// @param incomplete changed files of which not every row that is alive now stands in a segment: a segment whose
    ///     rows had all been deleted is not kept. They must be read again
    record Outcome(List<SegmentEntry> updated, List<String> removed, Set<String> incomplete) {}

    Outcome apply(StoreFiles files, Deletes deletes) {
        List<SegmentEntry> updated = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        Map<String, SourceFile> changedByPath = new HashMap<>();
        Map<String, Long> missing = new HashMap<>();
        changed.forEach(file -> {
            changedByPath.put(file.path(), file);
            missing.put(file.path(), file.rowCount() - deletes.positions(file).length);
        });
        for (SegmentEntry segment : segments) {
            boolean touched = segment.sources().stream().anyMatch(path -> removedPaths.contains(path)
                    || changedByPath.containsKey(path));
            if (!touched) {
                continue;
            }
            if (segment.sources().stream().allMatch(path -> path.equals(GONE) || removedPaths.contains(path))) {
                removed.add(segment.segmentId());
                continue;
            }
            SegmentEntry entry = apply(files, deletes, segment, changedByPath, missing);
            if (entry.liveRowCount() == 0) {
                removed.add(segment.segmentId());
            } else {
                updated.add(entry);
            }
        }
        missing.values().removeIf(rows -> rows == 0);
        return new Outcome(updated, removed, missing.keySet());
    }

    private SegmentEntry apply(
            StoreFiles files, Deletes deletes, SegmentEntry segment, Map<String, SourceFile> changedByPath,
            Map<String, Long> missing) {
        RoaringBitmap live = segment.liveRowsFile().isEmpty() ? RoaringBitmap.bitmapOfRange(0, segment.rowCount())
                : LiveRows.read(files.store(), segment.liveRowsFile()).clone();
        List<String> sources = new ArrayList<>(segment.sources());
        try (LocalCopy copy = LocalCopy.of(files, segment)) {
            for (int ordinal = 0; ordinal < sources.size(); ordinal++) {
                SourceFile file = changedByPath.get(sources.get(ordinal));
                if (removedPaths.contains(sources.get(ordinal))) {
                    live.andNot(Segments.rowsFrom(copy.file(), ordinal, null));
                    sources.set(ordinal, GONE);
                } else if (file != null) {
                    RoaringBitmap rows = Segments.rowsFrom(copy.file(), ordinal, null);
                    live.andNot(rows);
                    long[] positions = deletes.positions(file);
                    if (positions.length > 0) {
                        rows.andNot(Segments.rowsFrom(copy.file(), ordinal, positions));
                    }
                    live.or(rows);
                    missing.merge(file.path(), (long) -rows.getCardinality(), Long::sum);
                }
            }
        }
        return withLiveRows(files, segment, live, sources);
    }

    private static SegmentEntry withLiveRows(StoreFiles files, SegmentEntry segment, RoaringBitmap live,
            List<String> sources) {
        int count = live.getCardinality();
        LiveRows.Written written = count == 0 || count == segment.rowCount() ? new LiveRows.Written("", "")
                : LiveRows.write(files.store(), files.tableDirectory(), segment.segmentId(), live);
        return new SegmentEntry(segment.segmentId(), written.id(), segment.file(), written.file(), segment.rowCount(),
                count,
                segment.sizeBytes(), segment.checksum(), segment.bounds(), sources);
    }

    /// The segment's file on this machine: in place in a local store, else a copy for as long as this is open.
    private record LocalCopy(Path file, boolean temporary) implements AutoCloseable {
        static LocalCopy of(StoreFiles files, SegmentEntry segment) {
            Optional<Path> local = files.store().local(segment.file());
            if (local.isPresent()) {
                return new LocalCopy(local.get(), false);
            }
            try {
                Files.createDirectories(files.workDirectory());
                Path target = Files.createTempDirectory(files.workDirectory(), "copy").resolve(segment.segmentId());
                files.store().download(segment.file(), target);
                return new LocalCopy(target, true);
            } catch (IOException e) {
                throw new NarwhalException(ErrorCode.DISK_FULL,
                        "Cannot copy segment [%s] to the work directory [%s]: %s".formatted(segment.file(),
                        files.workDirectory(), e), e);
            }
        }

        @Override
        public void close() {
            if (temporary) {
                try {
                    Files.deleteIfExists(file);
                    Files.deleteIfExists(file.getParent());
                } catch (IOException e) {
                    throw new NarwhalException(ErrorCode.DISK_FULL, "Cannot delete [%s]: %s".formatted(file, e), e);
                }
            }
        }
    }
}
