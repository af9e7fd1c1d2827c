package org.narwhaldb.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.cluster.PointerStore;
import org.narwhaldb.ingest.IcebergWriter;
import org.narwhaldb.ingest.IngestFixture;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;

class PublicationTest {
    private static final TableName NAME = new TableName("main", "t");
    private static final TableIdentifier ID = TableIdentifier.of("main", "t");
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "at", Types.TimestampType.withoutZone()));

    @TempDir
    private Path directory;
    private IngestFixture fixture;
    private Table table;

    @BeforeEach
    void open() {
        fixture = new IngestFixture(directory, 7);
        ((SupportsNamespaces) fixture.catalog).createNamespace(Namespace.of("main"));
        table = create();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private Table create() {
        return fixture.catalog.createTable(ID, SCHEMA, PartitionSpec.unpartitioned(), Map.of("narwhal.serve", "true",
                "narwhal.time-column", "at", "narwhal.segment-time", "day", "format-version", "2"));
    }

    @Test
    void appendingOneFileToATableOfManyReadsThatFileOnly() {
        AppendFiles many = table.newAppend();
        for (int file = 0; file < 60; file++) {
            many.appendFile(file(file, 20));
        }
        many.commit();
        fixture.publish(NAME);
        append(99, 20);

        TableVersion version = fixture.publish(NAME);

        assertThat(version.build().filesRead()).isEqualTo(1);
        assertThat(version.build().filesAdded()).isEqualTo(1);
        assertThat(version.build().segmentsBuilt()).isEqualTo(1);
        assertThat(version.build().segmentsReused()).isPositive();
        assertThat(version.parent()).isEqualTo(new VersionId(version.id().incarnation(), version.id().counter() - 1));
        assertServed();
    }

    @Test
    void deletesReadNoDataFileAndMakeNoSegment() {
        DataFile file = append(0, 100);
        append(1, 100);
        fixture.publish(NAME);
        table.newRowDelta().addDeletes(IcebergWriter.positionDeletes(table, file.location(), 3, 5, 7)).commit();

        TableVersion version = fixture.publish(NAME);

        assertThat(version.build().filesRead()).isZero();
        assertThat(version.build().deletesRead()).isEqualTo(1);
        assertThat(version.build().segmentsBuilt()).isZero();
        assertThat(version.rowCount()).isEqualTo(197);
        assertServed();
    }

    @Test
    void rowsComeBackWhenTheirDeletesAreTakenBack() {
        DataFile file = append(0, 10);
        append(1, 10);
        fixture.publish(NAME);
        long before = table.currentSnapshot().snapshotId();
        table.newRowDelta().addDeletes(IcebergWriter.positionDeletes(table, file.location(),
                LongStream.range(0, 10).toArray())).commit();
        assertThat(fixture.publish(NAME).rowCount()).isEqualTo(10);
        table.manageSnapshots().setCurrentSnapshot(before).commit();

        assertThat(fixture.publish(NAME).rowCount()).isEqualTo(20);
        assertServed();
    }

    @Test
    void segmentsStayWithinTheirDayAndAreFullAtMost() {
        table.newAppend().appendFile(IcebergWriter.data(table, rows(0, 5_500, 3))).commit();

        TableVersion version = fixture.publish(NAME);

        assertThat(version.segmentCount()).isGreaterThanOrEqualTo(6);
        for (SegmentEntry entry : fixture.versions.segments(version, shard -> true).values()) {
            SegmentEntry.ColumnBounds time = entry.bounds().get(2);
            assertThat(entry.rowCount()).isLessThanOrEqualTo(IngestFixture.SEGMENT_ROWS_MAX);
            assertThat(Math.floorDiv((Long) time.min(), 86_400_000_000L))
                    .isEqualTo(Math.floorDiv((Long) time.max(), 86_400_000_000L));
        }
        assertServed();
    }

    @Test
    void anUnchangedTableIsNotPublishedAgain() {
        append(0, 10);
        TableVersion first = fixture.publish(NAME);

        assertThat(fixture.publish(NAME).id()).isEqualTo(first.id());
    }

    @Test
    void aTableWithoutASnapshotIsServedEmpty() {
        TableVersion version = fixture.publish(NAME);

        assertThat(version.snapshotId()).isEqualTo(-1);
        assertThat(version.rowCount()).isZero();
        assertServed();
    }

    @Test
    void renamingAColumnRebuildsNothing() {
        append(0, 10);
        fixture.publish(NAME);
        table.updateSchema().renameColumn("id", "key").commit();

        TableVersion version = fixture.publish(NAME);

        assertThat(version.build().filesRead()).isZero();
        assertThat(version.fields().getFirst().name()).isEqualTo("key");
        assertServed();
    }

    @Test
    void aTableDroppedAndCreatedAnewSharesNothing() {
        append(0, 10);
        TableVersion before = fixture.publish(NAME);
        fixture.catalog.dropTable(ID, false);
        table = create();
        append(5, 3);

        TableVersion after = fixture.publish(NAME);

        assertThat(after.tableUuid()).isNotEqualTo(before.tableUuid());
        assertThat(after.id().counter()).isEqualTo(before.id().counter() + 1);
        assertThat(after.rowCount()).isEqualTo(3);
        assertServed();
    }

    @Test
    void afterAWipeOfTheClusterSegmentsAreUsedAgainUnderANewIncarnation() {
        append(0, 10);
        TableVersion before = fixture.publish(NAME);
        fixture.wipeCluster();
        append(1, 10);

        TableVersion after = fixture.publish(NAME);

        assertThat(after.id().incarnation()).isNotEqualTo(before.id().incarnation());
        assertThat(after.parent()).isNull();
        assertThat(after.build().filesRead()).isEqualTo(1);
        assertServed();
    }

    @Test
    void afterALossOfTheSegmentStoreEverythingIsBuiltAgain() throws Exception {
        append(0, 10);
        fixture.publish(NAME);
        for (var entry : fixture.store.list("")) {
            fixture.store.delete(entry.name());
        }
        table.updateProperties().set("note", "touched").commit();
        append(1, 1);

        assertThat(fixture.publish(NAME).rowCount()).isEqualTo(11);
        assertServed();
    }

    @Test
    void aDamagedSegmentIsFoundWhenItsDeletesChangeAndAllIsBuiltAgain() throws Exception {
        DataFile file = append(0, 100);
        TableVersion version = fixture.publish(NAME);
        String segment = fixture.versions.segments(version, shard -> true).values().iterator().next().file();
        Path local = fixture.store.local(segment).orElseThrow();
        byte[] bytes = Files.readAllBytes(local);
        Files.write(local, Arrays.copyOf(bytes, bytes.length / 2));
        table.newRowDelta().addDeletes(IcebergWriter.positionDeletes(table, file.location(), 1)).commit();

        assertThat(fixture.publish(NAME).rowCount()).isEqualTo(99);
        assertServed();
    }

    @Test
    void aMissingSourceFileKeepsTheLastVersionAndNamesTheFile() throws Exception {
        append(0, 10);
        TableVersion before = fixture.publish(NAME);
        DataFile lost = append(1, 10);
        Files.delete(Path.of(lost.location().replaceFirst("^file:(//)?", "")));

        assertThatThrownBy(() -> fixture.publish(NAME)).isInstanceOfSatisfying(NarwhalException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_FILE_MISSING);
            assertThat(e.getMessage()).contains(lost.location());
        });
        assertThat(fixture.pointers().read(NAME).orElseThrow().version()).isEqualTo(before.id());
    }

    @Test
    void aSourceFileThatGoesWithItsSnapshotIsNoError() throws Exception {
        append(0, 10);
        fixture.publish(NAME);
        DataFile replaced = append(1, 10);
        Publication publication = fixture.publication(NAME, 1);
        publication.advance();
        table.newDelete().deleteFile(replaced).commit();
        Files.delete(Path.of(replaced.location().replaceFirst("^file:(//)?", "")));

        publication.run();

        assertThat(publication.version().rowCount()).isEqualTo(10);
        assertServed();
    }

    @Test
    void aDamagedSourceFileIsATypedError() throws Exception {
        DataFile file = append(0, 10);
        Files.write(Path.of(file.location().replaceFirst("^file:(//)?", "")), new byte[200]);

        assertThatThrownBy(() -> fixture.publish(NAME)).isInstanceOfSatisfying(NarwhalException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT_FILE);
            assertThat(e.getMessage()).contains(file.location());
        });
        assertThat(fixture.pointers().read(NAME)).isEmpty();
    }

    @Test
    void aLeaderPausedBeforeAnyStepCanDoNoHarm() {
        append(0, 10);
        fixture.publish(NAME);
        for (int pausedAfter = 0; pausedAfter < 4; pausedAfter++) {
            append(1 + pausedAfter, 10);
            Publication paused = fixture.publication(NAME, 1);
            for (int step = 0; step < pausedAfter; step++) {
                paused.advance();
            }
            append(50 + pausedAfter, 10);
            VersionId won = fixture.publication(NAME, 2).run().id();

            paused.run();

            assertThat(paused.published()).as("paused after %d steps", pausedAfter).isFalse();
            assertThat(fixture.pointers().read(NAME).orElseThrow().version()).isEqualTo(won);
            assertServed();
        }
    }

    @Test
    void dyingBetweenStepsLeavesNoEffectAndTheNextLeaderPublishes() {
        append(0, 10);
        VersionId before = fixture.publish(NAME).id();
        append(1, 10);
        for (int steps = 0; steps < 4; steps++) {
            Publication dying = fixture.publication(NAME, 1);
            for (int step = 0; step < steps; step++) {
                dying.advance();
            }
            assertThat(fixture.pointers().read(NAME).orElseThrow().version()).isEqualTo(before);
        }

        assertThat(fixture.publication(NAME, 2).run().rowCount()).isEqualTo(20);
        assertServed();
    }

    @Test
    void anUnknownOutcomeIsLookedUp() {
        append(0, 10);
        for (boolean applies : new boolean[] {true, false}) {
            append(1, 10);
            FlakyPointers pointers = new FlakyPointers(fixture.pointers(), applies);

            Publication publication = new Publication(fixture.seams(pointers), NAME, 1, IngestFixture.progress(),
                    Publication.Mode.CHANGES);
            publication.run();

            assertThat(publication.published()).isTrue();
            assertThat(pointers.calls).isEqualTo(applies ? 1 : 2);
            assertServed();
        }
    }

    @Test
    void manySmallSegmentsOfADayAreMergedIntoOneVersionOfTheSameSnapshot() {
        for (int file = 0; file < 20; file++) {
            table.newAppend().appendFile(IcebergWriter.data(table, rows(file * 10, 10, 1))).commit();
            fixture.publish(NAME);
        }
        TableVersion before = fixture.publish(NAME);

        TableVersion merged = new Publication(fixture.seams(), NAME, 1, IngestFixture.progress(),
                Publication.Mode.MERGE).run();

        assertThat(before.segmentCount()).isEqualTo(20);
        assertThat(merged.segmentCount()).isEqualTo(1);
        assertThat(merged.snapshotId()).isEqualTo(before.snapshotId());
        assertServed();
    }

    @Test
    void theNumbersOfASegmentStayRightWhenItsFilesLeaveOneByOne() {
        List<DataFile> files = new ArrayList<>();
        AppendFiles append = table.newAppend();
        for (int file = 0; file < 5; file++) {
            files.add(IcebergWriter.data(table, rows(file * 10, 10, 1)));
            append.appendFile(files.getLast());
        }
        append.commit();
        assertThat(fixture.publish(NAME).segmentCount()).isEqualTo(1);
        for (int file = 0; file < 5; file++) {
            long before = table.currentSnapshot().snapshotId();
            table.newDelete().deleteFile(files.get(file)).commit();
            TableVersion version = fixture.publish(NAME);
            assertThat(version.build().filesRead()).isZero();
            assertServed();
            if (file == 2) {
                table.manageSnapshots().setCurrentSnapshot(before).commit();
                assertThat(fixture.publish(NAME).build().filesRead()).as("the file is back").isEqualTo(1);
                assertServed();
                table.newDelete().deleteFile(files.get(file)).commit();
            }
        }
        assertThat(fixture.publish(NAME).segmentCount()).isZero();
    }

    private void assertServed() {
        assertThat(fixture.served(NAME)).isEqualTo(fixture.referee(NAME));
    }

    private DataFile append(int number, int count) {
        DataFile file = file(number, count);
        table.newAppend().appendFile(file).commit();
        return file;
    }

    private DataFile file(int number, int count) {
        return IcebergWriter.data(table, rows(number * 1_000, count, 1));
    }

    /// Over the given number of days, in rotation.
    private static List<Record> rows(int from, int count, int days) {
        List<Record> rows = new ArrayList<>();
        for (int each = 0; each < count; each++) {
            rows.add(IcebergWriter.row(SCHEMA, (long) from + each,
                    LocalDateTime.of(2026, 1, 1 + each % days, 0, 0).plusSeconds(each)));
        }
        return rows;
    }

    /// Breaks the connection on the first compare-and-set, before or after it took effect.
    private static final class FlakyPointers implements PointerStore {
        private final PointerStore inner;
        private final boolean applies;
        private int calls;

        FlakyPointers(PointerStore inner, boolean applies) {
            this.inner = inner;
            this.applies = applies;
        }

        @Override
        public Optional<Pointer> read(TableName table) {
            return inner.read(table);
        }

        @Override
        public Map<TableName, Pointer> readAll() {
            return inner.readAll();
        }

        @Override
        public Outcome compareAndSet(TableName table, Optional<Pointer> expected, VersionId next) {
            if (calls++ > 0) {
                return inner.compareAndSet(table, expected, next);
            }
            if (applies) {
                inner.compareAndSet(table, expected, next);
            }
            return Outcome.UNKNOWN;
        }

        @Override
        public Outcome remove(TableName table, Pointer expected) {
            return inner.remove(table, expected);
        }

        @Override
        public AutoCloseable watch(Runnable listener) {
            return inner.watch(listener);
        }
    }
}
