package org.narwhaldb.store.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.iceberg.LostAnswerCatalog.Loss;

/// Loads whose commit was answered by silence.
class CommitOutcomeTest {
    @TempDir Path directory;
    private Lake lake;
    private LakeTable table;

    @BeforeEach
    void open() {
        LostAnswerCatalog.NEXT.set(Loss.NONE);
        lake = Lake.open("narwhal", Map.of("catalog-impl", LostAnswerCatalog.class.getName(),
                "uri", "jdbc:sqlite:" + directory.resolve("catalog.db"), "warehouse", directory.resolve("warehouse")
                        .toString()));
        table = lake.create(LakeFixture.NAME, List.of(new Field(0, "id", ColumnType.LONG, false)), Map.of());
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private long dataFiles() throws Exception {
        try (Stream<Path> files = Files.walk(LocalFileIO.path(table.location()).resolve("data"))) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    private List<String> rows() {
        LakeTable now = lake.load(LakeFixture.NAME);
        return now.sourceFiles().values().stream().flatMap(file -> LakeFixture.liveRows(now, file).stream()).toList();
    }

    @Test
    void aCommitThatTookPlaceIsFoundInTheTable() throws Exception {
        long snapshot;
        try (LakeLoad load = table.newLoad("x")) {
            load.writeRow(new Object[] {1L});
            LostAnswerCatalog.NEXT.set(Loss.AFTER_COMMIT);
            snapshot = load.commit(false);
        }

        assertThat(lake.load(LakeFixture.NAME).snapshotOfLoad("x")).contains(snapshot);
        assertThat(rows()).containsExactly("[1]");
    }

    @Test
    void aCommitOfUnknownFateKeepsItsFilesAndCanBeTriedAgain() throws Exception {
        try (LakeLoad load = table.newLoad("x")) {
            load.writeRow(new Object[] {1L});
            LostAnswerCatalog.NEXT.set(Loss.BEFORE_COMMIT);
            assertThatThrownBy(() -> load.commit(false)).isInstanceOfSatisfying(NarwhalException.class,
                    e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_OUTCOME_UNKNOWN)).hasMessageContaining("[x]");
        }
        assertThat(dataFiles()).isEqualTo(1);
        assertThat(rows()).isEmpty();

        try (LakeLoad again = lake.load(LakeFixture.NAME).newLoad("x")) {
            again.writeRow(new Object[] {1L});
            again.commit(false);
        }
        assertThat(rows()).containsExactly("[1]");
    }
}
