package org.narwhaldb.ingest.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Threads for the pieces of one load, each with a target of its own.
final class ParallelWork implements AutoCloseable {
    private final ExecutorService threads;
    private final int threadCount;

    ParallelWork(String name, int threadCount) {
        this.threads = Executors.newFixedThreadPool(threadCount, Thread.ofPlatform().daemon().name(name, 0).factory());
        this.threadCount = threadCount;
    }

    interface Piece<T> {
        void run(T target, int index);
    }

    /// Runs pieces 0 to `count` - 1; the first failure is thrown once all threads have stopped.
    ///
    /// @param target called once for each thread
    <T> void run(int count, Supplier<T> target, Piece<T> piece) {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch running = new CountDownLatch(threadCount);
        Runnable work = () -> {
            try {
                T own = target.get();
                for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
                    piece.run(own, index);
                }
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
                next.set(count);
                threads.shutdownNow();
            } finally {
                running.countDown();
            }
        };
        for (int thread = 0; thread < threadCount; thread++) {
            try {
                threads.execute(work);
            } catch (RejectedExecutionException e) {
                // another piece has failed already
                running.countDown();
            }
        }
        await(running, next, count);
        switch (failure.get()) {
            case null -> { }
            case RuntimeException known -> throw known;
            case Throwable other -> throw new NarwhalException(ErrorCode.INTERNAL, "A load failed: " + other, other);
        }
    }

    /// Also after an interrupt: threads must not write on while what they wrote is taken back.
    private void await(CountDownLatch running, AtomicInteger next, int count) {
        boolean interrupted = false;
        while (running.getCount() > 0) {
            try {
                running.await();
            } catch (InterruptedException e) {
                interrupted = true;
                next.set(count);
                threads.shutdownNow();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE, "The load was interrupted");
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
