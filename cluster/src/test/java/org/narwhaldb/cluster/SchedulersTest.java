package org.narwhaldb.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SchedulersTest {
    private final Scheduler scheduler = Schedulers.threads("test", 1);

    @Test
    void a_repetition_outlives_a_failure_and_ends_when_cancelled() throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(3);
        CountDownLatch later = new CountDownLatch(1);

        Scheduler.Cancellable repetition = scheduler.repeat(Duration.ofMillis(1), () -> {
            runs.countDown();
            throw new IllegalStateException("the test wants this task to fail");
        });

        assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
        repetition.cancel();
        scheduler.schedule(Duration.ofMillis(1), later::countDown);
        assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_cancelled_task_does_not_run_and_threads_are_named_daemons() throws InterruptedException {
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch named = new CountDownLatch(1);

        scheduler.schedule(Duration.ofMillis(50), cancelled::countDown).cancel();
        scheduler.execute(() -> {
            if (Thread.currentThread().isDaemon() && Thread.currentThread().getName().equals("test-1")) {
                named.countDown();
            }
        });

        assertThat(named.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(cancelled.await(100, TimeUnit.MILLISECONDS)).isFalse();
    }
}
