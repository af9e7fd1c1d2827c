package org.narwhaldb.store.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.narwhaldb.store.iceberg.LakeFixture.row;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;

class LakeTest {
    private static final List<Field> COLUMNS = List.of(new Field(0, "id", ColumnType.LONG, false),
            new Field(0, "name", ColumnType.STRING, true));

    @TempDir Path directory;

    private static void assertFails(ThrowingCallable action, ErrorCode code, String... parts) {
        assertThatThrownBy(action).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code)).hasMessageContainingAll(parts);
    }

    private Lake hadoopLake() {
        return Lake.open("h", Map.of("type", "hadoop", "warehouse", directory.resolve("hadoop").toString()));
    }

    private static void useCatalog(Lake lake) {
        TableName table = TableName.parse("sales.emea.orders");
        assertThat(lake.exists(table)).isFalse();

        LakeTable created = lake.create(table, COLUMNS, Map.of("narwhal.serve", "true", "narwhal.cluster-by", "name",
                "x", "y"));
        assertThat(created.spec().served()).isTrue();
        assertThat(created.snapshotId()).isEqualTo(-1);
        assertThat(lake.exists(table)).isTrue();
        assertThat(lake.namespaces()).contains("sales.emea");
        assertThat(lake.tables("sales.emea")).containsExactly(table);
        assertFails(() -> lake.create(table, COLUMNS, Map.of()), ErrorCode.TABLE_EXISTS, "sales.emea.orders");

        try (LakeLoad load = created.newLoad("one")) {
            load.writeRow(new Object[] {1L, "a".getBytes(StandardCharsets.UTF_8)});
            load.commit(false);
        }
        Map<String, String> change = new HashMap<>(Map.of("narwhal.shards", "4"));
        change.put("x", null);
        LakeTable changed = lake.setProperties(table, change);
        assertThat(changed.spec().shards()).isEqualTo(4);
        assertThat(changed.properties()).doesNotContainKey("x").containsEntry("narwhal.serve", "true");
        assertFails(() -> lake.setProperties(table, Map.of("narwhal.shards", "3")), ErrorCode.INVALID_CONFIGURATION,
                "[3]");

        LakeTable wider = lake.addColumns(table, List.of(
                new Field(0, "tags", ColumnType.list(new Field(0, "element", ColumnType.STRING, true)), true),
                new Field(0, "day", ColumnType.DATE, true)));
        assertThat(wider.fields()).extracting(Field::name).containsExactly("id", "name", "tags", "day");
        assertThat(LakeFixture.rowsBut(wider, wider.sourceFiles().values().iterator().next()))
                .containsExactly("[1, x61, null, null]");
        assertFails(() -> lake.addColumns(table, List.of(new Field(0, "day", ColumnType.DATE, true))),
                ErrorCode.SCHEMA_MISMATCH, "day");

        lake.drop(table, true);
        assertThat(lake.exists(table)).isFalse();
        assertFails(() -> lake.drop(table, false), ErrorCode.TABLE_NOT_FOUND, "orders");
    }

    @Test
    void tablesLiveInAJdbcCatalog() throws Exception {
        try (LakeFixture fixture = new LakeFixture(directory)) {
            useCatalog(fixture.lake);
        }
    }

    @Test
    void tablesLiveInAHadoopCatalog() {
        try (Lake lake = hadoopLake()) {
            useCatalog(lake);
        }
    }

    @Test
    void anUnknownTableIsAnsweredWithTheNearestName() throws Exception {
        try (LakeFixture fixture = new LakeFixture(directory)) {
            fixture.lake.create(TableName.parse("main.events"), COLUMNS, Map.of());
            fixture.lake.create(TableName.parse("main.orders"), COLUMNS, Map.of());

            assertFails(() -> fixture.lake.load(TableName.parse("main.evnts")), ErrorCode.TABLE_NOT_FOUND,
                    "did you mean [main.events]?");
            assertFails(() -> fixture.lake.load(TableName.parse("other.events")), ErrorCode.TABLE_NOT_FOUND,
                    "did you mean [main.events]?");
            assertThatThrownBy(() -> fixture.lake.load(TableName.parse("main.zzzzzzz")))
                    .hasMessageNotContaining("did you mean");
            assertFails(() -> fixture.lake.tables("nowhere"), ErrorCode.SCHEMA_NOT_FOUND, "nowhere");
        }
    }

    @Test
    void aCatalogThatCannotBeOpenedSaysWhy() {
        assertFails(() -> Lake.open("x", Map.of("type", "unheard-of")), ErrorCode.INVALID_CONFIGURATION, "unheard-of");
        assertFails(() -> Lake.open("x", Map.of("type", "jdbc", "warehouse", "/tmp/w")),
                ErrorCode.INVALID_CONFIGURATION, "URI");
        assertFails(() -> Lake.open("x", Map.of("type", "jdbc", "uri", "jdbc:sqlite:" + directory.resolve("c"))),
                ErrorCode.INVALID_CONFIGURATION, "arehouse");
    }

    @Test
    void aDatabaseThatIsNoneIsUnavailable() throws Exception {
        Path database = Files.writeString(directory.resolve("catalog.db"),
                "not a database, not at all, for sure".repeat(100));
        assertFails(() -> Lake.open("x", Map.of("type", "jdbc", "uri", "jdbc:sqlite:" + database,
                "warehouse", directory.toString())), ErrorCode.CATALOG_UNAVAILABLE, "[x]");
    }

    @Test
    void aWriterThatHoldsTheDatabaseForAWhileIsWaitedFor() throws Exception {
        try (LakeFixture fixture = new LakeFixture(directory);
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("catalog.db"))) {
            LakeTable table = fixture.lake.create(LakeFixture.NAME, COLUMNS, Map.of());
            other.createStatement().execute("begin immediate");
            Thread loader = Thread.ofVirtual().start(() -> {
                try (LakeLoad load = table.newLoad("waits")) {
                    load.writeRow(new Object[] {1L, null});
                    load.commit(false);
                }
            });
            assertThat(loader.join(Duration.ofMillis(500))).isFalse();
            other.createStatement().execute("rollback");
            loader.join();

            assertThat(fixture.ours()).containsExactly("[1, null]");
        }
    }

    @Test
    void aLockNeverReleasedFailsTheLoadAndLeavesNothing() throws Exception {
        try (LakeFixture fixture = new LakeFixture(directory, Map.of("jdbc.busy_timeout", "200"));
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("catalog.db"))) {
            LakeTable table = fixture.lake.create(LakeFixture.NAME, COLUMNS, Map.of());
            try (LakeLoad load = table.newLoad("locked")) {
                load.writeRow(new Object[] {1L, null});
                other.createStatement().execute("begin immediate");
                assertFails(() -> load.commit(false), ErrorCode.CATALOG_UNAVAILABLE, "locked");
                other.createStatement().execute("rollback");
                // the load is still there to be tried again
                load.commit(false);
            }
            assertThat(fixture.ours()).containsExactly("[1, null]");
        }
    }

    @Test
    void namesAndPatternsOfFilesAreExpanded() throws Exception {
        try (Lake lake = hadoopLake()) {
            for (String name : List.of("a1.csv", "a2.csv", "b.json", "sub/a3.csv", "sub/deep/a4.csv", "odd[1].csv",
                    "with space.csv")) {
                Path file = directory.resolve("in").resolve(name);
                Files.createDirectories(file.getParent());
                Files.writeString(file, name);
            }
            String root = directory.resolve("in").toString();

            assertThat(lake.expand(List.of(root + "/a*.csv")))
                    .containsExactly("file://" + root + "/a1.csv", "file://" + root + "/a2.csv");
            assertThat(lake.expand(List.of(root + "/**.csv"))).hasSize(6);
            assertThat(lake.expand(List.of("file:" + root + "/a[2-9].csv", root + "/b.json", root + "/a?.csv")))
                    .hasSize(3).isSorted();
            assertThat(lake.expand(List.of(root + "/odd[1].csv", root + "/with space.csv"))).hasSize(2);
            assertFails(() -> lake.expand(List.of(root + "/a1.csv", root + "/nothing*.csv")), ErrorCode.FILE_NOT_FOUND,
                    "nothing*.csv");
            assertFails(() -> lake.expand(List.of(root + "/nothing.csv")), ErrorCode.FILE_NOT_FOUND, "nothing.csv");
            assertFails(() -> lake.expand(List.of(root + "/[")), ErrorCode.INVALID_PARAMETER, "[");
            assertFails(() -> lake.expand(List.of("ftp://host/x")), ErrorCode.NOT_SUPPORTED, "ftp://host/x");

            Lake.InputFileHandle handle = lake.open(lake.expand(List.of(root + "/with*")).getFirst());
            assertThat(handle.sizeBytes()).isEqualTo(14);
            assertThat(handle.stream().readAllBytes()).asString().isEqualTo("with space.csv");
            assertFails(() -> lake.open(root + "/nothing"), ErrorCode.FILE_NOT_FOUND, "nothing");
        }
    }

    @Test
    void anotherEngineSeesWhatWeWriteAndWeWhatItWrites() throws Exception {
        try (LakeFixture fixture = new LakeFixture(directory)) {
            LakeTable ours = fixture.lake.create(LakeFixture.NAME, COLUMNS, Map.of());
            assertThat(ours.location()).startsWith("file:///");
            Table theirs = fixture.table();
            assertThat(theirs.properties()).containsEntry("write.parquet.compression-codec", "zstd");
            fixture.append(theirs, row(theirs.schema(), 1L, "x"));

            assertThat(fixture.ours()).hasSize(1).isEqualTo(fixture.referee());
        }
    }
}
