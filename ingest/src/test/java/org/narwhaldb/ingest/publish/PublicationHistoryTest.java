package org.narwhaldb.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.ingest.IcebergWriter;
import org.narwhaldb.ingest.IngestFixture;
import org.narwhaldb.ingest.Seed;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.iceberg.LakeTable;
import org.narwhaldb.store.version.TableVersion;

/// Another engine does whatever Iceberg allows to a table, in random order; after each step, or a few of them, what is
/// published holds exactly the rows that Iceberg's own reader finds.
class PublicationHistoryTest {
    private static final TableName NAME = new TableName("main", "t");
    private static final TableIdentifier ID = TableIdentifier.of("main", "t");
    private static final int STEPS = 40;

    @TempDir
    private Path directory;

    @Test
    @Tag("slow")
    void whateverHappensToTheTableItsRowsAreServed() throws Exception {
        Seed seed = Seed.draw();
        SplittableRandom random = seed.random();
        List<String> history = new ArrayList<>();
        try (IngestFixture fixture = new IngestFixture(directory, seed.value())) {
            ((SupportsNamespaces) fixture.catalog).createNamespace(Namespace.of("main"));
            create(fixture, random);
            for (int step = 0; step < STEPS; step++) {
                history.add(change(fixture, random));
                if (random.nextInt(4) == 0) {
                    continue;
                }
                if (random.nextInt(15) == 0) {
                    history.add("wipe the cluster");
                    fixture.wipeCluster();
                }

                TableVersion version = fixture.publish(NAME);
                if (random.nextInt(3) == 0) {
                    history.add("merge");
                    new Publication(fixture.seams(), NAME, 1, IngestFixture.progress(), Publication.Mode.MERGE).run();
                }

                List<String> expected = fixture.referee(NAME);
                assertSame(fixture.served(NAME), expected, seed + " " + history);
                assertThat(version.rowCount()).as("%s %s", seed, history).isEqualTo(expected.size());
                assertThat(fixture.publish(NAME).snapshotId()).as("%s", seed)
                        .isEqualTo(fixture.lake.load(NAME).snapshotId());
            }
        }
    }

    /// Says only what is too much and what is missing.
    private static void assertSame(List<String> served, List<String> expected, String message) {
        List<String> tooMuch = new ArrayList<>(served);
        List<String> missing = new ArrayList<>(expected);
        expected.forEach(tooMuch::remove);
        served.forEach(missing::remove);
        assertThat(tooMuch).as("too much: %s", message).isEmpty();
        assertThat(missing).as("missing: %s", message).isEmpty();
    }

    private static void create(IngestFixture fixture, SplittableRandom random) {
        Schema schema = new Schema(
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "name", Types.StringType.get()),
                Types.NestedField.optional(3, "at", Types.TimestampType.withoutZone()));
        fixture.catalog.createTable(ID, schema, PartitionSpec.unpartitioned(), Map.of(
                "format-version", "2", "narwhal.serve", "true", "narwhal.time-column", "at", "narwhal.cluster-by",
                "name",
                "narwhal.segment-time", List.of("auto", "day", "month", "all").get(random.nextInt(4))));
    }

    private static String change(IngestFixture fixture, SplittableRandom random) {
        Table table = fixture.iceberg(NAME);
        List<LakeTable.SourceFile> files = new ArrayList<>(fixture.lake.load(NAME).sourceFiles().values());
        // paths are random but for the number that the writer counted up; a seed must repeat its choices
        files.sort(Comparator.comparingInt(file -> Integer.parseInt(file.path()
                .replaceFirst(".*/00001-(\\d+)-.*", "$1"))));
        return switch (files.isEmpty() ? random.nextInt(3) : random.nextInt(16)) {
            case 0, 1, 2, 3 -> append(table, random);
            case 4 -> overwriteAll(table, files, random);
            case 5 -> deleteFile(table, files, random);
            case 6, 7 -> deletePositions(table, files, random);
            case 8 -> {
                table.newRowDelta().addDeletes(IcebergWriter.equalityDelete(table, "id", random.nextLong(50))).commit();
                yield "delete by id";
            }
            case 9 -> rewrite(table, files, random);
            case 10 -> rollBack(table, random);
            case 11 -> {
                table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
                yield "expire";
            }
            case 12 -> evolve(table, random);
            case 13 -> {
                fixture.catalog.dropTable(ID, random.nextBoolean());
                create(fixture, random);
                yield "drop and create";
            }
            case 14 -> {
                table.updateProperties().set("narwhal.cluster-by", random.nextBoolean() ? "id" : "name,id").commit();
                yield "cluster by";
            }
            default -> {
                table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
                yield "delete all";
            }
        };
    }

    private static String append(Table table, SplittableRandom random) {
        var append = table.newAppend();
        int count = 1 + random.nextInt(4);
        for (int file = 0; file < count; file++) {
            append.appendFile(IcebergWriter.data(table, rows(table, random,
                    1 + random.nextInt(random.nextInt(8) == 0 ? 3_000 : 60))));
        }
        append.commit();
        return "append " + count;
    }

    private static List<Record> rows(Table table, SplittableRandom random, int count) {
        List<Record> rows = new ArrayList<>();
        LocalDateTime day = LocalDateTime.of(2025, 1, 1, 0, 0).plusDays(random.nextInt(60));
        int span = 1 + random.nextInt(60 * 24 * 5);
        for (int each = 0; each < count; each++) {
            Object[] values = new Object[table.schema().columns().size()];
            for (int index = 0; index < values.length; index++) {
                Types.NestedField column = table.schema().columns().get(index);
                values[index] = column.isOptional() && random.nextInt(10) == 0 ? null
                        : switch (column.type().typeId()) {
                    case LONG -> random.nextLong(50);
                    case STRING -> "n" + random.nextInt(5);
                    case TIMESTAMP -> day.plusMinutes(random.nextInt(span));
                    case INTEGER -> random.nextInt(100);
                    default -> throw new AssertionError(column);
                };
            }
            rows.add(IcebergWriter.row(table.schema(), values));
        }
        return rows;
    }

    private static String overwriteAll(Table table, List<LakeTable.SourceFile> files, SplittableRandom random) {
        var overwrite = table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
        overwrite.addFile(IcebergWriter.data(table, rows(table, random, 50))).commit();
        return "overwrite " + files.size();
    }

    private static String deleteFile(Table table, List<LakeTable.SourceFile> files, SplittableRandom random) {
        DeleteFiles delete = table.newDelete();
        delete.deleteFile(files.get(random.nextInt(files.size())).path()).commit();
        return "delete a file";
    }

    private static String deletePositions(Table table, List<LakeTable.SourceFile> files, SplittableRandom random) {
        RowDelta delta = table.newRowDelta();
        for (int each = 1 + random.nextInt(2); each > 0; each--) {
            LakeTable.SourceFile file = files.get(random.nextInt(files.size()));
            long[] positions = random.longs(1 + random.nextInt(20), 0, file.rowCount()).distinct().sorted().toArray();
            delta.addDeletes(IcebergWriter.positionDeletes(table, file.path(), positions));
        }
        delta.commit();
        return "delete positions";
    }

    /// Compaction by another engine: a file's live rows in a new file.
    private static String rewrite(Table table, List<LakeTable.SourceFile> files, SplittableRandom random) {
        Snapshot snapshot = table.currentSnapshot();
        DataFile old = null;
        String wanted = files.get(random.nextInt(files.size())).path();
        try (var tasks = table.newScan().planFiles()) {
            for (var task : tasks) {
                old = task.file().location().equals(wanted) && task.deletes().isEmpty() ? task.file() : old;
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        if (old == null) {
            return "rewrite nothing";
        }
        RewriteFiles rewrite = table.newRewrite().validateFromSnapshot(snapshot.snapshotId());
        rewrite.deleteFile(old).addFile(IcebergWriter.data(table,
                rows(table, random, (int) Math.min(5, old.recordCount())))).commit();
        return "rewrite";
    }

    private static String rollBack(Table table, SplittableRandom random) {
        List<Long> ancestors = new ArrayList<>();
        table.snapshots().forEach(snapshot -> ancestors.add(snapshot.snapshotId()));
        table.manageSnapshots().setCurrentSnapshot(ancestors.get(random.nextInt(ancestors.size()))).commit();
        return "set current snapshot";
    }

    private static String evolve(Table table, SplittableRandom random) {
        UpdateSchema update = table.updateSchema();
        Types.NestedField name = table.schema().findField("more");
        switch (random.nextInt(3)) {
            case 0 -> {
                if (name == null) {
                    update.addColumn("more", Types.IntegerType.get());
                } else {
                    update.deleteColumn("more");
                }
            }
            case 1 -> {
                if (name != null && name.type().typeId() == Type.TypeID.INTEGER) {
                    update.updateColumn("more", Types.LongType.get());
                } else {
                    update.moveFirst("at");
                }
            }
            default -> update.addColumn("c" + random.nextInt(1_000_000), Types.StringType.get());
        }
        update.commit();
        return "evolve";
    }
}
