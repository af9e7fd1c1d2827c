package org.narwhaldb.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.ingest.IcebergWriter;
import org.narwhaldb.ingest.IngestFixture;
import org.narwhaldb.ingest.retention.GarbageCollection;
import org.narwhaldb.ingest.retention.Retention;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.TableVersion;

/// A table moves from the pool to shards of its own and from there to others, and no version in use loses its own.
class TableShardsTest {
    private static final TableName NAME = new TableName("main", "t");
    private static final String POOL = "pool@_default@2";
    private static final Duration RETENTION = Duration.ofMinutes(15);
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.required(2, "day", Types.DateType.get()));

    @TempDir
    private Path directory;
    private IngestFixture fixture;
    private TableLeader leader;

    @BeforeEach
    void open() {
        fixture = new IngestFixture(directory, 5);
        fixture.catalog.createTable(TableIdentifier.of("main", "t"), SCHEMA, PartitionSpec.unpartitioned(),
                Map.of("narwhal.serve", "true", "narwhal.time-column", "day", "narwhal.segment-time", "day"));
        leader = leader(1);
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private TableLeader leader(long epoch) {
        return new TableLeader(fixture.seams(), NAME, epoch, new GarbageCollection(NAME, fixture.store, fixture.versions,
                fixture.pointers(), new Retention(RETENTION, Duration.ofDays(1)), fixture.clock()), fixture.cluster());
    }

    private void append(int dayFrom, int days) {
        var table = fixture.iceberg(NAME);
        List<Record> rows = new ArrayList<>();
        for (int day = dayFrom; day < dayFrom + days; day++) {
            rows.add(IcebergWriter.row(table.schema(), (long) day, LocalDate.ofEpochDay(20_000 + day)));
        }
        table.newAppend().appendFile(IcebergWriter.data(table, rows)).commit();
    }

    private TableVersion publish() {
        fixture.advance(Duration.ofSeconds(1));
        return leader.publish(false, _ -> { });
    }

    private Set<String> resources() {
        return fixture.cluster().shardResources().keySet();
    }

    @Test
    void a_table_outgrows_the_pool_and_its_segments_are_not_built_again() {
        append(0, 64);
        TableVersion pooled = publish();
        assertThat(pooled.segmentCount()).isEqualTo(64);
        assertThat(pooled.shardCount()).isEqualTo(256);
        assertThat(resources()).containsExactly(POOL);

        append(64, 1);
        TableVersion own = publish();

        assertThat(own.shardCount()).isEqualTo(128);
        assertThat(own.build().segmentsBuilt()).isEqualTo(1);
        assertThat(resources()).containsExactlyInAnyOrder(POOL, "main.t@_default@128x2");
        assertThat(fixture.rows(own)).hasSize(65).containsAll(fixture.rows(pooled));
        assertThat(fixture.rows(pooled)).hasSize(64);
        append(65, 40);
        assertThat(publish().shardCount()).isEqualTo(128);
        leader.poll();
        assertThat(leader.current().orElseThrow().shardCount()).as("nothing to be done").isEqualTo(128);
    }

    @Test
    void shards_stay_until_no_version_within_the_retention_is_in_them() {
        append(0, 3);
        shards(4);
        TableVersion four = publish();
        shards(8);
        TableVersion eight = publish();
        assertThat(List.of(four.shardCount(), eight.shardCount())).containsExactly(4, 8);

        leader.collectGarbage(false);
        fixture.advance(RETENTION.minusSeconds(1));
        leader.collectGarbage(false);
        assertThat(resources()).containsExactlyInAnyOrder("main.t@_default@4x2", "main.t@_default@8x2");

        fixture.advance(Duration.ofSeconds(1));
        leader.collectGarbage(false);
        assertThat(resources()).containsExactly("main.t@_default@8x2");
        assertThat(fixture.served(NAME)).hasSameSizeAs(fixture.referee(NAME)).hasSize(3);

        fixture.catalog.dropTable(TableIdentifier.of("main", "t"), false);
        fixture.pointers().remove(NAME, fixture.pointers().read(NAME).orElseThrow());
        leader.stop();
        leader.collectGarbage(true);
        fixture.advance(RETENTION);
        leader.collectGarbage(true);
        assertThat(resources()).isEmpty();
    }

    @Test
    void a_leader_that_was_paused_takes_no_shards_from_its_successor() {
        append(0, 3);
        shards(4);
        publish();
        shards(8);
        publish();
        TableShards paused = new TableShards(fixture.cluster(), NAME);

        // it finds that nothing is in the four, stops for long, and goes on when its successor uses them again
        paused.retire(() -> {
            List<TableVersion> seen = List.of(leader.current().orElseThrow());
            shards(4);
            leader = leader(2);
            assertThat(publish().shardCount()).isEqualTo(4);
            return Optional.of(seen);
        });

        assertThat(resources()).contains("main.t@_default@4x2");
    }

    @Test
    void a_drop_between_the_claim_and_the_switch_is_made_good() {
        append(0, 3);
        shards(4);
        TableShards shards = new TableShards(fixture.cluster(), NAME);
        TableVersion next = fixture.publish(NAME);
        shards.claim(next);
        new TableShards(fixture.cluster(), NAME).retire(() -> Optional.of(List.of()));
        assertThat(resources()).isEmpty();

        shards.settled(next);

        assertThat(resources()).containsExactly("main.t@_default@4x2");
    }

    @Test
    void publishing_in_the_same_layout_asks_for_nothing() {
        append(0, 3);
        shards(4);
        publish();
        int stamp = fixture.cluster().shardResources().get("main.t@_default@4x2").stamp();

        append(3, 1);
        publish();

        assertThat(fixture.cluster().shardResources().get("main.t@_default@4x2").stamp()).isEqualTo(stamp);
    }

    private void shards(int count) {
        fixture.lake.setProperties(NAME, Map.of("narwhal.shards", String.valueOf(count)));
    }
}
