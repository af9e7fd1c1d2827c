package org.narwhaldb.flight.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.store.version.SegmentEntry;

final class SegmentRouterTest {
    private static final int SHARDS = 16;

    @Test
    void everyPairStandsInExactlyOnePartWhoseServerHoldsItsShards() {
        long seed = Long.getLong("narwhal.seed", new java.security.SecureRandom().nextLong());
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<SegmentEntry> segments = segments(random.nextInt(60), random);
            Map<Integer, List<String>> holders = new HashMap<>();
            for (int shard = 0; shard < SHARDS; shard++) {
                List<String> of = new ArrayList<>();
                for (int server = 0; server < 4; server++) {
                    if (random.nextInt(3) > 0) {
                        of.add("s" + server);
                    }
                }
                holders.put(shard, of);
            }
            SegmentRouter.Request request = new SegmentRouter.Request(segments, SHARDS, holders::get, 3, random.nextBoolean(),
                    random.nextBoolean());

            List<SegmentRouter.Part> parts = SegmentRouter.route(request);

            String what = "seed %d, round %d".formatted(seed, round);
            List<PairId> routed = parts.stream().flatMap(part -> part.pairs().stream()).toList();
            assertThat(routed).as(what).hasSize(segments.size()).doesNotHaveDuplicates();
            for (SegmentRouter.Part part : parts) {
                assertThat(part.number()).as(what).isEqualTo(parts.indexOf(part));
                for (int shard : part.shards()) {
                    if (part.preferredServer() == null) {
                        assertThat(holders.get(shard)).as(what).isEmpty();
                    } else {
                        assertThat(holders.get(shard)).as(what).contains(part.preferredServer());
                    }
                    assertThat(holders.get(shard)).as(what + ": any holder can take the whole part over")
                            .isEqualTo(holders.get(part.shards().getFirst()));
                }
            }
            assertThat(SegmentRouter.route(request)).as(what + ": the same again").isEqualTo(parts);
        }
    }

    @Test
    void serversThatShareTheirCoresAreNotAllAsked() {
        List<SegmentEntry> segments = segments(400, new Random(7));
        List<SegmentRouter.Part> parts = SegmentRouter.route(
                new SegmentRouter.Request(segments, 256, _ -> List.of("b", "a"), 1, false, true));

        assertThat(parts).singleElement().satisfies(part -> assertThat(part.pairs()).hasSize(400));
        assertThat(parts.getFirst().preferredServer()).isEqualTo("a");
    }

    @Test
    void loadSpreadsOverReplicas() {
        List<SegmentEntry> segments = segments(400, new Random(7));
        List<SegmentRouter.Part> parts = SegmentRouter.route(
                new SegmentRouter.Request(segments, 256, _ -> List.of("a", "b"), 1, false, false));
        Map<String, Integer> pairs = new HashMap<>();
        parts.forEach(part -> pairs.merge(part.preferredServer(), part.pairs().size(), Integer::sum));
        assertThat(pairs.get("a")).isBetween(120, 280);
        assertThat(pairs.get("b")).isBetween(120, 280);
    }

    private static List<SegmentEntry> segments(int count, Random random) {
        List<SegmentEntry> segments = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            segments.add(new SegmentEntry("segment-%04d-%x".formatted(number, random.nextLong()), "", "f", "",
                    1 + random.nextInt(100_000), 1, 1, 0, Map.of(), List.of()));
        }
        return segments;
    }
}
