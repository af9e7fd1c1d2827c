package org.narwhaldb.cluster.helix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ClusterLayoutTest {
    @Test
    void plain_names_stay_readable() {
        assertThat(ClusterLayout.escape("pool@_default@2")).isEqualTo("pool@_default@2");
        assertThat(ClusterLayout.escape("a/b c")).isEqualTo("a%2Fb%20c");
    }

    @Test
    void relative_path_elements_are_encoded() {
        assertThat(ClusterLayout.escape(".")).isEqualTo("%2E");
        assertThat(ClusterLayout.escape("..")).isEqualTo("%2E%2E");
    }

    @Test
    void any_name_survives_a_round_trip() {
        long seed = Long.getLong("narwhal.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            String name = random.ints(random.nextInt(12), 1, 0x2FFFF).filter(point -> point < 0xD800 || point > 0xDFFF)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();

            String escaped = ClusterLayout.escape(name);

            assertThat(escaped).as("seed %d", seed).matches("[A-Za-z0-9._@%-]*");
            assertThat(ClusterLayout.unescape(escaped)).as("seed %d", seed).isEqualTo(name);
        }
    }
}
