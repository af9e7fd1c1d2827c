package org.narwhaldb.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import org.narwhaldb.cluster.Scheduler;

/// Runs at once what is to run at once; what is to run later runs when the test says so.
final class ManualScheduler implements Scheduler {
    private final ExecutorService threads;
    private final List<Runnable> later = new CopyOnWriteArrayList<>();
    private final List<Runnable> repeated = new CopyOnWriteArrayList<>();

    ManualScheduler(ExecutorService threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        later.add(task);
        return () -> later.remove(task);
    }

    @Override
    public Cancellable repeat(Duration period, Runnable task) {
        repeated.add(task);
        return () -> repeated.remove(task);
    }

    @Override
    public void start(String name, Runnable task) {
        threads.execute(task);
    }

    @Override
    public void await(Object monitor, Duration patience) throws InterruptedException {
        monitor.wait(Math.max(1, patience.toMillis()));
    }

    void timePasses() {
        List<Runnable> due = List.copyOf(later);
        later.removeAll(due);
        due.forEach(Runnable::run);
        repeated.forEach(Runnable::run);
    }
}
