package org.narwhaldb.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
    @Test
    void everyStepOfEveryTaskRunsOnceAndNoTaskInTwoThreadsAtATime() {
        try (WorkerPool pool = new WorkerPool(4)) {
            int[] steps = new int[50];
            AtomicBoolean[] inside = new AtomicBoolean[steps.length];
            List<WorkerPool.Task> tasks = new ArrayList<>();
            for (int number = 0; number < steps.length; number++) {
                int task = number;
                inside[task] = new AtomicBoolean();
                tasks.add(() -> {
                    assertThat(inside[task].getAndSet(true)).isFalse();
                    steps[task]++;
                    inside[task].set(false);
                    return steps[task] < task;
                });
            }
            pool.run(tasks);
            for (int task = 0; task < steps.length; task++) {
                assertThat(steps[task]).isEqualTo(Math.max(1, task));
            }
        }
    }

    @Test
    void anIdleThreadHelps() throws InterruptedException {
        try (WorkerPool pool = new WorkerPool(2)) {
            CountDownLatch both = new CountDownLatch(2);
            WorkerPool.Task waitsForTheOther = () -> {
                both.countDown();
                try {
                    both.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return false;
            };
            pool.run(List.of(waitsForTheOther, waitsForTheOther));
            assertThat(both.getCount()).isZero();
        }
    }

    @Test
    void aFailureReachesTheCallerOnceNothingRuns() {
        try (WorkerPool pool = new WorkerPool(3)) {
            AtomicInteger running = new AtomicInteger();
            List<WorkerPool.Task> tasks = new ArrayList<>();
            for (int number = 0; number < 6; number++) {
                int task = number;
                tasks.add(() -> {
                    running.incrementAndGet();
                    try {
                        if (task == 3) {
                            throw new IllegalArgumentException("task 3");
                        }
                        return true;
                    } finally {
                        running.decrementAndGet();
                    }
                });
            }
            assertThatThrownBy(() -> pool.run(tasks)).isInstanceOf(IllegalArgumentException.class).hasMessage("task 3");
            assertThat(running.get()).isZero();
        }
    }

    @Test
    void withoutThreadsTasksRunInTheCallersThreadOneAfterTheOther() {
        List<Integer> order = new ArrayList<>();
        Thread caller = Thread.currentThread();
        List<WorkerPool.Task> tasks = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            int task = number;
            tasks.add(() -> {
                assertThat(Thread.currentThread()).isSameAs(caller);
                order.add(task);
                return order.size() % 2 == 1;
            });
        }
        WorkerPool.INLINE.run(tasks);
        assertThat(order).containsExactly(0, 0, 1, 1, 2, 2);
    }
}
