package org.narwhaldb.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.cluster.Schedulers;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class SharedRunTest {
    private static final FragmentTrailer WHOLE = new FragmentTrailer("q", 1, 0, 0, 1, 2, 3, 4, 5, true);

    private final MemoryPool pool = MemoryPool.of(1 << 26);
    private final QueryMemory account = pool.open("q", 0);
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final QueryContext context = new QueryContext("q", now.plus(Duration.ofHours(1)), () -> now, account);
    private final QueryContext reader = new QueryContext("q", now.plus(Duration.ofHours(1)), () -> now, account);
    private final Scheduler scheduler = Schedulers.threads("shared-run-test", 1);
    private final SharedRun run = new SharedRun(2, context, () -> now, scheduler);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void nothingIsHeld() {
        run.end(new NarwhalException(ErrorCode.FRAGMENT_INCOMPLETE, "over"));
        assertThat(account.reservedBytes()).isZero();
        pool.close(account);
        threads.shutdownNow();
    }

    private static Batch batch() {
        return new Batch(Batch.ROWS_MAX, java.util.Collections.nCopies(16, new LongColumn(new long[Batch.ROWS_MAX], null)));
    }

    private void fill(int partition) {
        while (account.reservedBytes() < SharedRun.WAITING_BYTES_MAX - (1 << 20)) {
            run.put(partition, batch());
        }
    }

    @Test
    void aPartitionThatNobodyReadsHoldsUpTheOthersForAWhileOnly() throws Exception {
        fill(1);
        Future<?> producer = threads.submit(() -> {
            for (int batch = 0; batch < 8; batch++) {
                run.put(1, batch());
            }
            run.put(0, batch());
            run.finish(WHOLE);
        });
        assertThat(run.claim(0)).isTrue();

        now = now.plus(SharedRun.PATIENCE);
        run.ring();

        assertThat(run.take(0, reader)).isNotNull();
        assertThat(run.take(0, reader)).isNull();
        assertThat(run.whole()).isEqualTo(WHOLE);
        run.release(0);
        producer.get();
        assertThat(run.claim(1)).isFalse();
        assertThat(context.isCancelled()).isFalse();
    }

    @Test
    void whoeverReadsAPartitionLosesItToTheOneWhoRunsTheLeafForItAlone() {
        run.put(0, batch());
        assertThat(run.claim(0)).isTrue();
        assertThat(run.claim(0)).isFalse();

        run.supersede(0);

        assertThatThrownBy(() -> run.take(0, reader)).isInstanceOf(NarwhalException.class)
                .extracting(e -> ((NarwhalException) e).code()).isEqualTo(ErrorCode.FRAGMENT_INCOMPLETE);
        assertThat(account.reservedBytes()).isZero();
    }

    @Test
    void theLastReaderThatGoesBeforeItsEndTakesTheRunWithIt() {
        assertThat(run.claim(0)).isTrue();
        assertThat(run.claim(1)).isTrue();

        run.release(0);
        assertThat(context.isCancelled()).isFalse();
        run.release(1);

        assertThat(context.isCancelled()).isTrue();
        assertThat(run.claim(1)).isFalse();
    }
}
