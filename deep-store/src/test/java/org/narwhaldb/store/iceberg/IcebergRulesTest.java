package org.narwhaldb.store.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.narwhaldb.store.iceberg.LakeFixture.row;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The rules by which Iceberg tables are read, each on a table written by Iceberg's own API, against Iceberg's own
/// reader.
class IcebergRulesTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()),
            Types.NestedField.optional(3, "amount", Types.IntegerType.get()));

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

    private static String text(String value) {
        return RowText.ofGeneric(value);
    }

    private void assertSameAsReferee(int rowCount) {
        List<String> rows = fixture.ours();
        assertThat(rows).hasSize(rowCount).isEqualTo(fixture.referee());
    }

    @ParameterizedTest
    @EnumSource(value = FileFormat.class, names = {"PARQUET", "AVRO", "ORC"})
    void columnsAreFoundByIdAfterRenameReorderWideningAndReplacement(FileFormat format) {
        Table table = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 2);
        table.newAppend().appendFile(fixture.write(table, format, row(SCHEMA, 1L, "a", 10),
                row(SCHEMA, 2L, null, null)))
                .commit();

        table.updateSchema().renameColumn("name", "label").updateColumn("amount", Types.LongType.get())
                .moveFirst("amount").commit();
        table.updateSchema().deleteColumn("label").commit();
        table.updateSchema().addColumn("label", Types.StringType.get()).commit();
        table.newAppend().appendFile(fixture.write(table, format, row(table.schema(), 1L << 40, 3L, "new"))).commit();

        assertThat(fixture.load().fields()).extracting("name").containsExactly("amount", "id", "label");
        assertThat(fixture.ours()).containsExactlyInAnyOrder(
                "[10, 1, null]", "[null, 2, null]", "[%d, 3, %s]".formatted(1L << 40, text("new")));
        assertSameAsReferee(3);
    }

    @Test
    void floatsAndDecimalsWiden() {
        Schema schema = new Schema(Types.NestedField.optional(1, "f", Types.FloatType.get()),
                Types.NestedField.optional(2, "small", Types.DecimalType.of(5, 2)),
                Types.NestedField.optional(3, "large", Types.DecimalType.of(12, 2)));
        Table table = fixture.create(schema, PartitionSpec.unpartitioned(), 2);
        fixture.append(table, row(schema, 1.5f, new BigDecimal("-1.25"), new BigDecimal("1234567890.12")));

        table.updateSchema().updateColumn("f", Types.DoubleType.get())
                .updateColumn("small", Types.DecimalType.of(20, 2))
                .updateColumn("large", Types.DecimalType.of(38, 2)).commit();
        fixture.append(table, row(table.schema(), 2.5, new BigDecimal("99999999999999999.25"),
                new BigDecimal("-123456789012345678901234567890.12")));

        assertThat(fixture.ours()).contains("[1.5, -125, 123456789012]");
        assertSameAsReferee(2);
    }

    @Test
    void aColumnAddedWithADefaultHasItInOlderRows() {
        Table table = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 3);
        fixture.append(table, row(SCHEMA, 1L, "a", 10));

        table.updateSchema().addColumn("grade", Types.IntegerType.get(), "", Literal.of(7))
                .addRequiredColumn("day", Types.StringType.get(), "", Literal.of("monday")).commit();
        fixture.append(table, row(table.schema(), 2L, "b", 20, null, "friday"));

        assertThat(fixture.ours()).containsExactlyInAnyOrder(
                "[1, %s, 10, 7, %s]".formatted(text("a"), text("monday")),
                        "[2, %s, 20, null, %s]".formatted(text("b"), text("friday")));
        assertSameAsReferee(2);
    }

    @Test
    void partitionSpecsMayChangeAndDeletesStayInTheirPartition() {
        PartitionSpec byName = PartitionSpec.builderFor(SCHEMA).identity("name").build();
        Table table = fixture.create(SCHEMA, byName, 2);
        DataFile a = fixture.append(table, row(SCHEMA, 1L, "a", 10), row(SCHEMA, 2L, "a", 20));
        fixture.append(table, row(SCHEMA, 1L, "b", 10));
        Schema idOnly = table.schema().select("id");
        table.newRowDelta().addDeletes(fixture.equalityDeletes(table, a.partition(), idOnly, row(idOnly, 1L))).commit();
        assertSameAsReferee(2);

        table.updateSpec().removeField("name").addField(Expressions.bucket("id", 4)).commit();
        fixture.append(table, row(SCHEMA, 5L, "c", 50));
        table.updateSpec().removeField("id_bucket_4").commit();
        fixture.append(table, row(SCHEMA, 6L, "d", 60));
        assertSameAsReferee(4);
        assertThat(fixture.load().partitionFieldIds()).containsExactly(1, 2);

        // written under an unpartitioned spec, it applies everywhere
        table.newRowDelta().addDeletes(fixture.equalityDeletes(table, null, idOnly, row(idOnly, 1L), row(idOnly, 6L)))
                .commit();
        assertSameAsReferee(2);
    }

    @Test
    void positionDeletesApplyToTheFilesTheyName() {
        Table table = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 2);
        DataFile one = fixture.append(table, row(SCHEMA, 1L, "a", 1), row(SCHEMA, 2L, "b", 2), row(SCHEMA, 3L, "c", 3));
        DataFile two = fixture.append(table, row(SCHEMA, 4L, "a", 1), row(SCHEMA, 5L, "b", 2));
        fixture.append(table, row(SCHEMA, 6L, "a", 1));
        DeleteFile both = fixture.positionDeletes(table, null, Map.of(one, new long[] {0, 2}, two, new long[] {1}));
        table.newRowDelta().addDeletes(both).commit();
        DeleteFile again = fixture.positionDeletes(table, null, Map.of(one, new long[] {1, 2}));
        table.newRowDelta().addDeletes(again).commit();

        LakeTable loaded = fixture.load();
        LakeTable.SourceFile first = loaded.sourceFiles().get(one.location());
        assertThat(first.deletes()).contains(both.location(), again.location());
        assertThat(loaded.deletedPositions(first)).containsExactly(0, 1, 2);
        assertSameAsReferee(2);
    }

    @Test
    void equalityDeletesApplyToStrictlyOlderRowsOnly() {
        Table table = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 2);
        DataFile old = fixture.append(table, row(SCHEMA, 1L, "a", 1), row(SCHEMA, 2L, "b", 2),
                row(SCHEMA, 3L, null, 3));
        DataFile same = fixture.write(table, row(SCHEMA, 1L, "a", 100));
        Schema idOnly = table.schema().select("id");
        Schema nameOnly = table.schema().select("name");
        table.newRowDelta().addRows(same)
                .addDeletes(fixture.equalityDeletes(table, null, idOnly, row(idOnly, 1L)))
                .addDeletes(fixture.equalityDeletes(table, null, nameOnly, row(nameOnly, (Object) null))).commit();
        DataFile later = fixture.append(table, row(SCHEMA, 1L, "a", 1000), row(SCHEMA, 9L, null, 3));

        LakeTable loaded = fixture.load();
        assertThat(loaded.deletedPositions(loaded.sourceFiles().get(old.location()))).containsExactly(0, 2);
        assertThat(loaded.deletedPositions(loaded.sourceFiles().get(same.location()))).isEmpty();
        assertThat(loaded.sourceFiles().get(later.location()).deletes()).isEmpty();
        assertSameAsReferee(4);
    }

    @Test
    void equalityDeletesFollowTheirColumnsThroughRenameWideningAndDrop() {
        Table table = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 2);
        fixture.append(table, row(SCHEMA, 1L, "a", 1), row(SCHEMA, 2L, "b", 2), row(SCHEMA, 3L, "c", 3));
        Schema key = table.schema().select("name", "amount");
        table.newRowDelta().addDeletes(fixture.equalityDeletes(table, null, key, row(key, "b", 2), row(key, "c", 4)))
                .commit();
        assertSameAsReferee(2);

        table.updateSchema().renameColumn("name", "label").updateColumn("amount", Types.LongType.get()).commit();
        assertSameAsReferee(2);

        // Iceberg's generic reader cannot do this one: the columns are gone from the schema
        table.updateSchema().deleteColumn("label").commit();
        assertThat(fixture.ours()).containsExactly("[1, 1]", "[3, 3]");
    }

    @Test
    void deletionVectorsOfFormatThree() {
        Table table = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 3);
        DataFile one = fixture.append(table, row(SCHEMA, 1L, "a", 1), row(SCHEMA, 2L, "b", 2), row(SCHEMA, 3L, "c", 3));
        DataFile two = fixture.append(table, row(SCHEMA, 4L, "a", 1), row(SCHEMA, 5L, "b", 2));
        List<DeleteFile> vectors = fixture.deletionVectors(table, Map.of(one, new long[] {2}, two, new long[] {0}));
        var delta = table.newRowDelta();
        vectors.forEach(delta::addDeletes);
        delta.commit();

        LakeTable loaded = fixture.load();
        LakeTable.SourceFile first = loaded.sourceFiles().get(one.location());
        LakeTable.SourceFile second = loaded.sourceFiles().get(two.location());
        assertThat(loaded.deletedPositions(first)).containsExactly(2);
        assertThat(loaded.deletedPositions(second)).containsExactly(0);
        // both stand in one Puffin file
        assertThat(first.deletes().getFirst()).contains("#").isNotEqualTo(second.deletes().getFirst());
        assertThat(first.deletes().getFirst().replaceAll("#.*", ""))
                .isEqualTo(second.deletes().getFirst().replaceAll("#.*", ""));
        assertSameAsReferee(3);
    }

    @Test
    void everyOperationIsFollowed() {
        Table table = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 2);
        assertThat(fixture.load().snapshotId()).isEqualTo(-1);
        assertThat(fixture.load().sourceFiles()).isEmpty();

        DataFile one = fixture.append(table, row(SCHEMA, 1L, "a", 1), row(SCHEMA, 2L, "b", 2));
        DataFile two = fixture.append(table, row(SCHEMA, 3L, "a", 1));
        assertSameAsReferee(3);
        long appended = table.currentSnapshot().snapshotId();

        DataFile compacted = fixture.write(table, row(SCHEMA, 1L, "a", 1), row(SCHEMA, 2L, "b", 2),
                row(SCHEMA, 3L, "a", 1));
        table.newRewrite().deleteFile(one).deleteFile(two).addFile(compacted).commit();
        assertThat(fixture.load().sourceFiles().keySet()).containsExactly(compacted.location());
        assertSameAsReferee(3);

        table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue())
                .addFile(fixture.write(table, row(SCHEMA, 9L, "z", 9))).commit();
        assertSameAsReferee(1);

        table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
        assertSameAsReferee(0);

        table.manageSnapshots().rollbackTo(appended).commit();
        assertThat(fixture.load().snapshotId()).isEqualTo(appended);
        assertSameAsReferee(3);

        fixture.append(table, row(SCHEMA, 4L, "d", 4));
        table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).commit();
        assertSameAsReferee(4);
    }

    @Test
    void aTableDroppedAndCreatedAnewIsAnotherTable() {
        Table table = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 2);
        fixture.append(table, row(SCHEMA, 1L, "a", 1));
        LakeTable before = fixture.load();

        fixture.catalog.dropTable(TableIdentifier.of("main", "t"), false);
        Table anew = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 2);
        fixture.append(anew, row(SCHEMA, 2L, "b", 2));

        assertThat(fixture.load().uuid()).isNotEqualTo(before.uuid());
        assertThat(fixture.ours()).containsExactly("[2, %s, 2]".formatted(text("b")));
        assertThat(fixture.ours(before)).containsExactly("[1, %s, 1]".formatted(text("a")));
        assertThatThrownBy(() -> before.newLoad("x")).isInstanceOfSatisfying(NarwhalException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.LOAD_CONFLICT));
    }

    @Test
    void aLoadedTableDoesNotMoveWithTheCatalog() {
        Table table = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 2);
        fixture.append(table, row(SCHEMA, 1L, "a", 1));
        LakeTable pinned = fixture.load();

        fixture.append(table, row(SCHEMA, 2L, "b", 2));
        table.updateSchema().renameColumn("name", "label").commit();

        assertThat(fixture.ours(pinned)).hasSize(1);
        assertThat(pinned.fields()).extracting("name").contains("name");
        assertThat(fixture.ours()).hasSize(2);
    }

    @Test
    void identityPartitionValuesStandInForColumnsAFileLacks() throws Exception {
        PartitionSpec byName = PartitionSpec.builderFor(SCHEMA).identity("name").build();
        Table table = fixture.create(SCHEMA, byName, 2);
        // as Hive lays files out: the partition column is not in the file
        Schema without = SCHEMA.select("id", "amount");
        DataFile full = fixture.write(table, row(SCHEMA, 0L, "x", 0));
        Path file = directory.resolve("hive.parquet");
        try (var writer = Parquet.write(org.apache.iceberg.Files.localOutput(file.toFile()))
                .schema(without).createWriterFunc(GenericParquetWriter::create)
                .<Record>build()) {
            writer.add(row(without, 1L, 10));
        }
        table.newAppend().appendFile(DataFiles.builder(table.spec()).withPath(file.toString())
                .withFileSizeInBytes(Files.size(file)).withRecordCount(1).withPartition(full.partition()).build())
                        .commit();

        assertThat(fixture.ours()).containsExactly("[1, %s, 10]".formatted(text("x")));
        assertSameAsReferee(1);
    }

    @Test
    void aMissingOrDamagedFileIsNamed() throws Exception {
        Table table = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 2);
        DataFile one = fixture.append(table, row(SCHEMA, 1L, "a", 1));
        DeleteFile delete = fixture.positionDeletes(table, null, Map.of(one, new long[] {0}));
        table.newRowDelta().addDeletes(delete).commit();
        LakeTable loaded = fixture.load();
        LakeTable.SourceFile file = loaded.sourceFiles().get(one.location());

        Path deletePath = LocalFileIO.path(delete.location());
        Files.delete(deletePath);
        assertFails(() -> loaded.deletedPositions(file), ErrorCode.SOURCE_FILE_MISSING, delete.location());

        Path dataPath = LocalFileIO.path(one.location());
        byte[] content = Files.readAllBytes(dataPath);
        Files.write(dataPath, Arrays.copyOf(content, content.length / 2));
        assertFails(() -> LakeFixture.rowsBut(loaded, file), ErrorCode.BAD_INPUT_FILE, one.location());

        Files.delete(dataPath);
        assertFails(() -> loaded.read(file, loaded.fields()).next(), ErrorCode.SOURCE_FILE_MISSING, one.location());
    }

    private static void assertFails(org.assertj.core.api.ThrowableAssert.ThrowingCallable action, ErrorCode code,
            String names) {
        assertThatThrownBy(action).isInstanceOfSatisfying(NarwhalException.class, e -> assertThat(e.code())
                .isEqualTo(code))
                .hasMessageContaining(names);
    }

    @Test
    void typesThatHaveNoHomeYetAreNamed() {
        Schema schema = new Schema(Types.NestedField.optional(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "payload", Types.StructType.of(
                        Types.NestedField.optional(3, "inner", Types.VariantType.get()))));
        fixture.create(schema, PartitionSpec.unpartitioned(), 3);

        assertFails(() -> fixture.load().fields(), ErrorCode.NOT_SUPPORTED, "[payload.inner]");
    }

    @Test
    void sortOrderCountsUpToItsFirstTermThatIsNotAPlainColumn() {
        Table table = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 2);
        assertThat(fixture.load().sortFieldIds()).isEmpty();

        table.replaceSortOrder().asc("amount").asc("id").desc("name").commit();

        assertThat(fixture.load().sortFieldIds()).containsExactly(3, 1);
        assertThat(fixture.load().fields().get(0).type()).isEqualTo(ColumnType.LONG);
    }

    @Test
    void manyFilesArePlannedOnceEach() {
        Table table = fixture.create(SCHEMA, PartitionSpec.unpartitioned(), 2);
        var append = table.newAppend();
        List<String> locations = new ArrayList<>();
        for (int index = 0; index < 50; index++) {
            DataFile file = fixture.write(table, row(SCHEMA, (long) index, "x", index));
            locations.add(file.location());
            append.appendFile(file);
        }
        append.commit();

        assertThat(fixture.load().sourceFiles().keySet()).containsExactlyInAnyOrderElementsOf(locations);
        assertSameAsReferee(50);
    }
}
