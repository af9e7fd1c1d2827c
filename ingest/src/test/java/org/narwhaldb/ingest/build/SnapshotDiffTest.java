package org.narwhaldb.ingest.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.narwhaldb.ingest.Seed;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;
import org.narwhaldb.store.version.SourceEntry;

class SnapshotDiffTest {
    @Test
    void applyingTheDiffTurnsAnyRecordedStateIntoAnyOther() {
        Seed seed = Seed.draw();
        SplittableRandom random = seed.random();
        for (int round = 0; round < 500; round++) {
            Map<String, SourceFile> before = randomFiles(random);
            Map<String, SourceFile> after = random.nextInt(10) == 0 ? before : randomFiles(random);
            Map<String, SourceEntry> recorded = entries(before);

            SnapshotDiff diff = SnapshotDiff.of(recorded, after);

            Map<String, SourceEntry> result = new HashMap<>(recorded);
            diff.removed().forEach(result::remove);
            for (List<SourceFile> changed : List.of(diff.added(), diff.deletesChanged(), diff.renumbered())) {
                changed.forEach(file -> result.put(file.path(), SnapshotDiff.entry(file)));
            }
            assertThat(result).as("%s round %d", seed, round).isEqualTo(entries(after));
            assertThat(diff.isEmpty()).as("%s round %d", seed, round).isEqualTo(recorded.equals(entries(after)));
            assertThat(diff.added().size() + diff.deletesChanged().size() + diff.renumbered().size()
                    + diff.unchangedCount())
                    .as("%s round %d", seed, round).isEqualTo(after.size());
            assertThat(diff.added()).as("%s: only what was not recorded with these rows is read again", seed)
                    .allMatch(file -> recorded.get(file.path()) == null
                    || recorded.get(file.path()).rowCount() != file.rowCount());
        }
    }

    @Test
    void aFileWithOtherDeletesIsNotReadAgain() {
        SourceFile before = new SourceFile("a", 1, 10, 100, List.of("d1"), null);
        SourceFile after = new SourceFile("a", 1, 10, 100, List.of("d2"), null);

        SnapshotDiff diff = SnapshotDiff.of(Map.of("a", SnapshotDiff.entry(before)), Map.of("a", after));

        assertThat(diff.added()).isEmpty();
        assertThat(diff.removed()).isEmpty();
        assertThat(diff.deletesChanged()).containsExactly(after);
    }

    private static Map<String, SourceFile> randomFiles(SplittableRandom random) {
        Map<String, SourceFile> files = new HashMap<>();
        int count = random.nextInt(8);
        for (int index = 0; index < count; index++) {
            String path = "file" + random.nextInt(6);
            List<String> deletes = new ArrayList<>();
            for (int each = random.nextInt(3); each > 0; each--) {
                deletes.add("delete" + random.nextInt(3));
            }
            files.put(path, new SourceFile(path, random.nextInt(2), random.nextInt(2), 100, deletes, null));
        }
        return files;
    }

    private static Map<String, SourceEntry> entries(Map<String, SourceFile> files) {
        Map<String, SourceEntry> entries = new HashMap<>();
        files.forEach((path, file) -> entries.put(path, SnapshotDiff.entry(file)));
        return entries;
    }
}
