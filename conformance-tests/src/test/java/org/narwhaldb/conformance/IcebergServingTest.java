package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.narwhaldb.conformance.IcebergTables.row;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Tables that another engine writes by Iceberg's Java API, served by a running cluster that merely polls the catalog: after each commit the answer is,
/// row for row, what Iceberg's own reader says.
final class IcebergServingTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()),
            Types.NestedField.optional(3, "amount", Types.IntegerType.get()));
    private static OwnCluster cluster;
    private static IcebergTables lake;

    @BeforeAll
    static void start() {
        cluster = OwnCluster.started(SharedCluster.temporaryHome());
        lake = new IcebergTables(cluster.home().catalogProperties());
    }

    @AfterAll
    static void stop() {
        lake.close();
        cluster.close();
    }

    /// Waits until the cluster answers for the table as it is now, and compares with Iceberg's own reader.
    private static void assertServed(String name, int rowCount) {
        Table table = lake.load(name);
        List<String> columns = table.schema().columns().stream().map(Types.NestedField::name).toList();
        cluster.awaitSnapshot("main." + name, table.currentSnapshot() == null ? -1 : table.currentSnapshot().snapshotId());
        cluster.await("columns " + columns, () -> cluster.query("SELECT * FROM main." + name + " LIMIT 0").columns().equals(columns));
        Rows rows = cluster.query("SELECT * FROM main." + name);
        Rows expected = lake.read(name);
        assertThat(expected.rows()).as("rows by Iceberg's reader").hasSize(rowCount);
        rows.assertEqualTo(expected, false, name);
        assertThat(cluster.query("SELECT count(*) FROM main." + name).rows()).containsExactly(List.of((long) rowCount));
    }

    private static Table create(String name, PartitionSpec spec, int formatVersion) {
        Table table = lake.create(name, SCHEMA, spec, formatVersion);
        lake.append(table, row(SCHEMA, 1L, "a", 10), row(SCHEMA, 2L, "b", 20), row(SCHEMA, 3L, null, null));
        cluster.serve("main." + name);
        assertServed(name, 3);
        // to serve it was a commit of the table's properties
        table.refresh();
        return table;
    }

    @Test
    void oneFileAppendedToManyIsTheOnlyOneRead() {
        Table table = lake.create("many", SCHEMA, PartitionSpec.unpartitioned(), 2);
        AppendFiles append = table.newAppend();
        for (int index = 0; index < 200; index++) {
            append.appendFile(lake.write(table, List.of(row(SCHEMA, (long) index, "n" + index % 7, index))));
        }
        append.commit();
        cluster.serve("main.many");
        assertServed("many", 200);
        assertThat(cluster.status("main.many").path("lastBuild").path("filesRead").asInt()).isEqualTo(200);

        lake.append(table, row(SCHEMA, 1000L, "late", 1), row(SCHEMA, 1001L, "late", 2));

        assertServed("many", 202);
        var build = cluster.status("main.many").path("lastBuild");
        assertThat(build.path("filesRead").asInt()).as("files read, %s", build).isEqualTo(1);
        assertThat(build.path("filesAdded").asInt()).isEqualTo(1);
        assertThat(build.path("segmentsReused").asInt()).isPositive();
    }

    @Test
    void overwriteRewriteAndRollback() {
        Table table = create("operations", PartitionSpec.unpartitioned(), 2);
        DataFile more = lake.append(table, row(SCHEMA, 4L, "d", 40));
        assertServed("operations", 4);
        long appended = table.currentSnapshot().snapshotId();

        table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue())
                .addFile(lake.write(table, List.of(row(SCHEMA, 9L, "z", 9), row(SCHEMA, 8L, "y", 8)))).commit();
        assertServed("operations", 2);

        table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
        assertServed("operations", 0);

        table.manageSnapshots().rollbackTo(appended).commit();
        assertServed("operations", 4);

        DataFile again = lake.write(table, List.of(row(SCHEMA, 4L, "d", 40)));
        table.newRewrite().deleteFile(more).addFile(again).commit();
        assertServed("operations", 4);
    }

    @Test
    void snapshotsExpireEvenTheOneLastServed() {
        Table table = create("expired", PartitionSpec.unpartitioned(), 2);
        table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue())
                .addFile(lake.write(table, List.of(row(SCHEMA, 5L, "e", 50)))).commit();
        // deletes the files of the first snapshot, too
        table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
        assertThat(table.snapshots()).hasSize(1);
        assertServed("expired", 1);

        lake.append(table, row(SCHEMA, 6L, "f", 60));
        table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
        assertServed("expired", 2);
    }

    @Test
    void positionDeletesApplyAndAddUp() {
        Table table = create("positions", PartitionSpec.unpartitioned(), 2);
        DataFile one = lake.append(table, row(SCHEMA, 4L, "a", 1), row(SCHEMA, 5L, "b", 2), row(SCHEMA, 6L, "c", 3));
        lake.append(table, row(SCHEMA, 7L, "a", 1));
        lake.deletePositions(table, one, 0, 2);
        assertServed("positions", 5);

        lake.deletePositions(table, one, 1);
        assertServed("positions", 4);
        long deleted = table.currentSnapshot().parentId();

        table.manageSnapshots().rollbackTo(deleted).commit();
        assertServed("positions", 5);
    }

    @Test
    void equalityDeletesApplyToOlderRowsOnly() {
        Table table = create("equality", PartitionSpec.unpartitioned(), 2);
        Schema id = table.schema().select("id");
        Schema name = table.schema().select("name");
        DataFile same = lake.write(table, List.of(row(SCHEMA, 1L, "again", 100)));
        table.newRowDelta().addRows(same).addDeletes(lake.equalityDeletes(table, null, id, row(id, 1L)))
                .addDeletes(lake.equalityDeletes(table, null, name, row(name, (Object) null))).commit();
        assertServed("equality", 2);

        lake.append(table, row(SCHEMA, 1L, "later", 1000), row(SCHEMA, 3L, null, 3));
        assertServed("equality", 4);

        table.newRowDelta().addDeletes(lake.equalityDeletes(table, null, id, row(id, 1L), row(id, 2L))).commit();
        assertServed("equality", 1);
    }

    @Test
    void deletionVectorsApplyAndAreReplaced() {
        Table table = create("vectors", PartitionSpec.unpartitioned(), 3);
        DataFile one = lake.append(table, row(SCHEMA, 4L, "a", 1), row(SCHEMA, 5L, "b", 2), row(SCHEMA, 6L, "c", 3));
        DataFile two = lake.append(table, row(SCHEMA, 7L, "a", 1), row(SCHEMA, 8L, "b", 2));
        List<DeleteFile> vectors = lake.deleteByVectors(table, Map.of(one, new long[] {2}, two, new long[] {0}), List.of());
        assertServed("vectors", 6);

        DeleteFile replaced = vectors.stream().filter(vector -> vector.referencedDataFile().equals(one.location())).findFirst().orElseThrow();
        lake.deleteByVectors(table, Map.of(one, new long[] {0, 2}), List.of(replaced));
        assertServed("vectors", 5);
    }

    @Test
    void columnsAreRenamedReorderedWidenedDroppedAndAddedAgain() {
        Table table = create("columns", PartitionSpec.unpartitioned(), 2);
        table.updateSchema().renameColumn("name", "label").updateColumn("amount", Types.LongType.get()).moveFirst("amount").commit();
        assertServed("columns", 3);

        lake.append(table, row(table.schema(), 1L << 40, 4L, "d"));
        assertServed("columns", 4);

        table.updateSchema().deleteColumn("label").commit();
        assertServed("columns", 4);
        table.updateSchema().addColumn("label", Types.StringType.get()).commit();
        assertServed("columns", 4);

        lake.append(table, row(table.schema(), 5L, 5L, "new"));
        assertServed("columns", 5);
        assertThat(cluster.query("SELECT id FROM main.columns WHERE label = 'new' OR label = 'a'").rows()).containsExactly(List.of(5L));
        assertThat(cluster.query("SELECT sum(amount) FROM main.columns").rows().getFirst().getFirst())
                .isEqualTo(10L + 20 + (1L << 40) + 5);
    }

    @Test
    void floatsAndDecimalsWiden() {
        Schema schema = new Schema(Types.NestedField.optional(1, "f", Types.FloatType.get()),
                Types.NestedField.optional(2, "small", Types.DecimalType.of(5, 2)),
                Types.NestedField.optional(3, "large", Types.DecimalType.of(12, 2)));
        Table table = lake.create("widened", schema, PartitionSpec.unpartitioned(), 2);
        lake.append(table, row(schema, 1.5f, new BigDecimal("-1.25"), new BigDecimal("1234567890.12")));
        cluster.serve("main.widened");
        assertServed("widened", 1);

        table.refresh();
        table.updateSchema().updateColumn("f", Types.DoubleType.get()).updateColumn("small", Types.DecimalType.of(20, 2))
                .updateColumn("large", Types.DecimalType.of(38, 2)).commit();
        lake.append(table, row(table.schema(), 2.5, new BigDecimal("99999999999999999.25"),
                new BigDecimal("-123456789012345678901234567890.12")));
        assertServed("widened", 2);
        assertThat(cluster.query("SELECT count(*) FROM main.widened WHERE \"small\" > 100 OR \"large\" > 1000").rows()).containsExactly(List.of(2L));
    }

    @Test
    void partitionSpecsChangeAndDeletesStayInTheirPartition() {
        Table table = lake.create("partitions", SCHEMA, PartitionSpec.builderFor(SCHEMA).identity("name").build(), 2);
        DataFile a = lake.append(table, row(SCHEMA, 1L, "a", 10), row(SCHEMA, 2L, "a", 20));
        lake.append(table, row(SCHEMA, 1L, "b", 10));
        cluster.serve("main.partitions");
        assertServed("partitions", 3);

        Schema id = table.schema().select("id");
        table.newRowDelta().addDeletes(lake.equalityDeletes(table, a.partition(), id, row(id, 1L))).commit();
        assertServed("partitions", 2);

        table.updateSpec().removeField("name").addField(Expressions.bucket("id", 4)).commit();
        lake.append(table, row(SCHEMA, 5L, "c", 50));
        table.updateSpec().removeField("id_bucket_4").commit();
        lake.append(table, row(SCHEMA, 6L, "d", 60));
        assertServed("partitions", 4);

        // written under an unpartitioned spec, it applies everywhere
        table.newRowDelta().addDeletes(lake.equalityDeletes(table, null, id, row(id, 1L), row(id, 6L))).commit();
        assertServed("partitions", 2);
        assertThat(cluster.query("SELECT id FROM main.partitions WHERE name = 'a'").rows()).containsExactly(List.of(2L));
    }

    @Test
    void aTableDroppedAndCreatedUnderTheSameNameIsAnotherTable() {
        create("reborn", PartitionSpec.unpartitioned(), 2);
        lake.drop("reborn");
        Schema other = new Schema(Types.NestedField.optional(1, "word", Types.StringType.get()));
        Table anew = lake.create("reborn", other, PartitionSpec.unpartitioned(), 2);
        anew.updateProperties().set("narwhal.serve", "true").commit();
        lake.append(anew, row(other, "new"), row(other, (Object) null));

        assertServed("reborn", 2);
    }

    @Test
    void aDataFileGoneKeepsTheOldVersionAndIsShown() throws IOException {
        Table table = create("gone", PartitionSpec.unpartitioned(), 2);
        DataFile lost = lake.write(table, List.of(row(SCHEMA, 4L, "lost", 40)));
        Files.delete(Path.of(java.net.URI.create(lost.location()).getPath()));
        table.newAppend().appendFile(lost).commit();

        cluster.await("status names the file", () -> cluster.leaderStatus("main.gone").path("error").path("message").asText()
                .contains(lost.location().substring(lost.location().lastIndexOf('/') + 1)));
        assertThat(cluster.leaderStatus("main.gone").path("error").path("code").asText()).isEqualTo("SOURCE_FILE_MISSING");
        assertThat(cluster.query("SELECT count(*), sum(amount) FROM main.gone").rows()).containsExactly(List.of(3L, 30L));

        table.newDelete().deleteFile(lost.location()).commit();
        lake.append(table, row(SCHEMA, 5L, "found", 50));
        assertServed("gone", 4);
        assertThat(cluster.leaderStatus("main.gone").path("error").isMissingNode()).isTrue();
    }

    @Test
    void everyTypeComesOutAsItWentIn() {
        Types.StructType point = Types.StructType.of(Types.NestedField.optional(101, "x", Types.DoubleType.get()),
                Types.NestedField.optional(102, "tags", Types.ListType.ofOptional(103, Types.StringType.get())));
        Schema schema = new Schema(
                Types.NestedField.required(1, "c_long", Types.LongType.get()), Types.NestedField.optional(2, "c_int", Types.IntegerType.get()),
                Types.NestedField.optional(3, "c_boolean", Types.BooleanType.get()), Types.NestedField.optional(4, "c_float", Types.FloatType.get()),
                Types.NestedField.optional(5, "c_double", Types.DoubleType.get()), Types.NestedField.optional(6, "c_dec9", Types.DecimalType.of(9, 2)),
                Types.NestedField.optional(7, "c_dec18", Types.DecimalType.of(18, 6)), Types.NestedField.optional(8, "c_dec38", Types.DecimalType.of(38, 10)),
                Types.NestedField.optional(9, "c_date", Types.DateType.get()), Types.NestedField.optional(10, "c_time", Types.TimeType.get()),
                Types.NestedField.optional(11, "c_timestamp", Types.TimestampType.withoutZone()),
                Types.NestedField.optional(12, "c_timestamptz", Types.TimestampType.withZone()),
                Types.NestedField.optional(13, "c string", Types.StringType.get()), Types.NestedField.optional(14, "c_uuid", Types.UUIDType.get()),
                Types.NestedField.optional(15, "c_fixed", Types.FixedType.ofLength(5)), Types.NestedField.optional(16, "c_binary", Types.BinaryType.get()),
                Types.NestedField.optional(17, "c_struct", point),
                Types.NestedField.optional(18, "c_list", Types.ListType.ofOptional(104, Types.DecimalType.of(20, 1))),
                Types.NestedField.optional(19, "c_map", Types.MapType.ofOptional(105, 106, Types.StringType.get(), Types.LongType.get())),
                Types.NestedField.optional(20, "c_nanos", Types.TimestampNanoType.withoutZone()),
                Types.NestedField.optional(21, "c_nanostz", Types.TimestampNanoType.withZone()));
        Table table = lake.create("types", schema, PartitionSpec.unpartitioned(), 3);
        List<Record> rows = new ArrayList<>();
        for (int index = 0; index < 40; index++) {
            rows.add(typed(schema, point, index));
        }
        table.newAppend().appendFile(lake.write(table, rows)).commit();
        cluster.serve("main.types");
        assertServed("types", 40);
    }

    /// Every seventh row is NULL but for its key, every other column of some more.
    private static Record typed(Schema schema, Types.StructType pointType, int index) {
        Record row = row(schema, (long) index);
        if (index % 7 == 0) {
            return row;
        }
        LocalDateTime time = LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000).plusHours(index * 1_001L);
        Map<String, Long> map = new LinkedHashMap<>();
        map.put("z" + index, (long) index);
        map.put("a", null);
        Record point = org.apache.iceberg.data.GenericRecord.create(pointType);
        point.set(0, index % 3 == 0 ? null : index / 8.0);
        List<String> tags = new ArrayList<>(List.of("größe", ""));
        tags.add(null);
        point.set(1, tags);
        Object[] values = {(long) index, index * -31, index % 2 == 0, index / 4f, index * 1e300, new BigDecimal("-12345.67"),
            BigDecimal.valueOf(index * 1_000_003L, 6), new BigDecimal("9999999999999999999999999999.0123456789"), LocalDate.ofEpochDay(index * 400L - 4_000),
            LocalTime.ofNanoOfDay(index * 1_234_567_000L), time, time.atOffset(ZoneOffset.UTC), "naïve 🐋 " + index, new UUID(index * 7L, -index),
            new byte[] {1, -1, (byte) index, 0, 5}, ByteBuffer.wrap(("b" + index).getBytes(StandardCharsets.UTF_8)), point,
            List.of(new BigDecimal("1.5"), new BigDecimal("-" + index + ".0")), index % 5 == 0 ? Map.of() : map,
            time.plusNanos(index), time.plusNanos(index).atOffset(ZoneOffset.UTC)};
        for (int column = 1; column < values.length; column++) {
            row.set(column, (index + column) % 11 == 0 ? null : values[column]);
        }
        return row;
    }
}
