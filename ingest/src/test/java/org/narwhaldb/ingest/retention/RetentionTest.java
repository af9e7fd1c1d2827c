package org.narwhaldb.ingest.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.narwhaldb.ingest.Seed;
import org.narwhaldb.ingest.retention.Retention.KnownVersion;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.version.VersionId;

class RetentionTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /// Publications and clean-ups in random order: no version that a query may still hold ever misses a file, no young
    /// file goes, and when all is quiet nothing is left but what is needed.
    @Test
    void noVersionWithinRetentionLosesAFile() {
        Seed seed = Seed.draw();
        SplittableRandom random = seed.random();
        for (int round = 0; round < 50; round++) {
            Retention retention = new Retention(Duration.ofMinutes(1 + random.nextInt(60)),
                    Duration.ofHours(1 + random.nextInt(30)));
            Instant now = START;
            List<ObjectStore.Entry> store = new ArrayList<>();
            List<KnownVersion> versions = new ArrayList<>();
            for (int step = 0; step < 200; step++) {
                now = now.plus(Duration.ofMinutes(random.nextInt(120)));
                if (random.nextBoolean()) {
                    publish(random, now, step, store, versions);
                } else {
                    clean(retention, now, store, versions, seed);
                }
            }
            Instant later = now.plus(Duration.ofDays(30));
            clean(retention, later, store, versions, seed);
            Set<String> current = versions.isEmpty() ? Set.of() : versions.getLast().files();
            assertThat(store.stream().map(ObjectStore.Entry::name)).as("%s", seed)
                    .containsExactlyInAnyOrderElementsOf(current);
        }
    }

    private static void publish(SplittableRandom random, Instant now, int step, List<ObjectStore.Entry> store,
            List<KnownVersion> versions) {
        Set<String> files = new HashSet<>();
        if (!versions.isEmpty()) {
            versions.getLast().files().stream().filter(file -> random.nextInt(3) > 0).forEach(files::add);
            KnownVersion last = versions.removeLast();
            versions.add(new KnownVersion(last.id(), last.files(), now));
        }
        for (int each = 1 + random.nextInt(3); each > 0; each--) {
            String name = "file-" + step + "-" + each;
            store.add(new ObjectStore.Entry(name, 1, now));
            files.add(name);
        }
        versions.add(new KnownVersion(new VersionId("a", step), files, null));
        store.add(new ObjectStore.Entry("orphan-" + step, 1, now));
    }

    private static void clean(Retention retention, Instant now, List<ObjectStore.Entry> store,
            List<KnownVersion> versions, Seed seed) {
        List<String> deletions = retention.deletions(versions, store, now);

        for (KnownVersion version : versions) {
            if (version.supersededAt() == null || version.supersededAt().plus(retention.retention()).isAfter(now)) {
                assertThat(deletions).as("%s", seed).doesNotContainAnyElementsOf(version.files());
            }
        }
        assertThat(store).as("%s: young files stay", seed)
                .noneMatch(file -> file.modified().plus(retention.ageMin()).isAfter(now)
                && deletions.contains(file.name()));
        store.removeIf(file -> deletions.contains(file.name()));
        versions.removeIf(version -> !retention.isKept(version.supersededAt(), now));
    }
}
