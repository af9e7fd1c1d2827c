package org.narwhaldb.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.exchange.Transport.FragmentStream;
import org.narwhaldb.engine.exchange.Transport.NodeAddress;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.operator.Broadcast;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// What every transport does. Whoever implements one passes this suite.
@Timeout(60)
abstract class TransportContract extends TransportFixture {
    @Test
    void batchesArriveInOrderWithATrailerThatChecks() {
        List<Batch> sent = List.of(numbers(4096, 0), numbers(1, 4096), numbers(100, 4097));
        FragmentRequest request = request(NUMBERS);
        try (FragmentStream stream = transport().execute(start(sending(sent)), request, context())) {
            List<Batch> received = readAll(stream);

            RandomBatches.assertSame(sent, received);
            assertThat(stream.next()).isNull();
            assertThat(stream.trailer().checks(request, 4197, 3)).isTrue();
        }
    }

    @Test
    void aRequestArrivesAsItWasSent() {
        CompletableFuture<FragmentRequest> seen = new CompletableFuture<>();
        FragmentRequest request = request(NUMBERS);
        NodeAddress node = start((Fragments) (received, _, _) -> {
            seen.complete(received);
            return trailer(received, 0, 0);
        });
        try (FragmentStream stream = transport().execute(node, request, context())) {
            assertThat(readAll(stream)).isEmpty();
        }
        assertThat(seen.join()).isEqualTo(request);
    }

    @Test
    void everyTypeRoundTrips() {
        long seed = Seeds.next();
        Random random = new Random(seed);
        List<Field> fields = RandomBatches.everyType();
        List<Batch> sent = new ArrayList<>();
        for (int index = 0; index < 20; index++) {
            sent.add(RandomBatches.batch(fields, 1 + random.nextInt(200), random));
        }
        try (FragmentStream stream = transport().execute(start(sending(sent)), request(fields), context())) {
            List<Batch> received = readAll(stream);
            try {
                RandomBatches.assertSame(sent, received);
            } catch (AssertionError e) {
                throw new AssertionError("narwhal.seed=" + seed, e);
            }
        }
    }

    @Test
    void broadcastsArriveWithTheRequest() {
        long seed = Seeds.next();
        Random random = new Random(seed);
        List<Field> fields = RandomBatches.everyType().stream()
                .filter(field -> field.type().physical() != ColumnType.Physical.NESTED).toList();
        List<Batch> rows = new ArrayList<>();
        for (int index = 0; index < 20; index++) {
            rows.add(RandomBatches.batch(fields, 1 + random.nextInt(200), random));
        }
        Broadcast sent = broadcast(5, fields, rows);
        FragmentRequest request = withBroadcasts(List.of(sent, broadcast(9, fields, List.of())));
        List<List<Batch>> seen = new ArrayList<>();
        NodeAddress node = start((Fragments) (received, context, _) -> {
            for (Broadcast broadcast : received.broadcasts()) {
                seen.add(List.of(new Batch(broadcast.rowCount(), broadcast.columns())));
            }
            return trailer(received, 0, 0);
        });
        try (FragmentStream stream = transport().execute(node, request, context())) {
            assertThat(readAll(stream)).isEmpty();
        }
        try {
            assertThat(seen).hasSize(2);
            RandomBatches.assertSame(List.of(new Batch(sent.rowCount(), sent.columns())), seen.getFirst());
            assertThat(seen.getLast().getFirst().rowCount()).isZero();
        } catch (AssertionError e) {
            throw new AssertionError("narwhal.seed=" + seed, e);
        }
    }

    @Test
    void aBroadcastOfManyMegabytesArrives() {
        List<Batch> rows = new ArrayList<>();
        for (int index = 0; index < 250; index++) {
            rows.add(numbers(4_096, index));
        }
        FragmentRequest request = withBroadcasts(List.of(broadcast(5, NUMBERS, rows)));
        NodeAddress node = start((Fragments) (received, _, _) ->
                trailer(received, received.broadcasts().getFirst().rowCount() - 1_024_000L, 0));
        try (FragmentStream stream = transport().execute(node, request, context())) {
            assertThat(readAll(stream)).isEmpty();
            assertThat(stream.trailer().checks(request, 0, 0)).isTrue();
        }
    }

    private Broadcast broadcast(int fragment, List<Field> fields, List<Batch> rows) {
        QueryContext own = new QueryContext("query-0", InstantSource.system().instant().plusSeconds(50), InstantSource.system(), MemoryPool.of(1 << 30).open("query-0", 0));
        Iterator<Batch> batches = rows.iterator();
        return Broadcast.collect(fragment, fields, new Operator() {
            @Override
            public Batch next() {
                return batches.hasNext() ? batches.next() : null;
            }

            @Override
            public void close() {
                // holds nothing
            }
        }, own);
    }

    private static FragmentRequest withBroadcasts(List<Broadcast> broadcasts) {
        FragmentRequest like = request(NUMBERS);
        List<PlanNode> sources = broadcasts.stream()
                .<PlanNode>map(broadcast -> new PlanNode.RemoteSource(broadcast.fragmentId(), broadcast.fields())).toList();
        PlanNode root = new PlanNode.Project(new PlanNode.Union(sources, List.of()),
                List.of(new Expression.Literal(1L, ColumnType.LONG)), NUMBERS);
        return new FragmentRequest(like.queryId(), like.fragmentId(), like.part(), like.attempt(), like.table(), like.versionId(), root,
                like.pairs(), broadcasts, like.onDemand(), like.deadlineEpochMillis(), like.memoryLimitBytes());
    }

    @Test
    void rowsWithoutColumnsAreCounted() {
        List<Batch> sent = List.of(new Batch(7, List.of()), new Batch(3, List.of()));
        try (FragmentStream stream = transport().execute(start(sending(sent)), request(List.of()), context())) {
            assertThat(readAll(stream).stream().map(Batch::rowCount)).containsExactly(7, 3);
        }
    }

    @Test
    void aBigStreamArrivesWhole() {
        int batches = 3_000;
        NodeAddress node = start((Fragments) (request, _, sink) -> {
            for (int index = 0; index < batches; index++) {
                sink.accept(numbers(4096, index * 4096L));
            }
            return trailer(request, batches * 4096L, batches);
        });
        FragmentRequest request = request(NUMBERS);
        try (FragmentStream stream = transport().execute(node, request, context())) {
            long rows = 0;
            int count = 0;
            for (Batch batch = stream.next(); batch != null; batch = stream.next()) {
                assertThat(((Column.LongColumn) batch.column(0)).values()[0]).isEqualTo(rows);
                rows += batch.rowCount();
                count++;
            }
            assertThat(stream.trailer().checks(request, rows, count)).isTrue();
            assertThat(count).isEqualTo(batches);
        }
    }

    @Test
    void aProducerDoesNotRunAheadOfASlowConsumer() throws Exception {
        AtomicInteger offered = new AtomicInteger();
        int total = 4_000;
        CountDownLatch stalled = new CountDownLatch(1);
        NodeAddress node = start((Fragments) (request, _, sink) -> {
            for (int index = 0; index < total; index++) {
                sink.accept(numbers(4096, 0));
                offered.incrementAndGet();
            }
            stalled.countDown();
            return trailer(request, total * 4096L, total);
        });
        try (FragmentStream stream = transport().execute(node, request(NUMBERS), context())) {
            stream.next();

            // 125 MB are to come; what is taken unread must stay far below.
            assertThat(stalled.await(2, TimeUnit.SECONDS)).isFalse();
            assertThat(offered.get()).isLessThan(total / 4);
            assertThat(readAll(stream)).hasSize(total - 1);
        }
    }

    @Test
    void closingTheStreamFreesAProducerThatWaits() {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        NodeAddress node = start(endless(ended));
        FragmentStream stream = transport().execute(node, request(NUMBERS), context());
        stream.next();

        stream.close();

        assertCode(ended.orTimeout(20, TimeUnit.SECONDS).join(), ErrorCode.QUERY_CANCELLED);
    }

    @Test
    void cancellingTheQueryEndsBothSides() {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        NodeAddress node = start(endless(ended));
        QueryContext context = context();
        try (FragmentStream stream = transport().execute(node, request(NUMBERS), context)) {
            stream.next();

            context.cancel(new NarwhalException(ErrorCode.QUERY_CANCELLED, "the user pressed Ctrl-C"));

            assertThatThrownBy(() -> readAll(stream)).hasMessage("the user pressed Ctrl-C");
            assertCode(ended.orTimeout(20, TimeUnit.SECONDS).join(), ErrorCode.QUERY_CANCELLED);
        }
    }

    @Test
    void closingFromAnotherThreadWakesAReader() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        NodeAddress node = start((Fragments) (request, _, _) -> {
            started.countDown();
            await(release);
            return trailer(request, 0, 0);
        });
        FragmentStream stream = transport().execute(node, request(NUMBERS), context());
        Future<Throwable> reader = threads.submit(() -> failureOf(stream::next));
        await(started);

        stream.close();

        assertCode(reader.get(20, TimeUnit.SECONDS), ErrorCode.QUERY_CANCELLED);
        release.countDown();
    }

    @Test
    void aFragmentThatIsRunHandsItsBatchesOverInOrder() {
        List<Batch> sent = List.of(numbers(4096, 0), numbers(1, 4096), numbers(100, 4097));
        FragmentRequest request = request(NUMBERS);
        List<Batch> received = new ArrayList<>();

        FragmentTrailer trailer = transport().run(start(sending(sent)), request, context(), received::add);

        RandomBatches.assertSame(sent, received);
        assertThat(trailer.checks(request, 4197, 3)).isTrue();
    }

    @Test
    void whoWantsNoMoreOfAFragmentThatIsRunEndsIt() {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();

        assertThat(transport().run(start(endless(ended)), request(NUMBERS), context(), _ -> false)).isNull();
        assertCode(ended.orTimeout(20, TimeUnit.SECONDS).join(), ErrorCode.QUERY_CANCELLED);
    }

    @Test
    void aFragmentThatIsRunEndsWithItsQueryItsServerOrItsError() {
        QueryContext context = context();
        NodeAddress node = start(endless(new CompletableFuture<>()));
        assertThatThrownBy(() -> transport().run(node, request(NUMBERS), context, _ -> {
            context.cancel(new NarwhalException(ErrorCode.QUERY_CANCELLED, "the user pressed Ctrl-C"));
            return true;
        })).hasMessage("the user pressed Ctrl-C");
        AtomicInteger batches = new AtomicInteger();
        assertCode(failureOf(() -> transport().run(node, request(NUMBERS), context(), _ -> {
            if (batches.incrementAndGet() == 1) {
                stop(node);
            }
            return true;
        })), ErrorCode.SERVER_UNREACHABLE);
        NodeAddress failing = start((Fragments) (_, _, sink) -> {
            sink.accept(numbers(10, 0));
            throw new NarwhalException(ErrorCode.DIVISION_BY_ZERO, "Division by zero");
        });
        assertCode(failureOf(() -> transport().run(failing, request(NUMBERS), context(), _ -> true)), ErrorCode.DIVISION_BY_ZERO);
        assertCode(failureOf(() -> transport().run(nobody(), request(NUMBERS), context(), _ -> true)), ErrorCode.SERVER_UNREACHABLE);
    }

    @Test
    void anErrorBeforeAnyBatchKeepsCodeAndMessage() {
        NodeAddress node = start((Fragments) (_, _, _) -> {
            throw new NarwhalException(ErrorCode.PAIR_NOT_HELD, "Pair [s1 ☃ 100%] is not held: try another server");
        });
        try (FragmentStream stream = transport().execute(node, request(NUMBERS), context())) {
            Throwable failure = failureOf(stream::next);

            assertCode(failure, ErrorCode.PAIR_NOT_HELD);
            assertThat(failure).hasMessage("Pair [s1 ☃ 100%] is not held: try another server");
        }
    }

    @Test
    void anErrorAfterBatchesNeverLooksLikeAnEnd() {
        NodeAddress node = start((Fragments) (_, _, sink) -> {
            for (int index = 0; index < 50; index++) {
                sink.accept(numbers(4096, index));
            }
            throw new NarwhalException(ErrorCode.DIVISION_BY_ZERO, "Division by zero");
        });
        try (FragmentStream stream = transport().execute(node, request(NUMBERS), context())) {
            assertCode(failureOf(() -> readAll(stream)), ErrorCode.DIVISION_BY_ZERO);
            assertThatThrownBy(stream::trailer).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aDefectOfTheServerIsAnInternalError() {
        NodeAddress node = start((Fragments) (_, _, _) -> {
            throw new IllegalStateException("oops");
        });
        try (FragmentStream stream = transport().execute(node, request(NUMBERS), context())) {
            Throwable failure = failureOf(stream::next);

            assertCode(failure, ErrorCode.INTERNAL);
            assertThat(failure).hasMessageContaining("oops");
        }
    }

    @Test
    void aVeryLongMessageStillArrivesTyped() {
        NodeAddress node = start((Fragments) (_, _, _) -> {
            throw new NarwhalException(ErrorCode.INVALID_QUERY, "ü".repeat(50_000));
        });
        try (FragmentStream stream = transport().execute(node, request(NUMBERS), context())) {
            Throwable failure = failureOf(stream::next);

            assertCode(failure, ErrorCode.INVALID_QUERY);
            assertThat(failure.getMessage()).startsWith("üüü");
        }
    }

    @Test
    void theDeadlineEndsAReaderThatWaits() {
        CountDownLatch release = new CountDownLatch(1);
        NodeAddress node = start((Fragments) (request, _, _) -> {
            await(release);
            return trailer(request, 0, 0);
        });
        try (FragmentStream stream = transport().execute(node, request(NUMBERS), context(Duration.ofMillis(300)))) {
            assertCode(failureOf(stream::next), ErrorCode.QUERY_TIMEOUT);
        } finally {
            release.countDown();
        }
    }

    @Test
    void theDeadlineEndsAProducerThatWaits() {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        NodeAddress node = start(endless(ended));
        try (FragmentStream stream = transport().execute(node, request(NUMBERS, Duration.ofMillis(500)), context())) {
            stream.next();

            assertCode(ended.orTimeout(20, TimeUnit.SECONDS).join(), ErrorCode.QUERY_TIMEOUT);
        }
    }

    @Test
    void aQueryThatHoldsTooMuchOnTheServerFailsWithItsName() {
        NodeAddress node = start((Fragments) (request, context, _) -> {
            context.memory().reserve(request.memoryLimitBytes() + 1);
            return trailer(request, 0, 0);
        });
        try (FragmentStream stream = transport().execute(node, request(NUMBERS), context())) {
            Throwable failure = failureOf(stream::next);

            assertCode(failure, ErrorCode.QUERY_MEMORY_EXCEEDED);
            assertThat(failure).hasMessageContaining("query-1");
        }
    }

    @Test
    void aHundredStreamsRunAtOnce() throws Exception {
        AtomicInteger number = new AtomicInteger();
        NodeAddress node = start((Fragments) (request, _, sink) -> {
            long first = number.incrementAndGet() * 1_000_000L;
            for (int index = 0; index < 100; index++) {
                sink.accept(numbers(500, first + index * 500L));
            }
            return trailer(request, 50_000, 100);
        });
        // All are open before any is read: none may wait for another's end.
        List<FragmentStream> streams = new ArrayList<>();
        List<Future<Boolean>> results = new ArrayList<>();
        for (int index = 0; index < 100; index++) {
            streams.add(transport().execute(node, request(NUMBERS), context()));
        }
        for (FragmentStream stream : streams) {
            results.add(threads.submit(() -> {
                try (stream) {
                    List<Batch> batches = readAll(stream);
                    long first = ((Column.LongColumn) batches.getFirst().column(0)).values()[0];
                    long last = ((Column.LongColumn) batches.getLast().column(0)).values()[499];
                    return last - first == 49_999 && stream.trailer().checks(request(NUMBERS), 50_000, batches.size());
                }
            }));
        }
        for (Future<Boolean> result : results) {
            assertThat(result.get(40, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aServerThatStopsInMidStreamIsUnreachable() {
        NodeAddress node = start(endless(new CompletableFuture<>()));
        try (FragmentStream stream = transport().execute(node, request(NUMBERS), context())) {
            stream.next();

            stop(node);

            assertCode(failureOf(() -> readAll(stream)), ErrorCode.SERVER_UNREACHABLE);
        }
    }

    @Test
    void anUnknownServerIsUnreachable() {
        Throwable failure = failureOf(() -> {
            try (FragmentStream stream = transport().execute(nobody(), request(NUMBERS), context())) {
                return stream.next();
            }
        });

        assertCode(failure, ErrorCode.SERVER_UNREACHABLE);
        assertThat(failure).hasMessageContaining(nobody().id());
        Throwable call = failureOf(() -> transport().call(nobody(), "x", new byte[0], Duration.ofSeconds(20), _ -> {}));
        assertCode(call, ErrorCode.SERVER_UNREACHABLE);
        assertThat(FlightErrors.isRefused((NarwhalException) call)).isTrue();
    }

    @Test
    void anActionReportsProgressAndEndsWithItsResult() {
        NodeAddress node = start(acting((action, body, progress) -> {
            for (int step = 1; step <= 3; step++) {
                progress.accept(utf8("step " + step));
            }
            return utf8(action + " " + new String(body, StandardCharsets.UTF_8));
        }));
        List<String> seen = new ArrayList<>();

        byte[] result = transport().call(node, "load", utf8("{\"table\": \"é\"}"), Duration.ofSeconds(20),
                step -> seen.add(new String(step, StandardCharsets.UTF_8)));

        assertThat(seen).containsExactly("step 1", "step 2", "step 3");
        assertThat(new String(result, StandardCharsets.UTF_8)).isEqualTo("load {\"table\": \"é\"}");
    }

    @Test
    void anActionFailsWithItsTypedErrorAfterProgress() {
        NodeAddress node = start(acting((_, _, progress) -> {
            progress.accept(utf8("half"));
            throw new NarwhalException(ErrorCode.TABLE_NOT_FOUND, "No table [x]");
        }));
        List<byte[]> seen = new ArrayList<>();

        Throwable failure = failureOf(() -> transport().call(node, "load", new byte[0], Duration.ofSeconds(20),
                seen::add));

        assertCode(failure, ErrorCode.TABLE_NOT_FOUND);
        assertThat(failure).hasMessage("No table [x]");
        assertThat(seen).hasSize(1);
    }

    @Test
    @Tag("slow")
    void aFragmentWithoutRowsForLongIsWaitedFor() {
        NodeAddress node = start((Fragments) (request, _, sink) -> {
            linger(Liveness.FRAGMENT_SILENCE.multipliedBy(2));
            sink.accept(numbers(3, 0));
            linger(Liveness.FRAGMENT_SILENCE.multipliedBy(2));
            return trailer(request, 3, 1);
        });
        FragmentRequest request = request(NUMBERS);
        try (FragmentStream stream = transport().execute(node, request, context())) {
            assertThat(readAll(stream)).hasSize(1);
            assertThat(stream.trailer().checks(request, 3, 1)).isTrue();
        }
    }

    @Test
    @Tag("slow")
    void aConsumerThatTakesItsTimeKeepsItsStream() {
        FragmentRequest request = request(NUMBERS);
        int batches = 2_000;
        NodeAddress node = start((Fragments) (received, _, sink) -> {
            for (int index = 0; index < batches; index++) {
                sink.accept(numbers(4096, 0));
            }
            return trailer(received, batches * 4096L, batches);
        });
        try (FragmentStream stream = transport().execute(node, request, context())) {
            stream.next();
            linger(Liveness.FRAGMENT_SILENCE.multipliedBy(2));

            assertThat(readAll(stream)).hasSize(batches - 1);
            assertThat(stream.trailer().checks(request, batches * 4096L, batches)).isTrue();
        }
    }

    @Test
    @Tag("slow")
    void aLongActionWithoutProgressIsWaitedFor() {
        NodeAddress node = start(acting((_, _, _) -> {
            linger(Liveness.ACTION_SILENCE.multipliedBy(2));
            return utf8("done");
        }));
        List<byte[]> progress = new ArrayList<>();

        assertThat(transport().call(node, "build", new byte[0], Duration.ofSeconds(40), progress::add)).isEqualTo(utf8("done"));
        assertThat(progress).isEmpty();
    }

    @Test
    void anUnknownActionIsRefused() {
        NodeAddress node = start(sending(List.of()));

        assertCode(failureOf(() -> transport().call(node, "dance", new byte[0], Duration.ofSeconds(20), _ -> {})),
                ErrorCode.INVALID_REQUEST);
    }

    @Test
    void anActionThatTakesTooLongTimesOut() {
        CountDownLatch release = new CountDownLatch(1);
        NodeAddress node = start(acting((_, _, _) -> {
            await(release);
            return new byte[0];
        }));
        try {
            assertCode(failureOf(() -> transport().call(node, "wait", new byte[0], Duration.ofMillis(200), _ -> {})),
                    ErrorCode.QUERY_TIMEOUT);
        } finally {
            release.countDown();
        }
    }
}
