package org.narwhaldb.server.hold;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// Random events against a world that keeps its own, naive books; the invariants are checked after every step.
class HoldingsSimulationTest {
    private static final Duration RETENTION = Duration.ofSeconds(100);
    private static final Duration RETRY = Duration.ofSeconds(7);
    private static final int SHARDS = 4;
    private static final int STEPS = 400;

    @Test
    void whateverHappensWhatIsNeededIsAskedForAndNothingElseIsKept() {
        String given = System.getProperty("narwhal.seed");
        long first = given != null ? Long.parseLong(given) : new Random().nextLong();
        for (int round = 0; round < (given != null ? 1 : 300); round++) {
            long seed = first + round;
            try {
                World world = new World(seed);
                for (int step = 0; step < STEPS; step++) {
                    world.step();
                }
                world.settle();
            } catch (Throwable e) {
                throw new AssertionError("narwhal.seed=" + seed, e);
            }
        }
    }

    /// What is true of a version, by the world's books.
    private record Version(VersionOutline outline, Map<Integer, List<NamedPair>> shards, Instant[] supersededAt) {
        private boolean isLive(Instant now) {
            return supersededAt[0] == null || now.isBefore(supersededAt[0].plus(RETENTION));
        }
    }

    private static final class World {
        private final Random random;
        private final Holdings holdings = new Holdings(RETENTION, RETRY, 0);
        private final Map<TableName, List<Version>> versions = new TreeMap<>();
        private final Map<String, BitSet> assigned = new HashMap<>();
        private final Set<PairId> held = new HashSet<>();
        private final Map<PairId, NamedPair> loading = new HashMap<>();
        private final List<HoldAction.ReadShards> reads = new ArrayList<>();
        private final List<PairId> pins = new ArrayList<>();
        private Map<TableName, Map<VersionId, BitSet>> announced = Map.of();
        private long announcedGeneration;
        private Instant now = Instant.EPOCH;
        private int counter;

        private World(long seed) {
            random = new Random(seed);
        }

        private void step() {
            switch (random.nextInt(12)) {
                case 0 -> publish();
                case 1 -> assign();
                case 2 -> unassign();
                case 3, 4 -> answerRead(random.nextInt(4) > 0);
                case 5, 6 -> answerLoad(random.nextInt(4) > 0);
                case 7 -> pinOrUnpin();
                case 8 -> demand();
                case 9 -> drop();
                case 10 -> rollBack();
                default -> pass(Duration.ofSeconds(random.nextInt(30)));
            }
            check();
        }

        private TableName table() {
            return new TableName("main", "t" + random.nextInt(2));
        }

        private String resource() {
            return "r" + random.nextInt(2);
        }

        private void publish() {
            TableName table = table();
            Map<Integer, List<NamedPair>> shards = new HashMap<>();
            for (int shard = 0; shard < SHARDS; shard++) {
                List<NamedPair> pairs = new ArrayList<>();
                for (int index = random.nextInt(3); index > 0; index--) {
                    NamedPair pair = pair(table, shard + SHARDS * random.nextInt(4), random.nextInt(3));
                    if (pairs.stream().noneMatch(other -> other.id().segmentId().equals(pair.id().segmentId()))) {
                        pairs.add(pair);
                    }
                }
                shards.put(shard, pairs);
            }
            VersionOutline outline = new VersionOutline(table, new VersionId("i", ++counter), SHARDS,
                    random.nextBoolean() ? Set.of("r0") : Set.of("r0", "r1"));
            becomeCurrent(table, new Version(outline, shards, new Instant[1]));
        }

        private static NamedPair pair(TableName table, int segment, int live) {
            return new NamedPair(new PairId(table + "-s" + segment, live == 0 ? "" : "l" + live), table, "f", "l", 1);
        }

        private void becomeCurrent(TableName table, Version next) {
            List<Version> all = versions.computeIfAbsent(table, _ -> new ArrayList<>());
            all.stream().filter(version -> version != next && version.supersededAt()[0] == null)
                    .forEach(version -> version.supersededAt()[0] = now);
            next.supersededAt()[0] = null;
            if (!all.contains(next)) {
                all.add(next);
            }
            apply(holdings.published(next.outline(), now));
        }

        private void rollBack() {
            TableName table = table();
            List<Version> live = versions.getOrDefault(table, List.of()).stream().filter(version -> version.isLive(now))
                    .toList();
            if (!live.isEmpty()) {
                becomeCurrent(table, live.get(random.nextInt(live.size())));
            }
        }

        private void drop() {
            if (random.nextInt(4) == 0) {
                TableName table = table();
                versions.getOrDefault(table, List.of()).stream().filter(version -> version.supersededAt()[0] == null)
                        .forEach(version -> version.supersededAt()[0] = now);
                holdings.dropped(table, now);
            }
        }

        private void assign() {
            String resource = resource();
            int shard = random.nextInt(SHARDS);
            assigned.computeIfAbsent(resource, _ -> new BitSet()).set(shard);
            apply(holdings.assigned(resource, shard));
        }

        private void unassign() {
            String resource = resource();
            int shard = random.nextInt(SHARDS);
            assigned.computeIfAbsent(resource, _ -> new BitSet()).clear(shard);
            apply(holdings.unassigned(resource, shard));
        }

        private void answerRead(boolean succeeds) {
            if (reads.isEmpty()) {
                return;
            }
            HoldAction.ReadShards read = reads.remove(random.nextInt(reads.size()));
            if (!succeeds) {
                holdings.readFailed(read.table(), read.version(), read.shards(), now);
                return;
            }
            Version version = versions.get(read.table()).stream()
                    .filter(each -> each.outline().id().equals(read.version())).findFirst().orElseThrow();
            Map<Integer, List<NamedPair>> result = new HashMap<>();
            read.shards().forEach(shard -> result.put(shard, version.shards().get(shard)));
            apply(holdings.shardsRead(read.table(), read.version(), result));
        }

        private void answerLoad(boolean succeeds) {
            if (loading.isEmpty()) {
                return;
            }
            List<PairId> ids = loading.keySet().stream().sorted((a, b) -> a.toString().compareTo(b.toString()))
                    .toList();
            PairId id = ids.get(random.nextInt(ids.size()));
            loading.remove(id);
            if (succeeds) {
                held.add(id);
                apply(holdings.loaded(id));
            } else {
                holdings.failed(id, new NarwhalException(ErrorCode.STORE_UNAVAILABLE, "away"), now);
            }
        }

        private void pinOrUnpin() {
            if (!pins.isEmpty() && random.nextBoolean()) {
                apply(holdings.unpin(pins.remove(random.nextInt(pins.size()))));
                return;
            }
            PairId id = pair(table(), random.nextInt(4 * SHARDS), random.nextInt(3)).id();
            boolean pinned = holdings.pin(id);
            assertThat(pinned).isEqualTo(held.contains(id));
            if (pinned) {
                pins.add(id);
            }
        }

        private void demand() {
            apply(holdings.demanded(pair(table(), random.nextInt(4 * SHARDS), random.nextInt(3)), now));
        }

        private void pass(Duration time) {
            now = now.plus(time);
            apply(holdings.tick(now));
        }

        private void apply(List<HoldAction> actions) {
            for (HoldAction action : actions) {
                switch (action) {
                    case HoldAction.Load(NamedPair pair) -> {
                        assertThat(held).as("asked for what is here").doesNotContain(pair.id());
                        assertThat(loading.put(pair.id(), pair)).as("asked twice for [%s]", pair.id()).isNull();
                    }
                    case HoldAction.ReadShards read -> reads.add(read);
                    case HoldAction.Release(PairId id) -> {
                        assertThat(pins).as("released while it is read").doesNotContain(id);
                        assertThat(needed()).as("released while it is needed").doesNotContain(id);
                        assertThat(held.remove(id)).as("released [%s] without holding it", id).isTrue();
                    }
                }
            }
        }

        /// Pairs of versions within R in assigned shards whose entries the machine has been given.
        private Set<PairId> needed() {
            Set<PairId> result = new HashSet<>();
            for (Version version : live()) {
                BitSet complete = holdings.complete().getOrDefault(version.outline().table(), Map.of())
                        .getOrDefault(version.outline().id(), new BitSet());
                complete.stream().forEach(shard -> version.shards().get(shard).forEach(pair -> result.add(pair.id())));
            }
            return result;
        }

        private List<Version> live() {
            return versions.values().stream().flatMap(List::stream).filter(version -> version.isLive(now)).toList();
        }

        private BitSet assignedTo(Version version) {
            BitSet result = new BitSet();
            version.outline().resources().forEach(resource -> result.or(assigned.getOrDefault(resource, new BitSet())));
            return result;
        }

        private void check() {
            assertThat(held).as("pinned pairs are here").containsAll(pins);
            Map<TableName, Map<VersionId, BitSet>> complete = holdings.complete();
            for (Version version : versions.values().stream().flatMap(List::stream).toList()) {
                BitSet shards = complete.getOrDefault(version.outline().table(), Map.of())
                        .getOrDefault(version.outline().id(), new BitSet());
                shards.stream().forEach(shard -> {
                    assertThat(assignedTo(version).get(shard)).as("announced shards are assigned").isTrue();
                    version.shards().get(shard).forEach(pair -> assertThat(held).as("announced but not here")
                            .contains(pair.id()));
                });
            }
            if (!complete.equals(announced)) {
                assertThat(holdings.generation()).as("a change is announced").isGreaterThan(announcedGeneration);
            }
            announced = complete;
            announcedGeneration = holdings.generation();
        }

        /// Time passes, everything asked for succeeds: exactly what is needed must be here in the end.
        private void settle() {
            while (!pins.isEmpty()) {
                apply(holdings.unpin(pins.removeLast()));
            }
            for (int round = 0; round < 3; round++) {
                pass(RETENTION);
                while (!reads.isEmpty() || !loading.isEmpty()) {
                    answerRead(true);
                    answerLoad(true);
                    check();
                }
            }
            Set<PairId> wanted = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
            for (Version version : live()) {
                assertThat(version.supersededAt()[0]).as("after R only current versions are left").isNull();
                BitSet shards = assignedTo(version);
                assertThat(holdings.complete().get(version.outline().table()).get(version.outline().id()))
                        .isEqualTo(shards);
                shards.stream().forEach(shard -> version.shards().get(shard).forEach(pair -> wanted.add(pair.id())));
            }
            assertThat(held).containsExactlyInAnyOrderElementsOf(wanted);
            assertThat(holdings.failures()).isEmpty();
            assertThat(holdings.loadingCount()).isZero();
        }
    }
}
