package org.narwhaldb.store.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.iceberg.RestCatalogServer.Loss;
import org.narwhaldb.store.object.TinyS3;

/// A catalog that is a service, whose warehouse is in S3: nothing of a table is local.
class RestCatalogTest {
    private static final List<Field> COLUMNS = List.of(new Field(0, "id", ColumnType.LONG, false));

    @TempDir Path directory;
    private TinyS3 s3;
    private RestCatalogServer server;
    private Lake lake;
    private Lake other;

    @BeforeEach
    void start() throws Exception {
        s3 = new TinyS3();
        Map<String, String> behind = new HashMap<>(s3.properties());
        behind.putAll(Map.of("type", "jdbc", "uri", "jdbc:sqlite:" + directory.resolve("catalog.db"),
                "warehouse", "s3://lake/warehouse"));
        server = new RestCatalogServer(behind);
        lake = open();
        other = open();
    }

    @AfterEach
    void stop() throws Exception {
        lake.close();
        other.close();
        server.close();
        s3.close();
    }

    private Lake open() {
        Map<String, String> properties = new HashMap<>(s3.properties());
        properties.putAll(Map.of("type", "rest", "uri", server.uri(), "io-impl", CatalogSettings.S3_FILE_IO));
        return Lake.open("rest", properties);
    }

    private static long load(LakeTable table, String loadId, long row, boolean overwrite) {
        try (LakeLoad load = table.newLoad(loadId)) {
            load.writeRow(new Object[] {row});
            return load.commit(overwrite);
        }
    }

    private static List<String> rows(Lake lake) {
        LakeTable now = lake.load(LakeFixture.NAME);
        return now.sourceFiles().values().stream().flatMap(file -> LakeFixture.liveRows(now, file).stream()).sorted().toList();
    }

    @Test
    void aTableIsCreatedListedChangedAndDropped() {
        lake.create(LakeFixture.NAME, COLUMNS, Map.of("narwhal.serve", "true"));
        load(lake.load(LakeFixture.NAME), "x", 7, false);
        other.setProperties(LakeFixture.NAME, Map.of("narwhal.replicas", "3"));
        other.addColumns(LakeFixture.NAME, List.of(new Field(1, "name", ColumnType.STRING, true)));

        assertThat(lake.namespaces()).containsExactly(LakeFixture.NAME.namespace());
        assertThat(lake.tables(LakeFixture.NAME.namespace())).containsExactly(LakeFixture.NAME);
        assertThat(lake.exists(LakeFixture.NAME)).isTrue();
        assertThat(lake.load(LakeFixture.NAME).properties()).containsEntry("narwhal.replicas", "3");
        assertThat(lake.load(LakeFixture.NAME).fields()).hasSize(2);
        assertThat(rows(other)).containsExactly("[7, null]");
        assertThat(s3.objects().keySet()).anyMatch(key -> key.endsWith(".metadata.json"))
                .anyMatch(key -> key.endsWith(".parquet")).anyMatch(key -> key.endsWith(".avro"));
        assertThatThrownBy(() -> other.create(LakeFixture.NAME, COLUMNS, Map.of())).isInstanceOfSatisfying(
                NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_EXISTS));
        assertThatThrownBy(() -> lake.load(new TableName(LakeFixture.NAME.namespace(), "nobody"))).isInstanceOfSatisfying(
                NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND));

        other.drop(LakeFixture.NAME, false);
        assertThat(lake.exists(LakeFixture.NAME)).isFalse();
    }

    @Test
    void twoWritersBothCommitAndALoadOfTheSameIdCountsOnce() {
        LakeTable mine = lake.create(LakeFixture.NAME, COLUMNS, Map.of());
        LakeTable theirs = other.load(LakeFixture.NAME);
        LakeTable stale = other.load(LakeFixture.NAME);

        long first = load(mine, "mine", 1, false);
        load(theirs, "theirs", 2, false);
        long repeated = load(stale, "mine", 1, false);

        assertThat(repeated).isEqualTo(first);
        assertThat(rows(lake)).containsExactly("[1]", "[2]");
        load(lake.load(LakeFixture.NAME), "anew", 3, true);
        assertThat(rows(other)).containsExactly("[3]");
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aCommitWhoseAnswerIsLostIsFoundOrItsFateIsUnknown(Loss loss) {
        LakeTable table = lake.create(LakeFixture.NAME, COLUMNS, Map.of());
        boolean tookPlace = loss == Loss.RESET_AFTER || loss == Loss.TIMEOUT_AFTER;
        server.lose(loss);

        if (tookPlace) {
            load(table, "x", 1, false);
        } else {
            assertThatThrownBy(() -> load(table, "x", 1, false)).isInstanceOfSatisfying(NarwhalException.class,
                    e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_OUTCOME_UNKNOWN)).hasMessageContaining("[x]");
            assertThat(rows(other)).isEmpty();
        }

        load(lake.load(LakeFixture.NAME), "x", 1, false);
        assertThat(rows(other)).containsExactly("[1]");
    }

    @Test
    void aServiceThatIsGoneIsUnavailable() throws Exception {
        lake.create(LakeFixture.NAME, COLUMNS, Map.of());
        server.close();

        assertThatThrownBy(() -> lake.load(LakeFixture.NAME)).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_UNAVAILABLE));
    }
}
