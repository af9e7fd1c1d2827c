package org.narwhaldb.engine.execution;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The threads of one JVM that make a fragment faster than its own thread could: whoever runs a job works on it
/// itself, and idle threads of the pool take a share of what is left, always of the job that has had the least time
/// so far. Between any two steps they may turn to another job, so that a short query never waits for a long one.
///
/// A job is a list of tasks; no two threads ever run the same task at once, and what one step wrote the next one sees.
/// Without threads ([#INLINE]) the tasks run one after the other in the caller's thread, in order.
public final class WorkerPool implements AutoCloseable {
    public static final WorkerPool INLINE = new WorkerPool(1);

    private final int parallelism;
    private final List<Job> jobs = new ArrayList<>();
    private int busy;
    private boolean closed;

    /// A part of a job.
    @FunctionalInterface
    public interface Task {
        /// Does some more work, a few milliseconds at most.
        ///
        /// @return false when there is none left
        boolean step();
    }

    /// @param parallelism how many threads work at once, those that run jobs of their own included; 1 has no threads
    public WorkerPool(int parallelism) {
        this.parallelism = parallelism;
        for (int index = 1; index < parallelism; index++) {
            Thread thread = new Thread(this::help, "narwhal-worker-" + index);
            thread.setDaemon(true);
            thread.start();
        }
    }

    public int parallelism() {
        return parallelism;
    }

    /// Returns when all tasks are done, or throws what the first failing one threw once no thread is inside a step.
    public void run(List<? extends Task> tasks) {
        if (parallelism == 1 || tasks.size() == 1) {
            for (Task task : tasks) {
                while (task.step()) {
                    continue;
                }
            }
            return;
        }
        Job job = new Job(tasks);
        open(job);
        try {
            for (Task task = take(job); task != null; task = take(job)) {
                step(job, task);
            }
        } finally {
            close(job);
        }
        job.rethrow();
    }

    private synchronized void open(Job job) {
        jobs.add(job);
        busy++;
        notifyAll();
    }

    private synchronized void close(Job job) {
        jobs.remove(job);
        busy--;
        notifyAll();
    }

    /// The next task for the job's own thread; waits for those that others are at. Null when all are done.
    private synchronized Task take(Job job) {
        boolean interrupted = false;
        try {
            while (true) {
                Task task = job.waiting.pollFirst();
                if (task != null) {
                    job.running++;
                    return task;
                }
                if (job.running == 0) {
                    return null;
                }
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void step(Job job, Task task) {
        long begun = System.nanoTime();
        boolean more = false;
        Throwable failure = null;
        try {
            more = task.step();
        } catch (Throwable e) {
            failure = e;
        }
        giveBack(job, task, more, failure, System.nanoTime() - begun);
    }

    private synchronized void giveBack(Job job, Task task, boolean more, Throwable failure, long nanos) {
        job.nanos += nanos;
        job.running--;
        if (failure != null) {
            job.failure = job.failure == null ? failure : job.failure;
            job.waiting.clear();
        }
        if (more && job.failure == null) {
            job.waiting.addFirst(task);
        }
        notifyAll();
    }

    private void help() {
        while (true) {
            Job job;
            Task task;
            synchronized (this) {
                job = neediest();
                while (job == null && !closed) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                    job = neediest();
                }
                if (job == null) {
                    return;
                }
                task = job.waiting.pollLast();
                job.running++;
                busy++;
            }
            try {
                step(job, task);
            } finally {
                synchronized (this) {
                    busy--;
                }
            }
        }
    }

    private Job neediest() {
        if (busy >= parallelism) {
            return null;
        }
        Job neediest = null;
        for (Job job : jobs) {
            if (!job.waiting.isEmpty() && (neediest == null || job.nanos < neediest.nanos)) {
                neediest = job;
            }
        }
        return neediest;
    }

    /// Jobs that run go on without helpers.
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private static final class Job {
        private final ArrayDeque<Task> waiting;
        private int running;
        private long nanos;
        private Throwable failure;

        Job(List<? extends Task> tasks) {
            waiting = new ArrayDeque<>(tasks);
        }

        void rethrow() {
            switch (failure) {
                case null -> { }
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(failure);
            }
        }
    }
}
