package org.narwhaldb.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.exchange.Transport.FragmentStream;
import org.narwhaldb.engine.exchange.Transport.NodeAddress;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// What the transport tests share: handlers that send, wait or fail, and a world that must be empty at the end.
abstract class TransportFixture {
    static final List<Field> NUMBERS = List.of(new Field(0, "n", ColumnType.LONG, true));

    final MemoryPool serverMemory = MemoryPool.of(1L << 30);
    final MemoryPool clientMemory = MemoryPool.of(1L << 30);
    final ExecutorService threads = Executors.newCachedThreadPool();

    abstract Transport transport();

    abstract NodeAddress start(Transport.Handler handler);

    abstract NodeAddress nobody();

    /// Ends the node while its streams run.
    abstract void stop(NodeAddress node);

    /// Closes everything and checks that nothing leaked.
    abstract void close();

    @AfterEach
    void leavesNothingBehind() throws Exception {
        close();
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(serverMemory.reservedBytes()).isZero();
        assertThat(clientMemory.reservedBytes()).isZero();
    }

    /// A handler of fragments only.
    interface Fragments extends Transport.Handler {
        @Override
        default byte[] call(String action, byte[] body, Consumer<byte[]> progress) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "Unknown action [%s]", action);
        }
    }

    static FragmentRequest request(List<Field> output) {
        return request(output, Duration.ofSeconds(50));
    }

    static FragmentRequest request(List<Field> output, Duration life) {
        return new FragmentRequest("query-1", 3, 1, 2, "main.events", "abc-7", new PlanNode.Values(output, List.of()),
                List.of(new PairId("segment-é", ""), new PairId("s2", "live")), List.of(), true,
                InstantSource.system().instant().plus(life).toEpochMilli(), 1 << 28);
    }

    QueryContext context() {
        return context(Duration.ofSeconds(50));
    }

    QueryContext context(Duration life) {
        Instant deadline = InstantSource.system().instant().plus(life);
        return new QueryContext("query-1", deadline, InstantSource.system(), clientMemory.open("query-1", 1 << 28));
    }

    static FragmentTrailer trailer(FragmentRequest request, long rows, long batches) {
        return new FragmentTrailer(request.queryId(), request.fragmentId(), request.part(), request.attempt(),
                request.pairs().size(), FragmentTrailer.digest(request.pairs()), rows, batches, rows, false);
    }

    static Batch numbers(int rowCount, long first) {
        long[] values = new long[rowCount];
        for (int row = 0; row < rowCount; row++) {
            values[row] = first + row;
        }
        return new Batch(rowCount, List.of(new Column.LongColumn(values, null)));
    }

    static Fragments sending(List<Batch> batches) {
        return (request, _, sink) -> {
            batches.forEach(sink);
            return trailer(request, batches.stream().mapToLong(Batch::rowCount).sum(), batches.size());
        };
    }

    static List<Batch> readAll(FragmentStream stream) {
        List<Batch> batches = new ArrayList<>();
        for (Batch batch = stream.next(); batch != null; batch = stream.next()) {
            batches.add(batch);
        }
        return batches;
    }

    static void assertCode(Throwable failure, ErrorCode code) {
        assertThat(failure).isInstanceOf(NarwhalException.class);
        assertThat(((NarwhalException) failure).code()).as("%s", failure).isEqualTo(code);
    }

    static Throwable failureOf(Callable<?> call) {
        try {
            Object result = call.call();
            throw new AssertionError("No failure but [" + result + "]");
        } catch (Exception e) {
            return e;
        }
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Lets time pass in a handler or a consumer that is slow on purpose.
    static void linger(Duration time) {
        try {
            assertThat(new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static Fragments endless(CompletableFuture<Throwable> ended) {
        return (_, _, sink) -> {
            try {
                while (true) {
                    sink.accept(numbers(4096, 0));
                }
            } catch (RuntimeException e) {
                ended.complete(e);
                throw e;
            }
        };
    }

    interface Action {
        byte[] call(String action, byte[] body, Consumer<byte[]> progress);
    }

    static Transport.Handler acting(Action action) {
        return new Transport.Handler() {
            @Override
            public FragmentTrailer execute(FragmentRequest request, QueryContext context, Consumer<Batch> sink) {
                throw new AssertionError("not asked for");
            }

            @Override
            public byte[] call(String name, byte[] body, Consumer<byte[]> progress) {
                return action.call(name, body, progress);
            }
        };
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
