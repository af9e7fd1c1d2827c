package org.narwhaldb.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class MemoryPoolTest {
    private final MemoryPool pool = MemoryPool.of(1_000);

    private static void assertRefused(Runnable reservation, ErrorCode code, String... words) {
        assertThatThrownBy(reservation::run).isInstanceOf(NarwhalException.class)
                .satisfies(failure -> assertThat(((NarwhalException) failure).code()).isEqualTo(code))
                .hasMessageContainingAll(words);
    }

    @Test
    void aQueryOverItsLimitFailsAndHoldsWhatItHeld() {
        QueryMemory account = pool.open("q1", 100);
        account.reserve(60);

        assertRefused(() -> account.reserve(41), ErrorCode.QUERY_MEMORY_EXCEEDED, "q1", "41", "60", "100");

        assertThat(account.reservedBytes()).isEqualTo(60);
        assertThat(pool.reservedBytes()).isEqualTo(60);
        account.reserve(40);
    }

    @Test
    void queriesTogetherStayWithinTheProcessLimit() {
        QueryMemory first = pool.open("q1", 900);
        QueryMemory second = pool.open("q2", 900);
        first.reserve(800);

        assertRefused(() -> second.reserve(300), ErrorCode.SERVER_MEMORY_EXCEEDED, "q2", "300", "800", "1000");

        assertThat(second.reservedBytes()).isZero();
        pool.close(first);
        second.reserve(300);
        assertThat(pool.reservedBytes()).isEqualTo(300);
    }

    @Test
    void accountsOfOneQueryShareTheLargestLimit() {
        QueryMemory first = pool.open("q1", 100);
        QueryMemory second = pool.open("q1", 200);
        first.reserve(150);

        assertRefused(() -> second.reserve(60), ErrorCode.QUERY_MEMORY_EXCEEDED, "q1");

        pool.close(first);
        second.reserve(200);
    }

    @Test
    void closingGivesBackOnceAndLateReleasesAreHarmless() {
        QueryMemory account = pool.open("q1", 0);
        QueryMemory other = pool.open("q2", 0);
        other.reserve(10);
        account.reserve(500);

        pool.close(account);
        pool.close(account);
        account.release(500);

        assertThat(pool.reservedBytes()).isEqualTo(10);
        assertRefused(() -> account.reserve(1), ErrorCode.QUERY_CANCELLED, "q1");
    }

    @Test
    void aReservationThatOverflowsIsRefused() {
        QueryMemory account = pool.open("q1", Long.MAX_VALUE);
        account.reserve(10);

        assertRefused(() -> account.reserve(Long.MAX_VALUE), ErrorCode.QUERY_MEMORY_EXCEEDED, "q1");
    }

    @Test
    void manyThreadsLeaveNothingBehind() throws Exception {
        List<Future<?>> tasks = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int thread = 0; thread < 8; thread++) {
                String queryId = "q" + thread % 3;
                tasks.add(threads.submit(() -> churn(queryId)));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        }
        assertThat(pool.reservedBytes()).isZero();
        pool.open("q0", 1_000).reserve(1_000);
    }

    private void churn(String queryId) {
        for (int round = 0; round < 2_000; round++) {
            QueryMemory account = pool.open(queryId, 500);
            try {
                account.reserve(100);
                account.reserve(150);
                account.release(100);
            } catch (NarwhalException e) {
                assertThat(pool.reservedBytes()).isBetween(0L, 1_000L);
            } finally {
                pool.close(account);
            }
        }
    }
}
