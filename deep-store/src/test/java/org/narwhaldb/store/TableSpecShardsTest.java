package org.narwhaldb.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TableSpecShardsTest {
    @Test
    void a_table_leaves_the_pool_above_64_segments_and_comes_back_below_16() {
        TableSpec spec = TableSpec.of(Map.of());

        assertThat(spec.shardCount(0, 0)).isEqualTo(TableSpec.POOL_SHARDS);
        assertThat(spec.shardCount(64, TableSpec.POOL_SHARDS)).isEqualTo(TableSpec.POOL_SHARDS);
        assertThat(spec.shardCount(65, TableSpec.POOL_SHARDS)).isEqualTo(TableSpec.OWN_SHARDS);
        assertThat(spec.shardCount(1_000_000, TableSpec.OWN_SHARDS)).isEqualTo(TableSpec.OWN_SHARDS);
        assertThat(spec.shardCount(16, TableSpec.OWN_SHARDS)).isEqualTo(TableSpec.OWN_SHARDS);
        assertThat(spec.shardCount(15, TableSpec.OWN_SHARDS)).isEqualTo(TableSpec.POOL_SHARDS);
        assertThat(spec.shardCount(20, 8)).as("the property was removed").isEqualTo(TableSpec.POOL_SHARDS);
    }

    @Test
    void the_number_that_the_table_names_counts() {
        TableSpec spec = TableSpec.of(Map.of("narwhal.shards", "1024"));

        assertThat(spec.shardCount(1, 0)).isEqualTo(1024);
        assertThat(spec.shardCount(1_000, TableSpec.OWN_SHARDS)).isEqualTo(1024);
    }

    @Test
    void what_was_decided_is_decided_again() {
        TableSpec spec = TableSpec.of(Map.of());
        for (int segments = 0; segments < 200; segments++) {
            for (int before : new int[] {0, 8, TableSpec.OWN_SHARDS, TableSpec.POOL_SHARDS}) {
                int shards = spec.shardCount(segments, before);
                assertThat(spec.shardCount(segments, shards)).as("%d segments after %d shards", segments, before).isEqualTo(shards);
            }
        }
    }
}
