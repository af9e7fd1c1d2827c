package org.narwhaldb.ingest.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.ingest.IcebergWriter;
import org.narwhaldb.ingest.IngestFixture;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.object.ObjectStore;
import org.narwhaldb.store.version.TableVersion;

class GarbageCollectionTest {
    private static final TableName NAME = new TableName("main", "t");
    /// Far beyond the real time at which the files were written.
    private static final Duration LATER = Duration.ofDays(36_500);

    @TempDir
    private Path directory;
    private IngestFixture fixture;

    @BeforeEach
    void open() {
        fixture = new IngestFixture(directory, 5);
        fixture.lake.create(NAME, List.of(new Field(1, "id", ColumnType.LONG, true)), Map.of("narwhal.serve", "true"));
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void aSupersededVersionStaysWholeForTheRetentionAndThenGoes() {
        overwrite(1L);
        TableVersion first = fixture.publish(NAME);
        overwrite(2L);
        TableVersion second = fixture.publish(NAME);
        GarbageCollection garbage = garbage();
        fixture.advance(LATER);

        assertThat(garbage.run(false, () -> false)).as("first seen superseded now").isEmpty();
        assertThat(fixture.rows(first)).containsExactly("[1]");
        fixture.advance(Duration.ofMinutes(16));
        List<String> deleted = garbage.run(false, () -> false);

        assertThat(deleted).isNotEmpty().doesNotContainAnyElementsOf(fixture.versions.files(second));
        assertThat(fixture.served(NAME)).containsExactly("[2]");
        assertThat(fixture.store.list("").stream().map(ObjectStore.Entry::name))
                .containsExactlyInAnyOrderElementsOf(fixture.versions.files(second));
    }

    @Test
    void withoutAPointerNothingIsDeletedUnlessTheTableWasDropped() {
        overwrite(1L);
        fixture.publish(NAME);
        fixture.wipeCluster();
        fixture.advance(LATER);
        GarbageCollection garbage = garbage();

        assertThat(garbage.run(false, () -> false)).isEmpty();
        fixture.advance(Duration.ofDays(1));
        assertThat(garbage.run(false, () -> false)).isEmpty();
        assertThat(garbage.run(true, () -> false)).as("seen superseded only now").isEmpty();
        fixture.advance(Duration.ofDays(1));
        assertThat(garbage.run(true, () -> false)).isNotEmpty();
        assertThat(fixture.store.list("")).isEmpty();
    }

    private GarbageCollection garbage() {
        Retention retention = new Retention(Duration.ofMinutes(15), Duration.ofDays(1));
        return new GarbageCollection(NAME, fixture.store, fixture.versions, fixture.pointers(), retention,
                fixture.clock());
    }

    private void overwrite(long id) {
        var table = fixture.iceberg(NAME);
        var replace = table.newReplacePartitions();
        replace.addFile(IcebergWriter.data(table, List.of(IcebergWriter.row(table.schema(), id)))).commit();
    }
}
