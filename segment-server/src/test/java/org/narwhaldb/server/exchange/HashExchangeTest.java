package org.narwhaldb.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.Schedulers;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column.BytesColumn;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.exchange.HashExchange;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.engine.exchange.Transports;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.AggregateMode;
import org.narwhaldb.engine.plan.SortOrder;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Three servers by reference; their leaves are given as groups of each pair, some groups in several pairs. The partitions together
/// are held against the groups added up at once.
class HashExchangeTest {
    private static final int PARTITIONS = 3;
    private static final List<Field> ROWS = List.of(
            new Field(1, "number", ColumnType.LONG, true), new Field(2, "name", ColumnType.STRING, true));
    private static final List<Field> STATES = List.of(new Field(0, "number", ColumnType.LONG, true),
            new Field(1, "name", ColumnType.STRING, true), new Field(2, "n$count", ColumnType.LONG, false));
    private static final List<AggregateCall> COUNT =
            List.of(new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, -1, "n", ColumnType.LONG));
    private static final PlanNode LEAF = new PlanNode.Aggregate(new PlanNode.Scan(0, new TableReference("main", "t"), ROWS, null),
            AggregateMode.PARTIAL, List.of(0, 1), COUNT, STATES);
    private static final PlanNode MERGED = new PlanNode.Aggregate(new PlanNode.Exchange(LEAF, 2, PARTITIONS), AggregateMode.FINAL,
            List.of(0, 1), COUNT, STATES);

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final MemoryPool pool = MemoryPool.of(1 << 28);
    private final Transports.Local transport = Transports.local(pool);
    private final Scheduler scheduler = Schedulers.threads("exchange-test", 1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<PairId, List<Batch>> data = new ConcurrentHashMap<>();
    private final Instant deadline = Instant.now().plus(Duration.ofMinutes(2));
    private final List<HashExchange.Producer> producers = new ArrayList<>();
    private final List<PairId> pairs = new ArrayList<>();
    private final Map<List<Object>, Long> expected = new HashMap<>();

    private final class Server implements Transport.Handler {
        private final SharedLeaves shares;
        private final MergeRunner merges;

        Server(String id) {
            shares = new SharedLeaves(this::leaf, pool, InstantSource.system(), scheduler);
            merges = new MergeRunner(id, shares, transport, InstantSource.system(), scheduler);
        }

        private FragmentTrailer leaf(FragmentRequest request, QueryContext context, Consumer<Batch> sink) {
            long[] sent = new long[2];
            for (PairId pair : request.pairs()) {
                for (Batch batch : data.get(pair)) {
                    context.check();
                    sink.accept(batch);
                    sent[0] += batch.rowCount();
                    sent[1]++;
                }
            }
            return new FragmentTrailer(request.queryId(), request.fragmentId(), request.part(), request.attempt(), request.pairs().size(),
                    FragmentTrailer.digest(request.pairs()), sent[0], sent[1], sent[0], true);
        }

        @Override
        public FragmentTrailer execute(FragmentRequest request, QueryContext context, Consumer<Batch> sink) {
            return switch (request.exchange()) {
                case null -> leaf(request, context, sink);
                case HashExchange.Share share -> shares.run(request, share, context, sink);
                case HashExchange.Merge merge -> merges.run(request, merge, context, sink);
            };
        }

        @Override
        public byte[] call(String action, byte[] body, Consumer<byte[]> progress) {
            throw new UnsupportedOperationException();
        }
    }

    HashExchangeTest() {
        for (String id : List.of("a", "b", "c")) {
            transport.register(id, new Server(id));
        }
        List<List<String>> holders = List.of(List.of("a", "c"), List.of("b", "a"), List.of("c", "b"));
        for (List<String> candidates : holders) {
            int count = 1 + random.nextInt(3);
            for (int pair = 0; pair < count; pair++) {
                PairId id = new PairId("s" + pairs.size(), "");
                pairs.add(id);
                data.put(id, groups());
            }
            producers.add(new HashExchange.Producer(count, candidates.stream().map(HashExchangeTest::address).toList()));
        }
    }

    @AfterEach
    void nothingIsLeft() {
        transport.close();
        threads.shutdownNow();
        // runs whose readers have gone end on their own threads
        while (pool.reservedBytes() > 0) {
            scheduler.pause(Duration.ofMillis(10));
        }
    }

    private static Transport.NodeAddress address(String server) {
        return new Transport.NodeAddress(server, "", 0);
    }

    private List<Batch> groups() {
        List<Batch> batches = new ArrayList<>();
        for (int batch = random.nextInt(20); batch >= 0; batch--) {
            int count = 1 + random.nextInt(Batch.ROWS_MAX);
            long[] numbers = new long[count];
            boolean[] noNumber = new boolean[count];
            byte[] names = "αbγ".getBytes(StandardCharsets.UTF_8);
            int[] codes = new int[count];
            long[] counts = new long[count];
            for (int row = 0; row < count; row++) {
                numbers[row] = random.nextInt(20_000);
                noNumber[row] = random.nextInt(100) == 0;
                codes[row] = random.nextInt(3);
                counts[row] = random.nextInt(5);
                List<Object> key = new ArrayList<>();
                key.add(noNumber[row] ? null : (Object) numbers[row]);
                key.add(List.of("α", "b", "γ").get(codes[row]));
                expected.merge(key, counts[row], Long::sum);
            }
            batches.add(new Batch(count, List.of(new LongColumn(numbers, noNumber),
                    new BytesColumn(names, new int[] {0, 2, 3, 5}, codes, null), new LongColumn(counts, null))));
        }
        return batches;
    }

    private FragmentRequest request(PlanNode root, int partition, int attempt) {
        return new FragmentRequest("q", 1, partition, attempt, "main.t", "v-1", root, pairs, List.of(),
                new HashExchange.Merge(partition, PARTITIONS, producers), false, false,
                deadline.toEpochMilli(), 1 << 27);
    }

    /// What a server yields for one partition, held back until its trailer has checked.
    private Map<List<Object>, Long> ask(String server, FragmentRequest request) {
        QueryMemory memory = pool.open("q", 1 << 27);
        QueryContext context = new QueryContext("q", Instant.now().plus(Duration.ofMinutes(1)), InstantSource.system(), memory);
        Map<List<Object>, Long> rows = new HashMap<>();
        long[] received = new long[2];
        try {
            FragmentTrailer trailer = transport.run(address(server), request, context, batch -> {
                received[0] += batch.rowCount();
                received[1]++;
                for (int row = 0; row < batch.rowCount(); row++) {
                    assertThat(rows.put(key(batch, row), ((LongColumn) batch.column(2)).values()[row])).as("narwhal.seed=%d", seed).isNull();
                }
                return true;
            });
            assertThat(trailer.checks(request, received[0], received[1])).as("narwhal.seed=%d: %s", seed, trailer).isTrue();
            return rows;
        } finally {
            pool.close(memory);
        }
    }

    private static List<Object> key(Batch batch, int row) {
        List<Object> key = new ArrayList<>();
        LongColumn number = (LongColumn) batch.column(0);
        BytesColumn name = (BytesColumn) batch.column(1);
        key.add(number.isNull(row) ? null : (Object) number.values()[row]);
        key.add(new String(name.bytes(), name.start(row), name.end(row) - name.start(row), StandardCharsets.UTF_8));
        return key;
    }

    private Future<Map<List<Object>, Long>> start(int partition, int attempt) {
        return threads.submit(() -> ask(List.of("a", "b", "c").get(partition), request(MERGED, partition, attempt)));
    }

    private static <T> T get(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        }
    }

    /// Every group is in one partition, once.
    private void check(List<Map<List<Object>, Long>> partitions) {
        Map<List<Object>, Long> all = new HashMap<>();
        for (Map<List<Object>, Long> partition : partitions) {
            partition.forEach((key, count) -> assertThat(all.put(key, count)).as("narwhal.seed=%d: %s", seed, key).isNull());
        }
        assertThat(all.equals(expected)).as("narwhal.seed=%d: %d groups", seed, all.size()).isTrue();
    }

    private List<Map<List<Object>, Long>> all(int attempt) throws InterruptedException {
        List<Future<Map<List<Object>, Long>>> started = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            started.add(start(partition, attempt));
        }
        List<Map<List<Object>, Long>> rows = new ArrayList<>();
        for (Future<Map<List<Object>, Long>> each : started) {
            rows.add(get(each));
        }
        return rows;
    }

    @Test
    void eachGroupComesOutOnceWithAllThatItHasInAnyPart() throws InterruptedException {
        check(all(0));
    }

    @Test
    void aPartitionThatIsAskedForAgainIsTheSame() throws InterruptedException {
        List<Map<List<Object>, Long>> first = all(0);

        assertThat(all(1).equals(first)).as("narwhal.seed=%d", seed).isTrue();
        assertThat(ask("c", request(MERGED, 0, 2)).equals(first.getFirst())).as("narwhal.seed=%d", seed).isTrue();
        check(first);
    }

    @Test
    void whereAServerIsGoneAnotherHolderIsRead() throws InterruptedException {
        transport.unregister("c");

        check(List.of(get(start(0, 0)), get(start(1, 0)), ask("a", request(MERGED, 2, 1))));
    }

    @Test
    void aPartThatEndsTooEarlyFailsTheMergeAndTheNextAttemptIsRight() throws InterruptedException {
        Transport.Handler good = new Server("b");
        AtomicInteger cut = new AtomicInteger();
        transport.unregister("b");
        transport.register("b", new Transport.Handler() {
            @Override
            public FragmentTrailer execute(FragmentRequest request, QueryContext context, Consumer<Batch> sink) {
                if (request.exchange() instanceof HashExchange.Share share && !share.alone()) {
                    cut.incrementAndGet();
                    int[] batches = new int[1];
                    FragmentTrailer whole = good.execute(request, context, batch -> {
                        if (batches[0]++ == 0) {
                            sink.accept(batch);
                        }
                    });
                    return new FragmentTrailer(whole.queryId(), whole.fragmentId(), whole.part(), whole.attempt(), whole.pairCount(),
                            whole.pairsDigest(), whole.rows() + 1, whole.batches(), 0, false);
                }
                return good.execute(request, context, sink);
            }

            @Override
            public byte[] call(String action, byte[] body, Consumer<byte[]> progress) {
                throw new UnsupportedOperationException();
            }
        });

        List<Future<Map<List<Object>, Long>>> started = List.of(start(0, 0), start(1, 0), start(2, 0));
        for (int partition : List.of(0, 2)) {
            assertThatThrownBy(() -> get(started.get(partition))).isInstanceOf(NarwhalException.class)
                    .extracting(e -> ((NarwhalException) e).code()).isEqualTo(ErrorCode.FRAGMENT_INCOMPLETE);
        }

        assertThat(cut.get()).isPositive();
        check(all(1));
    }

    @Test
    void aMergeThatIsBrokenOffHoldsUpNoOther() throws InterruptedException {
        FragmentRequest broken = request(MERGED, 1, 0);
        QueryMemory memory = pool.open("q", 1 << 27);
        QueryContext context = new QueryContext("q", Instant.now().plus(Duration.ofMinutes(1)), InstantSource.system(), memory);
        Future<Map<List<Object>, Long>> first = start(0, 0);
        Future<Map<List<Object>, Long>> third = start(2, 0);
        Future<?> second = threads.submit(() -> transport.run(address("b"), broken, context, _ -> true));
        context.cancel(new NarwhalException(ErrorCode.QUERY_CANCELLED, "The caller is gone"));
        try {
            get(second);
        } catch (NarwhalException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.QUERY_CANCELLED);
        }
        pool.close(memory);

        Map<List<Object>, Long> again = ask("a", request(MERGED, 1, 1));

        check(List.of(get(first), again, get(third)));
    }

    @Test
    void theFirstOfEachPartitionAreTheFirstOfAll() throws InterruptedException {
        PlanNode first = new PlanNode.Sort(MERGED, List.of(new SortOrder(2, true, false), new SortOrder(0, false, false),
                new SortOrder(1, false, false)), 0, 7);
        List<Future<Map<List<Object>, Long>>> started = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            FragmentRequest request = request(first, partition, 0);
            started.add(threads.submit(() -> ask("b", request)));
        }
        List<Long> counts = new ArrayList<>();
        for (Future<Map<List<Object>, Long>> each : started) {
            Map<List<Object>, Long> rows = get(each);
            assertThat(rows).hasSizeLessThanOrEqualTo(7);
            rows.forEach((key, count) -> assertThat(expected.get(key)).as("narwhal.seed=%d: %s", seed, key).isEqualTo(count));
            counts.addAll(rows.values());
        }

        assertThat(counts.stream().sorted(Comparator.reverseOrder()).limit(7))
                .as("narwhal.seed=%d", seed)
                .isEqualTo(expected.values().stream().sorted(Comparator.reverseOrder()).limit(7).toList());
    }
}
