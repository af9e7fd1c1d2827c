package org.narwhaldb.ingest.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;
import org.narwhaldb.store.version.SourceEntry;

/// What has to happen to a version's sources so that it answers for an Iceberg snapshot. Compares states, never
/// lineage: the files the version recorded against the files the snapshot names, so that no history (expired, rolled
/// back, replaced, re-created) can confuse it. All lists are in order of path.
///
/// @param added files to read; also a file whose row count is not what was recorded (then in `removed` too)
/// @param removed paths recorded that the snapshot does not name any more
/// @param deletesChanged files whose rows stay but whose set of applicable deletes is another one
/// @param renumbered files that only got another sequence number
/// @param unchangedCount the rest
public record SnapshotDiff(
        List<SourceFile> added, List<String> removed, List<SourceFile> deletesChanged, List<SourceFile> renumbered,
        int unchangedCount) {
    public SnapshotDiff {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        deletesChanged = List.copyOf(deletesChanged);
        renumbered = List.copyOf(renumbered);
    }

    public static SnapshotDiff of(Map<String, SourceEntry> recorded, Map<String, SourceFile> current) {
        List<SourceFile> added = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        List<SourceFile> deletesChanged = new ArrayList<>();
        List<SourceFile> renumbered = new ArrayList<>();
        int unchanged = 0;
        for (SourceFile file : new TreeMap<>(current).values()) {
            SourceEntry entry = recorded.get(file.path());
            if (entry == null) {
                added.add(file);
            } else if (entry.rowCount() != file.rowCount()) {
                removed.add(file.path());
                added.add(file);
            } else if (!entry.appliedDeletes().equals(file.deletes())) {
                deletesChanged.add(file);
            } else if (entry.sequenceNumber() != file.sequenceNumber()) {
                renumbered.add(file);
            } else {
                unchanged++;
            }
        }
        for (String path : recorded.keySet()) {
            if (!current.containsKey(path)) {
                removed.add(path);
            }
        }
        removed.sort(null);
        return new SnapshotDiff(added, removed, deletesChanged, renumbered, unchanged);
    }

    /// The diff against nothing: every file is new.
    public static SnapshotDiff full(Map<String, SourceFile> current) {
        return of(Map.of(), current);
    }

    public boolean isEmpty() {
        return added.isEmpty() && removed.isEmpty() && deletesChanged.isEmpty() && renumbered.isEmpty();
    }

    /// The same, with the rows of some files whose deletes changed read anew.
    public SnapshotDiff readAgain(Set<String> paths) {
        List<SourceFile> more = new ArrayList<>(added);
        List<String> gone = new ArrayList<>(removed);
        List<SourceFile> changed = new ArrayList<>(deletesChanged);
        changed.removeIf(file -> paths.contains(file.path()));
        deletesChanged.stream().filter(file -> paths.contains(file.path())).forEach(file -> {
            more.add(file);
            gone.add(file.path());
        });
        return new SnapshotDiff(more, gone, changed, renumbered, unchangedCount);
    }

    public static SourceEntry entry(SourceFile file) {
        return new SourceEntry(file.path(), file.sequenceNumber(), file.rowCount(), file.deletes());
    }
}
