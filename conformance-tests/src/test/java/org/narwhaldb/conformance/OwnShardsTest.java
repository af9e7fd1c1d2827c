package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.narwhaldb.conformance.IcebergTables.row;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.narwhaldb.launcher.client.NarwhalClient;

/// A table leaves the pool for shards of its own, and these for others, while it is queried.
final class OwnShardsTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.required(2, "day", Types.DateType.get()));
    private static final int DAYS = 70;

    @Test
    void readersNoticeNothingOfATableThatMovesToOtherShards() throws Exception {
        OwnCluster cluster = OwnCluster.shared();
        try (IcebergTables lake = new IcebergTables(cluster.home().catalogProperties())) {
            // given
            Table table = lake.create("outgrowing", SCHEMA, PartitionSpec.unpartitioned(), 2);
            table.updateProperties().set("narwhal.time-column", "day").set("narwhal.segment-time", "day").commit();
            lake.append(table, row(SCHEMA, -1L, LocalDate.of(2025, 12, 31)));
            cluster.serve("main.outgrowing");
            assertThat(resource(cluster)).isEqualTo("pool@_default@2");

            // when
            Record[] rows = new Record[DAYS];
            Arrays.setAll(rows, day -> row(SCHEMA, (long) day, LocalDate.of(2026, 1, 1).plusDays(day)));
            lake.append(table, rows);
            cluster.awaitSnapshot("main.outgrowing", table.currentSnapshot().snapshotId());

            // then
            assertThat(resource(cluster)).isEqualTo("main.outgrowing@_default@128x2");
            AtomicBoolean stopped = new AtomicBoolean();
            try (ExecutorService reader = Executors.newSingleThreadExecutor()) {
                Future<Integer> answers = reader.submit(() -> read(cluster, stopped));
                try {
                    for (int shards : new int[] {8, 32}) {
                        table.updateProperties().set("narwhal.shards", String.valueOf(shards)).commit();
                        String resource = "main.outgrowing@_default@" + shards + "x2";
                        cluster.await("answers come from " + resource, () -> resource(cluster).equals(resource));
                    }
                } finally {
                    stopped.set(true);
                }
                assertThat(answers.get()).isPositive();
            } catch (ExecutionException e) {
                throw new AssertionError("A reader failed", e);
            }
        }
    }

    private static int read(OwnCluster cluster, AtomicBoolean stopped) {
        int answers = 0;
        try (NarwhalClient client = cluster.connect()) {
            do {
                List<Object> totals = Rows.of(client, "SELECT COUNT(*), SUM(id) FROM main.outgrowing").rows().getFirst();
                assertThat(totals.toString()).isEqualTo("[%d, %d]".formatted(DAYS + 1, DAYS * (DAYS - 1) / 2 - 1));
                answers++;
            } while (!stopped.get());
        }
        return answers;
    }

    /// Where the version is that queries are answered from.
    private static String resource(OwnCluster cluster) {
        return cluster.query("SELECT resource FROM sys.versions WHERE table_name = 'outgrowing' AND state = 'SERVABLE'").rows()
                .getFirst().getFirst().toString();
    }
}
