package org.narwhaldb.flight.version;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;

final class ServableVersionsTest {
    private static final TableName TABLE = new TableName("main", "t");
    private static final int SHARDS = 8;

    private final ServableVersions versions = new ServableVersions();

    @Test
    void aVersionIsServableOnceEveryShardWithSegmentsIsHeldSomewhere() {
        VersionManifest first = manifest(1, "a", "b", "c");
        versions.published(first);
        assertThat(versions.servable(TABLE)).isEmpty();

        ShardSet needed = first.requiredShards();
        int one = first.segments().getFirst().shard(SHARDS);
        versions.holds("s0", held(first, ShardSet.of(one)));
        assertThat(versions.servable(TABLE).isPresent()).isEqualTo(needed.minus(ShardSet.of(one)).isEmpty());

        versions.holds("s1", held(first, needed.minus(ShardSet.of(one))));
        assertThat(versions.servable(TABLE)).contains(first);
        assertThat(versions.missingShards(first).isEmpty()).isTrue();
    }

    @Test
    void theOldVersionAnswersUntilTheNewOneIsHeldWhole() {
        VersionManifest first = manifest(1, "a", "b");
        VersionManifest second = manifest(2, "a", "b", "c", "d", "e");
        versions.published(first);
        versions.holds("s0", held(first, first.requiredShards()));
        versions.published(second);
        assertThat(versions.servable(TABLE)).contains(first);

        versions.holds("s0", held(second, second.requiredShards()));
        assertThat(versions.servable(TABLE)).contains(second);
        assertThat(versions.reached(TABLE, second.version().id())).isTrue();
    }

    @Test
    void lostServersNeverTakeTheChoiceBack() {
        VersionManifest first = manifest(1, "a");
        VersionManifest second = manifest(2, "a", "b");
        versions.published(first);
        versions.published(second);
        versions.holds("s0", held(second, second.requiredShards()));
        versions.serverGone("s0");
        versions.holds("s1", held(first, first.requiredShards()));

        assertThat(versions.servable(TABLE)).contains(second);
        assertThat(versions.missingShards(second).isEmpty()).isFalse();
    }

    @Test
    void aFrontEndThatStartsInMidPublicationAnswersFromThePredecessor() {
        VersionManifest first = manifest(1, "a");
        VersionManifest second = manifest(2, "a", "b", "c");
        versions.holds("s0", held(first, first.requiredShards()));
        versions.published(second);
        versions.precededBy(first);
        assertThat(versions.servable(TABLE)).contains(first);
    }

    @Test
    void aVersionLeftBehindIsNotTakenUpAgainWhenSomebodyTellsOfIt() {
        VersionManifest first = manifest(1, "a");
        VersionManifest second = manifest(2, "b");
        versions.published(first);
        versions.published(second);
        versions.holds("s0", Map.of(TABLE, Map.of(first.version().id(), first.requiredShards(), second.version().id(),
                second.requiredShards())));
        versions.published(first);
        assertThat(versions.servable(TABLE)).contains(second);
        assertThat(versions.newest(TABLE)).contains(second);
    }

    @Test
    void aFloorOfAnotherIncarnationIsReachedOnlyOnceThatOneIsKnownToHaveEnded() {
        VersionManifest first = manifest(5, "a");
        VersionId later = new VersionId("def", 1);
        versions.published(first);
        versions.holds("s0", held(first, first.requiredShards()));
        assertThat(versions.reached(TABLE, later)).isFalse();

        versions.ended(TABLE, later.incarnation(), later.incarnation());
        assertThat(versions.reached(TABLE, later)).as("the pointer names it, and it is not pinned yet").isFalse();

        versions.ended(TABLE, later.incarnation(), first.version().id().incarnation());
        assertThat(versions.reached(TABLE, later)).as("the pointer names the pinned one").isTrue();
    }

    @Test
    void aTableThatIsNoLongerServedIsForgotten() {
        versions.published(manifest(1, "a"));
        versions.retain(Set.of());
        assertThat(versions.tables()).isEmpty();
    }

    /// Random publications, holdings and losses: what is servable was published, only moves forward, and was held whole when chosen.
    @Test
    void theChoiceOnlyMovesForwardWhateverHappens() {
        long seed = Long.getLong("narwhal.seed", new java.security.SecureRandom().nextLong());
        Random random = new Random(seed);
        List<VersionManifest> published = new ArrayList<>();
        Map<String, Map<TableName, Map<VersionId, ShardSet>>> world = new HashMap<>();
        long last = 0;
        for (int step = 0; step < 2_000; step++) {
            switch (random.nextInt(3)) {
                case 0 -> {
                    String[] segments = new String[random.nextInt(6)];
                    java.util.Arrays.setAll(segments, _ -> "segment" + random.nextInt(50));
                    published.add(manifest(published.size() + 1, segments));
                    versions.published(published.getLast());
                }
                case 1 -> {
                    String server = "s" + random.nextInt(3);
                    Map<VersionId, ShardSet> shards = new HashMap<>();
                    for (VersionManifest manifest : published.subList(Math.max(0, published.size() - 4), published.size())) {
                        ShardSet some = random.nextBoolean() ? manifest.requiredShards() : ShardSet.of(random.nextInt(SHARDS));
                        shards.put(manifest.version().id(), some);
                    }
                    world.put(server, Map.of(TABLE, shards));
                    versions.holds(server, world.get(server));
                }
                default -> {
                    String server = "s" + random.nextInt(3);
                    world.remove(server);
                    versions.serverGone(server);
                }
            }
            long counter = versions.servable(TABLE).map(manifest -> manifest.version().id().counter()).orElse(0L);
            assertThat(counter).as("seed %d, step %d", seed, step).isGreaterThanOrEqualTo(last);
            if (counter > last) {
                VersionManifest chosen = published.get((int) counter - 1);
                assertThat(versions.missingShards(chosen).isEmpty()).as("seed %d, step %d", seed, step).isTrue();
            }
            last = counter;
        }
        assertThat(last).as("seed %d: something became servable", seed).isPositive();
    }

    static VersionManifest manifest(long counter, String... segmentIds) {
        List<SegmentEntry> entries = java.util.Arrays.stream(segmentIds).distinct()
                .map(id -> new SegmentEntry(id, "", id + ".seg", "", 10, 10, 100, 0, Map.of(), List.of())).toList();
        TableVersion version = new TableVersion(new VersionId("abc", counter), null, 1, TABLE, "uuid", counter, counter, 0, "spec", SHARDS, 2,
                null, List.of(), 0, 0, entries.size(), Map.of(), List.of(), List.of(), null);
        return VersionManifest.of(version, entries);
    }

    private static Map<TableName, Map<VersionId, ShardSet>> held(VersionManifest manifest, ShardSet shards) {
        return Map.of(TABLE, Map.of(manifest.version().id(), shards));
    }
}
