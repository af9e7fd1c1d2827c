package org.narwhaldb.ingest.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.version.VersionId;

/// Which files of a table may go: those that no version within its retention needs and that are old enough not to
/// belong to a publication under way. Pure.
///
/// Retention is time, not a registry of readers: a version is kept for `retention` after it was superseded, which is
/// longer than any query or ticket lives.
///
/// @param retention how long a superseded version stays whole
/// @param ageMin younger files stay, whoever names them
public record Retention(Duration retention, Duration ageMin) {

    /// @param files all that the version needs
    /// @param supersededAt null while it is current
    public record KnownVersion(VersionId id, Set<String> files, Instant supersededAt) {}

    public boolean isKept(Instant supersededAt, Instant now) {
        return supersededAt == null || now.isBefore(supersededAt.plus(retention));
    }

    /// Names of `files` to delete, in their order.
    public List<String> deletions(Collection<KnownVersion> versions, List<ObjectStore.Entry> files, Instant now) {
        Set<String> needed = new HashSet<>();
        for (KnownVersion version : versions) {
            if (isKept(version.supersededAt(), now)) {
                needed.addAll(version.files());
            }
        }
        return files.stream()
                .filter(file -> !needed.contains(file.name()) && file.modified().plus(ageMin).isBefore(now))
                .map(ObjectStore.Entry::name).toList();
    }
}
