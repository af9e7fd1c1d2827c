package org.narwhaldb.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.cluster.ShardId;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.server.ServerWorld.Answer;
import org.narwhaldb.server.hold.NamedPair;
import org.narwhaldb.store.version.SegmentEntry;
import org.narwhaldb.store.version.VersionId;
import org.roaringbitmap.RoaringBitmap;

@Timeout(60)
class SegmentServerTest {
    @TempDir
    Path directory;

    private ServerWorld world;
    private SegmentEntry first;
    private SegmentEntry second;

    @BeforeEach
    void aTableOfTwoSegments() {
        world = new ServerWorld(directory, 1 << 30);
        first = world.segment("aaa", 0, 100, null);
        second = world.segment("bbb", 1_000, 10, RoaringBitmap.bitmapOf(2, 3, 9));
        world.publish(List.of(first, second), List.of());
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(world.memory.reservedBytes()).isZero();
        world.close();
    }

    private static void assertCode(Throwable failure, ErrorCode code, String... words) {
        assertThat(failure).isInstanceOfSatisfying(NarwhalException.class,
                typed -> assertThat(typed.code()).as("%s", typed).isEqualTo(code));
        for (String word : words) {
            assertThat(failure).hasMessageContaining(word);
        }
    }

    @Test
    void aFragmentAnswersForTheLiveRowsOfExactlyThePairsAskedFor() {
        world.loadAll();
        FragmentRequest request = world.request(world.current,
                List.of(ServerWorld.pair(second), ServerWorld.pair(first)), false);

        Answer answer = world.run(request);

        assertThat(answer.numbers().subList(0, 3)).containsExactly(1_002L, 1_003L, 1_009L);
        assertThat(answer.numbers().subList(3, 103)).isEqualTo(LongStream.range(0, 100).boxed().toList());
        assertThat(answer.trailer().checks(request, 103, answer.batches())).isTrue();
        assertThat(answer.trailer().rowsScanned()).isEqualTo(103);
    }

    @Test
    void aServerThatDrainsSaysSoAtOnceAndRefusesFragmentsAfterIt() throws Exception {
        world.loadAll();
        long generation = world.call("holdings", "{}").path("generation").asLong();
        assertThat(world.call("holdings", "{\"generation\": %d}".formatted(generation)).path("unchanged").asBoolean()).isTrue();
        Future<JsonNode> poll = world.threads.submit(() -> world.call("holdings",
                "{\"generation\": %d, \"waitMillis\": 30000}".formatted(generation)));

        // Patience runs out at once: the world's clock stands still, so that quiet never comes.
        world.server.drain(Duration.ZERO);

        JsonNode holdings = poll.get(20, TimeUnit.SECONDS);
        assertThat(holdings.path("draining").asBoolean()).isTrue();
        assertThat(holdings.path("tables").path(0).path("versions")).isNotEmpty();
        assertCode(catchThrowable(() -> world.run(world.request(world.current, world.pairs(), false))),
                ErrorCode.SERVER_STOPPING, "server-1");
    }

    @Test
    void aTrailerOfFewerPairsDoesNotCheck() {
        world.loadAll();
        FragmentTrailer trailer = world.run(world.request(world.current, List.of(ServerWorld.pair(first)), false))
                .trailer();

        assertThat(trailer.checks(world.request(world.current, world.pairs(), false), trailer.rows(),
                trailer.batches())).isFalse();
    }

    @Test
    void aPairThatIsNotHeldIsNamedAndNeverSubstituted() {
        world.loadAll();

        assertCode(catchThrowable(() -> world.run(world.request(world.current, List.of(new PairId("ccc", "")), false))),
                ErrorCode.PAIR_NOT_HELD, "ccc", "server-1", "main.numbers");
        assertCode(catchThrowable(() -> world.run(world.request(world.current, List.of(new PairId("bbb", "")), false))),
                ErrorCode.PAIR_NOT_HELD, "bbb");
    }

    @Test
    void onDemandLoadsWhatNoShardHereNeedsAndKeepsItForAWhile() {
        Answer answer = world.run(world.request(world.current, world.pairs(), true));

        assertThat(answer.numbers()).hasSize(103);
        assertThat(world.run(world.request(world.current, world.pairs(), false)).numbers()).hasSize(103);

        world.now = world.now.plus(ServerWorld.RETENTION);
        world.scheduler.timePasses();
        assertCode(catchThrowable(() -> world.run(world.request(world.current, world.pairs(), false))),
                ErrorCode.PAIR_NOT_HELD);
        assertThat(world.cacheFiles()).isEmpty();
    }

    @Test
    void onDemandRefusesWhatTheVersionDoesNotName() {
        assertCode(catchThrowable(() -> world.run(world.request(world.current, List.of(new PairId("bbb", "other")),
                true))),
                ErrorCode.PAIR_NOT_HELD, "bbb", "does not name it");
        assertCode(catchThrowable(() -> world.run(world.request(new VersionId("abc", 99), world.pairs(), true))),
                ErrorCode.STALE_VERSION, "abc-99");
    }

    @Test
    void theDiskBudgetIsRefusedNotExceeded() {
        world.close();
        world = new ServerWorld(directory, first.sizeBytes() + second.sizeBytes() / 2);
        world.publish(List.of(first, second), List.of());
        world.run(world.request(world.current, List.of(ServerWorld.pair(first)), true));

        assertCode(catchThrowable(() -> world.run(world.request(world.current, List.of(ServerWorld.pair(second)),
                true))),
                ErrorCode.DISK_FULL, "bbb", "main.numbers");
        assertCode(catchThrowable(() -> world.server.load(ServerWorld.shard(second))), ErrorCode.DISK_FULL, "bbb");
        assertThat(world.cache.usedBytes()).isEqualTo(first.sizeBytes());
    }

    @Test
    void holdingsNameTheShardsHeldWhole() {
        world.loadAll();

        JsonNode holdings = world.call("holdings", "{\"generation\": -1, \"waitMillis\": 0}");

        assertThat(holdings.path("server").asText()).isEqualTo("server-1");
        assertThat(holdings.path("tables").path(0).path("table").asText()).isEqualTo("main.numbers");
        assertThat(ServerWorld.announced(holdings)).isEqualTo(Map.of(world.current.toString(), "[\"0-255\"]"));
    }

    @Test
    void aShardIsLoadedWhenItsSegmentsAre() throws Exception {
        world.store.heldUp = new CountDownLatch(1);
        Future<?> load = world.threads.submit(() -> world.server.load(ServerWorld.shard(first)));
        world.awaitHoldings(_ -> world.store.downloads.get() > 0);

        assertThat(load.isDone()).isFalse();
        assertThat(ServerWorld.announced(world.call("holdings", "{}"))).isEmpty();

        world.store.heldUp.countDown();
        load.get(20, TimeUnit.SECONDS);
        assertThat(ServerWorld.announced(world.call("holdings", "{}")))
                .isEqualTo(Map.of(world.current.toString(), "[" + ServerWorld.shard(first).number() + "]"));
    }

    @Test
    void aSupersededVersionIsKeptForItsRetentionAndThenReleased() {
        world.loadAll();
        VersionId old = world.current;
        List<PairId> oldPairs = world.pairs();
        SegmentEntry third = world.segment("ccc", 5_000, 5, null);

        VersionId next = world.publish(List.of(third), List.of("aaa"));

        world.awaitHoldings(holdings -> ServerWorld.announced(holdings).containsValue("[\"0-255\"]")
                && "[\"0-255\"]".equals(ServerWorld.announced(holdings).get(next.toString())));
        assertThat(world.run(world.request(old, oldPairs, false)).numbers()).hasSize(103);
        assertThat(world.run(world.request(next, world.pairs(), false)).numbers()).hasSize(8);

        world.now = world.now.plus(ServerWorld.RETENTION).plusMillis(1);
        world.scheduler.timePasses();
        assertThat(ServerWorld.announced(world.call("holdings", "{}"))).containsOnlyKeys(next.toString());
        assertCode(catchThrowable(() -> world.run(world.request(old, oldPairs, false))), ErrorCode.PAIR_NOT_HELD,
                "aaa");
        assertThat(world.run(world.request(next, world.pairs(), false)).numbers()).hasSize(8);
        assertThat(world.cacheFiles()).containsExactly("bbb.seg", "ccc.seg");
    }

    @Test
    void aDroppedTableIsReleasedAfterItsRetention() {
        world.loadAll();
        world.pointers.remove(ServerWorld.TABLE, world.pointers.read(ServerWorld.TABLE).orElseThrow());
        world.run(world.request(world.current, world.pairs(), false));

        for (int minute = 0; minute < 12 && !world.cacheFiles().isEmpty(); minute++) {
            world.call("holdings", "{\"generation\": %d, \"waitMillis\": 100}".formatted(
                    world.call("holdings", "{}").path("generation").asLong()));
            world.now = world.now.plus(Duration.ofMinutes(1));
            world.scheduler.timePasses();
        }
        assertThat(world.cacheFiles()).isEmpty();
    }

    @Test
    void anUnloadedShardLetsGoOfItsSegments() {
        world.loadAll();

        world.server.unload(ServerWorld.shard(first));

        assertThat(world.cacheFiles()).containsExactly("bbb.seg");
        assertCode(catchThrowable(() -> world.run(world.request(world.current, world.pairs(), false))),
                ErrorCode.PAIR_NOT_HELD, "aaa");
        world.server.load(ServerWorld.shard(first));
        assertThat(world.run(world.request(world.current, world.pairs(), false)).numbers()).hasSize(103);
    }

    @Test
    void aDamagedDownloadIsFetchedOnceMore() {
        world.store.damagedDownloads.set(1);

        world.server.load(ServerWorld.shard(first));

        assertThat(world.store.downloads.get()).isEqualTo(2);
        assertThat(world.run(world.request(world.current, List.of(ServerWorld.pair(first)), false)).numbers())
                .hasSize(100);
    }

    @Test
    void aSegmentDamagedInTheStoreIsReportedAndTheRestIsServed() {
        world.store.damagedDownloads.set(2);
        world.server.load(ServerWorld.shard(first));
        world.server.load(ServerWorld.shard(second));

        JsonNode failed = world.call("status", "{}").path("failed");
        assertThat(failed).hasSize(1);
        assertThat(failed.path(0).path("segment").asText()).isEqualTo("aaa");
        assertThat(failed.path(0).path("table").asText()).isEqualTo("main.numbers");
        assertThat(failed.path(0).path("code").asText()).isEqualTo("CORRUPT_SEGMENT");
        assertThat(ServerWorld.announced(world.call("holdings", "{}")))
                .containsValue("[" + ServerWorld.shard(second).number() + "]");
        assertThat(world.cacheFiles()).containsExactly("bbb.seg");
    }

    @Test
    void aFailedLoadIsTriedAgain() {
        world.store.damagedDownloads.set(2);
        world.server.load(ServerWorld.shard(first));

        world.now = world.now.plusSeconds(10);
        world.scheduler.timePasses();

        world.awaitHoldings(holdings -> !ServerWorld.announced(holdings).isEmpty());
        assertThat(world.call("status", "{}").path("failed")).isEmpty();
    }

    @Test
    void filesOfAnEarlierLifeAreUsedAgainUnlessTheyAreDamaged() {
        world.loadAll();
        assertThat(world.store.downloads.get()).isEqualTo(2);
        world.server.close();
        RemoteStore.damage(directory.resolve("cache").resolve("bbb.seg"));

        world.start(1 << 30);
        world.loadAll();

        assertThat(world.store.downloads.get()).isEqualTo(3);
        assertThat(world.run(world.request(world.current, world.pairs(), false)).numbers()).hasSize(103);
    }

    @Test
    void idleFilesMakeRoom() {
        world.loadAll();
        world.server.close();
        SegmentEntry third = world.segment("ccc", 0, 100, null);
        world.publish(List.of(third), List.of("aaa", "bbb"));

        world.start(third.sizeBytes() + 10);
        world.loadAll();

        assertThat(world.cacheFiles()).containsExactly("ccc.seg");
        assertThat(world.cache.usedBytes()).isEqualTo(third.sizeBytes());
    }

    @Test
    void twoUsersShareOneMapping() {
        world.loadAll();
        SegmentCache.Lease lease = world.cache.acquire(NamedPair.of(ServerWorld.TABLE, first));

        assertThat(world.store.downloads.get()).isEqualTo(2);
        world.server.unload(ServerWorld.shard(first));
        assertThat(world.cacheFiles()).containsExactly("aaa.seg", "bbb.seg");
        assertThat(lease.segment().rowCount()).isEqualTo(100);
        lease.close();
        assertThat(world.cacheFiles()).containsExactly("bbb.seg");
    }

    @Test
    void aHoldingsPollReturnsWhenSomethingChanges() throws Exception {
        world.loadAll();
        long generation = world.call("holdings", "{}").path("generation").asLong();
        Future<JsonNode> poll = world.threads.submit(
                () -> world.call("holdings", "{\"generation\": %d, \"waitMillis\": 50000}".formatted(generation)));

        world.server.unload(new ShardId("pool@_default@2", 3));

        assertThat(poll.get(20, TimeUnit.SECONDS).path("generation").asLong()).isGreaterThan(generation);
    }

    @Test
    void statusCountsAndUnknownActionsAreRefused() {
        world.loadAll();

        JsonNode status = world.call("status", "{}");
        assertThat(status.path("segments").asInt()).isEqualTo(2);
        assertThat(status.path("bytes").asLong()).isEqualTo(first.sizeBytes() + second.sizeBytes());
        assertThat(status.path("shards").asInt()).isEqualTo(256);
        assertThat(status.path("loading").asInt()).isZero();
        assertThat(status.path("memory").path("limitBytes").asLong()).isEqualTo(1 << 30);
        assertCode(catchThrowable(() -> world.call("dance", "{}")), ErrorCode.INVALID_REQUEST, "dance");
        assertCode(catchThrowable(() -> world.call("holdings", "{")), ErrorCode.INVALID_REQUEST, "holdings");
    }

    @Test
    void aQueryThatFailsLetsGoOfItsPins() {
        world.loadAll();
        FragmentRequest late = new FragmentRequest("q", 1, 0, 0, "main.numbers", world.current.toString(),
                world.request(world.current, List.of(), false).root(), world.pairs(), List.of(), false, 0, 1 << 20);
        assertCode(catchThrowable(() -> world.run(late)), ErrorCode.QUERY_TIMEOUT);

        world.server.unload(ServerWorld.shard(first));

        assertThat(world.cacheFiles()).containsExactly("bbb.seg");
    }
}
