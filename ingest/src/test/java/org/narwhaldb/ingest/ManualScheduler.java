package org.narwhaldb.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.narwhaldb.cluster.Scheduler;

/// Runs work when the test says so, in the order in which it came; nothing runs later by itself.
public final class ManualScheduler implements Scheduler {
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    @Override
    public synchronized void execute(Runnable task) {
        waiting.add(task);
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        return () -> { };
    }

    @Override
    public Cancellable repeat(Duration period, Runnable task) {
        return () -> { };
    }

    @Override
    public void start(String name, Runnable task) {
        execute(task);
    }

    @Override
    public void await(Object monitor, Duration patience) throws InterruptedException {
        monitor.wait(Math.max(1, patience.toMillis()));
    }

    public void runAll() {
        Runnable task = next();
        while (task != null) {
            task.run();
            task = next();
        }
    }

    private synchronized Runnable next() {
        return waiting.poll();
    }
}
