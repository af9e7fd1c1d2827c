package org.narwhaldb.ingest.build;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.narwhaldb.segment.WorkShare;

/// Shares the work of a build with workers of the pool that have no build of their own. The one who shares works too,
/// and never waits for a worker that has not begun.
final class PoolShare implements WorkShare {
    private final Executor workers;
    private final int workerCount;
    private final AtomicInteger busy = new AtomicInteger();

    PoolShare(Executor workers, int workerCount) {
        this.workers = workers;
        this.workerCount = workerCount;
    }

    /// A worker began a build of its own.
    void begin() {
        busy.incrementAndGet();
    }

    void end() {
        busy.decrementAndGet();
    }

    /// Workers with a build of their own, at least 1.
    int building() {
        return Math.max(1, busy.get());
    }

    @Override
    public void run(int count, IntConsumer work) {
        Job job = new Job(count, work);
        int helpers = Math.min(count - 1, workerCount - busy.get());
        try {
            for (int helper = 0; helper < helpers; helper++) {
                workers.execute(job);
            }
        } catch (RejectedExecutionException e) {
            // the pool is being closed: what was begun ends without help
        }
        job.run();
        job.await();
    }

    private static final class Job implements Runnable {
        private final int count;
        private IntConsumer work;
        private int begun;
        private int running;
        private RuntimeException failure;

        private Job(int count, IntConsumer work) {
            this.count = count;
            this.work = work;
        }

        @Override
        public void run() {
            for (int index = claim(); index >= 0; index = claim()) {
                RuntimeException problem = null;
                try {
                    work.accept(index);
                } catch (RuntimeException e) {
                    problem = e;
                } catch (Error e) {
                    problem = new IllegalStateException(e);
                } finally {
                    done(problem);
                }
            }
        }

        private synchronized int claim() {
            if (begun == count || failure != null) {
                return -1;
            }
            running++;
            return begun++;
        }

        private synchronized void done(RuntimeException problem) {
            running--;
            if (failure == null) {
                failure = problem;
            }
            notifyAll();
        }

        /// Not interruptible: a worker may still use what the work speaks of.
        private synchronized void await() {
            boolean interrupted = false;
            while (running > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            // one that comes too late keeps the job, but nothing it spoke of
            begun = count;
            work = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (failure != null) {
                throw failure;
            }
        }
    }
}
