package org.narwhaldb.store.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.narwhaldb.store.iceberg.LakeFixture.row;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class LakeLoadTest {
    private static final List<Field> COLUMNS = List.of(
            new Field(0, "id", ColumnType.LONG, false), new Field(0, "name", ColumnType.STRING, true),
            new Field(0, "price", ColumnType.decimal(12, 2), true));

    @TempDir Path directory;
    private LakeFixture fixture;

    @BeforeEach
    void open() {
        fixture = new LakeFixture(directory);
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private LakeTable create() {
        return fixture.lake.create(LakeFixture.NAME, COLUMNS, Map.of());
    }

    private static Object[] values(long id, String name, Long price) {
        return new Object[] {id, name == null ? null : name.getBytes(StandardCharsets.UTF_8), price};
    }

    private static String text(String value) {
        return RowText.ofGeneric(value);
    }

    private long dataFiles() throws Exception {
        Path data = LocalFileIO.path(fixture.table().location()).resolve("data");
        if (!Files.isDirectory(data)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    private static void assertFails(ThrowingCallable action, ErrorCode code, String... parts) {
        assertThatThrownBy(action).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code)).hasMessageContainingAll(parts);
    }

    /// A Parquet file as a program that knows nothing of Iceberg writes it: no field ids.
    private Path foreign(String name, String schema, int rows, BiConsumer<Group, Integer> fill)
            throws Exception {
        Path file = directory.resolve(name);
        MessageType type = MessageTypeParser.parseMessageType(schema);
        SimpleGroupFactory groups = new SimpleGroupFactory(type);
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
                .withType(type).withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0).build()) {
            for (int index = 0; index < rows; index++) {
                Group group = groups.newGroup();
                fill.accept(group, index);
                writer.write(group);
            }
        }
        return file;
    }

    private Path fitting(int rows) throws Exception {
        return foreign("fits.parquet", """
                message m { optional binary name (STRING); required int32 id; optional int32 price (
                        DECIMAL(9, 2)); }""", rows,
                (group, index) -> {
                    if (index % 2 == 0) {
                        group.append("name", "n" + index);
                    }
                    group.append("id", index).append("price", index * 100);
                });
    }

    @Test
    void rowsBecomeOneCommitWithTheLoadsIdAndMetrics() throws Exception {
        LakeTable table = create();

        long snapshot;
        try (LakeLoad load = table.newLoad("load-1")) {
            load.writeRow(values(1, "a", 125L));
            load.writeRow(values(2, null, null));
            assertThat(load.rowCount()).isEqualTo(2);
            assertThat(fixture.ours()).isEmpty();
            snapshot = load.commit(false);
        }

        assertThat(fixture.ours()).containsExactly("[1, %s, 125]".formatted(text("a")), "[2, null, null]")
                .isEqualTo(fixture.referee());
        assertThat(fixture.load().snapshotId()).isEqualTo(snapshot);
        assertThat(fixture.load().snapshotOfLoad("load-1")).contains(snapshot);
        assertThat(fixture.load().snapshotOfLoad("load-2")).isEmpty();
        DataFile file = fixture.table().newScan().includeColumnStats().planFiles().iterator().next().file();
        assertThat(file.recordCount()).isEqualTo(2);
        assertThat((Long) Conversions.fromByteBuffer(Types.LongType.get(), file.upperBounds().get(1))).isEqualTo(2);
        assertThat(file.nullValueCounts().get(2)).isEqualTo(1);
    }

    @Test
    void whatWasNotCommittedLeavesNothingBehind() throws Exception {
        LakeTable table = create();
        Path file = fitting(10);

        try (LakeLoad load = table.newLoad("load-1")) {
            load.writeRow(values(1, "a", 125L));
            load.addParquet(file.toString());
            assertThat(load.fileCount()).isEqualTo(2);
            assertThat(dataFiles()).isPositive();
        }

        assertThat(dataFiles()).isZero();
        assertThat(fixture.load().snapshotId()).isEqualTo(-1);
    }

    @Test
    void theSameLoadIsCommittedOnce() throws Exception {
        LakeTable table = create();
        long first;
        try (LakeLoad load = table.newLoad("load-1")) {
            load.writeRow(values(1, "a", 125L));
            first = load.commit(false);
        }

        try (LakeLoad again = table.newLoad("load-1")) {
            again.writeRow(values(1, "a", 125L));
            assertThat(again.commit(false)).isEqualTo(first);
        }

        assertThat(fixture.ours()).hasSize(1);
        assertThat(dataFiles()).isEqualTo(1);
    }

    @Test
    void oneOfTwoLoadsWithTheSameIdAtTheSameTimeWins() throws Exception {
        LakeTable table = create();
        try (LakeLoad one = table.newLoad("load-1"); LakeLoad other = table.newLoad("load-1")) {
            one.writeRow(values(1, "a", 125L));
            other.writeRow(values(1, "a", 125L));
            long snapshot = one.commit(false);
            assertThat(other.commit(false)).isEqualTo(snapshot);
        }

        assertThat(fixture.ours()).hasSize(1);
        assertThat(dataFiles()).isEqualTo(1);
    }

    @Test
    void concurrentLoadsOfDifferentIdsAllArrive() throws Exception {
        LakeTable table = create();
        try (LakeLoad one = table.newLoad("one"); LakeLoad two = table.newLoad("two")) {
            one.writeRow(values(1, "a", 1L));
            two.writeRow(values(2, "b", 2L));
            two.commit(false);
            long other = fixture.append(fixture.table(), row(fixture.table().schema(), 3L, "c",
                    new java.math.BigDecimal("0.03")))
                    .recordCount();
            assertThat(other).isEqualTo(1);
            one.commit(false);
        }

        assertThat(fixture.ours()).hasSize(3).isEqualTo(fixture.referee());
    }

    @Test
    void overwriteReplacesAllRowsAndDeletes() throws Exception {
        LakeTable table = create();
        DataFile old = fixture.append(fixture.table(), row(fixture.table().schema(), 1L, "a", null),
                row(fixture.table().schema(), 2L, "a", null));
        Table direct = fixture.table();
        direct.newRowDelta().addDeletes(fixture.positionDeletes(direct, null, Map.of(old, new long[] {1}))).commit();

        try (LakeLoad load = table.newLoad("load-2")) {
            load.writeRow(values(9, "z", null));
            load.commit(true);
        }

        assertThat(fixture.ours()).containsExactly("[9, %s, null]".formatted(text("z"))).isEqualTo(fixture.referee());
        assertThat(fixture.load().sourceFiles().values().iterator().next().deletes()).isEmpty();
    }

    @Test
    void aLoadRolledBackMayBeLoadedAgain() throws Exception {
        LakeTable table = create();
        try (LakeLoad load = table.newLoad("base")) {
            load.writeRow(values(1, "a", 1L));
            load.commit(false);
        }
        long base = fixture.load().snapshotId();
        try (LakeLoad load = table.newLoad("x")) {
            load.writeRow(values(2, "b", 2L));
            load.commit(false);
        }
        fixture.table().manageSnapshots().rollbackTo(base).commit();

        try (LakeLoad load = table.newLoad("x")) {
            load.writeRow(values(2, "b", 2L));
            load.commit(false);
        }

        assertThat(fixture.ours()).hasSize(2);
    }

    @Test
    void aParquetFileThatFitsIsTakenAsItIs() throws Exception {
        LakeTable table = create();
        Path file = fitting(1000);

        try (LakeLoad load = table.newLoad("p")) {
            load.addParquet("file:" + file);
            load.commit(false);
        }

        LakeTable.SourceFile source = fixture.load().sourceFiles().values().iterator().next();
        assertThat(Files.readAllBytes(LocalFileIO.path(source.path()))).isEqualTo(Files.readAllBytes(file));
        assertThat(source.path()).startsWith(table.location() + "/data/");
        assertThat(source.rowCount()).isEqualTo(1000);
        assertThat(fixture.ours()).hasSize(1000).contains("[4, %s, 400]".formatted(text("n4")), "[5, null, 500]");
        // Iceberg's generic reader knows no name mapping; its metrics do
        DataFile added = fixture.table().newScan().includeColumnStats().planFiles().iterator().next().file();
        assertThat((Long) Conversions.fromByteBuffer(Types.LongType.get(), added.upperBounds().get(1))).isEqualTo(999);
        assertThat(added.nullValueCounts().get(2)).isEqualTo(500);
        assertThat(added.splitOffsets()).isNotEmpty();
    }

    @Test
    void aParquetFileIsTakenAsItIsAfterAColumnWasRenamed() throws Exception {
        create();
        fixture.table().updateSchema().renameColumn("name", "label").commit();
        Path file = fitting(4);

        try (LakeLoad load = fixture.load().newLoad("p")) {
            load.addParquet(file.toString());
            load.commit(false);
        }

        assertThat(fixture.load().fields().get(1).name()).isEqualTo("label");
        assertThat(fixture.ours()).contains("[2, %s, 200]".formatted(text("n2")));
    }

    @Test
    void aParquetFileThatDoesNotFitNamesTheColumnAndBothTypes() throws Exception {
        LakeTable table = create();
        Path wrongType = foreign("type.parquet", "message m { required int64 id; optional double price; }", 1,
                (group, index) -> group.append("id", 1L).append("price", 1.0));
        Path unknown = foreign("unknown.parquet", "message m { required int64 id; optional int32 colour; }", 1,
                (group, index) -> group.append("id", 1L));
        Path missing = foreign("missing.parquet", "message m { optional binary name (STRING); }", 1, (group, index) ->
                { });
        Path nulls = foreign("nulls.parquet", "message m { optional int64 id; }", 2, (group, index) -> {
            if (index == 0) {
                group.append("id", 1L);
            }
        });
        Path noNulls = foreign("nonulls.parquet", "message m { optional int64 id; }", 2, (group, index) ->
                group.append("id", 7L));
        Path text = Files.writeString(directory.resolve("text.parquet"), "this is not Parquet at all");

        try (LakeLoad load = table.newLoad("p")) {
            assertFails(() -> load.addParquet(wrongType.toString()), ErrorCode.SCHEMA_MISMATCH, "[price]", "double",
                    "decimal(12, 2)");
            assertFails(() -> load.addParquet(unknown.toString()), ErrorCode.SCHEMA_MISMATCH, "[colour]",
                    "not in the table");
            assertFails(() -> load.addParquet(missing.toString()), ErrorCode.SCHEMA_MISMATCH, "[id]", "required");
            assertFails(() -> load.addParquet(nulls.toString()), ErrorCode.SCHEMA_MISMATCH, "[id]", "NULL");
            assertFails(() -> load.addParquet(text.toString()), ErrorCode.BAD_INPUT_FILE, "text.parquet");
            assertFails(() -> load.addParquet(directory.resolve("nowhere").toString()), ErrorCode.FILE_NOT_FOUND,
                    "nowhere");
            load.addParquet(noNulls.toString());
            load.commit(false);
        }

        assertThat(fixture.ours()).containsExactly("[7, null, null]", "[7, null, null]");
    }

    @Test
    void unsignedAndMillisecondColumnsAreRewritten() throws Exception {
        fixture.lake.create(LakeFixture.NAME, List.of(new Field(0, "u", ColumnType.LONG, true),
                new Field(0, "t", ColumnType.TIMESTAMP, true)), Map.of());
        Path file = foreign("old.parquet",
                "message m { optional int64 t (TIMESTAMP(MILLIS, false)); optional int32 u (INTEGER(32, false)); }", 2,
                (group, index) -> group.append("t", 1234L).append("u", -1 - index));
        assertThat(fixture.lake.parquetColumns(file.toString()).toString()).isEqualTo("[t TIMESTAMP, u LONG]");

        try (LakeLoad load = fixture.load().newLoad("p")) {
            load.addParquet(file.toString());
            load.commit(false);
        }

        assertThat(fixture.ours()).containsExactly("[4294967294, 1234000]", "[4294967295, 1234000]")
                .isEqualTo(fixture.referee());
        Table table = fixture.table();
        assertThat(table.newScan().filter(Expressions.equal("t", 1234000L)).planFiles()).hasSize(1);
    }

    @Test
    void rowsOfAPartitionedTableGoToTheirPartitions() throws Exception {
        Schema schema = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "name", Types.StringType.get()),
                Types.NestedField.optional(3, "price", Types.DecimalType.of(12, 2)));
        fixture.create(schema, PartitionSpec.builderFor(schema).bucket("id", 4).identity("name").build(), 2);
        Path file = fitting(20);

        try (LakeLoad load = fixture.load().newLoad("p")) {
            for (int index = 0; index < 100; index++) {
                load.writeRow(values(index, index % 3 == 0 ? null : "p" + index % 40, 5L));
            }
            load.addParquet(file.toString());
            assertThat(load.rowCount()).isEqualTo(120);
            load.commit(false);
        }

        assertThat(fixture.ours()).hasSize(120).isEqualTo(fixture.referee());
        assertThat(fixture.table().newScan().filter(Expressions.equal("name", "p4")).planFiles())
                .allSatisfy(task -> assertThat(task.file().partition().get(1, Object.class).toString()).isEqualTo("p4"))
                .isNotEmpty();
    }

    @Test
    void valuesThatDoNotFitNameTheirColumn() throws Exception {
        LakeTable table = create();
        try (LakeLoad load = table.newLoad("x")) {
            assertFails(() -> load.writeRow(new Object[] {null, null, null}), ErrorCode.BAD_INPUT_ROW, "[id]");
            assertFails(() -> load.writeRow(values(1, "a", 1_000_000_000_000L)), ErrorCode.BAD_INPUT_ROW, "[price]",
                    "1000000000000");
        }
        assertThat(dataFiles()).isZero();
    }

    @Test
    void filesRollAtTheTargetSize() throws Exception {
        LakeTable table = fixture.lake.create(LakeFixture.NAME, COLUMNS, Map.of("write.target-file-size-bytes", "20000",
                "write.parquet.row-group-size-bytes", "20000", "write.parquet.page-size-bytes", "2000"));
        Random random = new Random(1);
        try (LakeLoad load = table.newLoad("x")) {
            for (int index = 0; index < 50_000; index++) {
                load.writeRow(values(random.nextLong(), "n" + random.nextInt(), random.nextLong(1_000_000)));
            }
            load.commit(false);
        }

        assertThat(fixture.load().sourceFiles()).hasSizeGreaterThan(3);
        assertThat(fixture.ours()).hasSize(50_000);
    }

    @Test
    void aLoadWithoutRowsLeavesItsIdAllTheSame() throws Exception {
        LakeTable table = create();
        try (LakeLoad load = table.newLoad("empty")) {
            long snapshot = load.commit(false);
            assertThat(fixture.load().snapshotOfLoad("empty")).contains(snapshot);
        }
        assertThat(fixture.ours()).isEmpty();
    }

    @Test
    void aLoadIntoATableThatWasReplacedConflicts() throws Exception {
        LakeTable table = create();
        try (LakeLoad load = table.newLoad("x")) {
            load.writeRow(values(1, "a", 1L));
            fixture.lake.drop(LakeFixture.NAME, false);
            create();
            assertFails(() -> load.commit(false), ErrorCode.LOAD_CONFLICT, "main.t");
        }
        assertThat(fixture.ours()).isEmpty();
    }
}
