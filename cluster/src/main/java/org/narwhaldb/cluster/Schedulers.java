package org.narwhaldb.cluster;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Real schedulers; the only class outside `Main` that makes threads for them.
public final class Schedulers {
    private static final Logger LOG = LoggerFactory.getLogger(Schedulers.class);

    private Schedulers() {}

    /// Daemon threads called `name-N`. A task that throws is logged and does not end a repetition.
    public static Scheduler threads(String name, int threadCount) {
        AtomicInteger number = new AtomicInteger();
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(threadCount,
                task -> Thread.ofPlatform().daemon().name(name + "-" + number.incrementAndGet()).unstarted(task));
        executor.setRemoveOnCancelPolicy(true);
        ExecutorService starter = Executors.newCachedThreadPool(
                task -> Thread.ofPlatform().daemon().name(name + "-started-" + number.incrementAndGet()).unstarted(task));
        return new ThreadScheduler(name, executor, starter);
    }

    /// @param starter threads of the system, not virtual ones: what is started may compute for long, and must not keep others from starting
    private record ThreadScheduler(String name, ScheduledThreadPoolExecutor executor, ExecutorService starter) implements Scheduler {
        @Override
        public void execute(Runnable task) {
            executor.execute(logged(task));
        }

        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            return cancelling(executor.schedule(logged(task), delay.toNanos(), TimeUnit.NANOSECONDS));
        }

        @Override
        public Cancellable repeat(Duration period, Runnable task) {
            long nanos = period.toNanos();
            return cancelling(executor.scheduleWithFixedDelay(logged(task), nanos, nanos, TimeUnit.NANOSECONDS));
        }

        @Override
        public void start(String name, Runnable task) {
            starter.execute(() -> {
                Thread thread = Thread.currentThread();
                String idle = thread.getName();
                thread.setName(name);
                logged(task).run();
                thread.setName(idle);
            });
        }

        @Override
        public void await(Object monitor, Duration patience) throws InterruptedException {
            monitor.wait(Math.max(1, patience.toMillis()));
        }

        private static Cancellable cancelling(Future<?> future) {
            return () -> future.cancel(false);
        }

        private Runnable logged(Runnable task) {
            return () -> {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    LOG.error("A task of scheduler [{}] failed", name, e);
                }
            };
        }
    }
}
