package org.narwhaldb.conformance.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.narwhaldb.cluster.Scheduler;
import org.narwhaldb.segment.error.NarwhalException;

/// One life of one process: its threads, its clock, its scheduler. It can be paused, and go on where it was without
/// having noticed; it can be killed, and is then gone with all that it knew.
final class SimulatedProcess implements Scheduler, InstantSource {
    private final Loop loop;
    private final Faults faults;
    private final String name;
    private final List<Runnable> held = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Runnable> onDeath = new ArrayList<>();
    private final Executor carrier = this::submit;
    private boolean alive = true;
    private boolean paused;
    private Instant awaySince;
    private Instant wentOn = Instant.MIN;

    SimulatedProcess(Loop loop, Faults faults, String name) {
        this.loop = loop;
        this.faults = faults;
        this.name = name;
    }

    Loop loop() {
        return loop;
    }

    Faults faults() {
        return faults;
    }

    String name() {
        return name;
    }

    boolean alive() {
        return alive;
    }

    boolean paused() {
        return paused;
    }

    boolean hasJustGoneOn() {
        return wentOn.isAfter(loop.now().minusSeconds(2));
    }

    /// Since when nobody hears from it; null if it is there.
    Instant awaySince() {
        return awaySince;
    }

    void onDeath(Runnable hook) {
        onDeath.add(hook);
    }

    /// One step of the protocol begins or has just been done: here a process may stop for a while, or die.
    void step(String what) {
        loop.count(name, what);
        faults.strike(this);
        if (!alive) {
            Loop.park(() -> false);
        }
        Duration delay = faults.delay();
        if (!delay.isZero() || paused) {
            loop.sleep(delay);
        }
    }

    void suspend(Duration time) {
        if (alive && !paused) {
            loop.note(name, "is paused for " + time.toMillis() + " ms");
            paused = true;
            awaySince = loop.now();
            loop.at(time, this::resume);
        }
    }

    void resume() {
        if (alive && paused) {
            loop.note(name, "goes on");
            paused = false;
            awaySince = null;
            wentOn = loop.now();
            held.forEach(continuation -> loop.ready(this, continuation));
            held.clear();
        }
    }

    void kill() {
        if (alive) {
            loop.note(name, "is killed");
            alive = false;
            paused = false;
            awaySince = loop.now();
            held.clear();
            loop.forget(threads);
            threads.clear();
            onDeath.forEach(Runnable::run);
            onDeath.clear();
        }
    }

    private void submit(Runnable continuation) {
        if (alive) {
            loop.ready(this, continuation);
        }
    }

    boolean mayRun(Runnable continuation) {
        if (alive && paused) {
            held.add(continuation);
        }
        return alive && !paused;
    }

    @Override
    public void execute(Runnable task) {
        start("task", task);
    }

    @Override
    public void start(String threadName, Runnable task) {
        if (!alive) {
            return;
        }
        Thread thread = VirtualThreads.create(carrier, name + "/" + threadName, () -> guarded(task));
        if (threads.size() > 64) {
            threads.removeIf(each -> !each.isAlive());
        }
        threads.add(thread);
        loop.started(thread);
        thread.start();
    }

    /// What a real scheduler writes to its log: a refusal is nothing special, anything else is a defect.
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (NarwhalException e) {
            loop.note(name, "task failed: " + e.code());
        } catch (RuntimeException | Error e) {
            loop.fail("A task of " + name + " failed: " + e, e);
        }
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        boolean[] cancelled = new boolean[1];
        loop.at(delay, () -> {
            if (!cancelled[0]) {
                start("timer", task);
            }
        });
        return () -> cancelled[0] = true;
    }

    @Override
    public Cancellable repeat(Duration period, Runnable task) {
        boolean[] cancelled = new boolean[1];
        repeatAgain(period, task, cancelled);
        return () -> cancelled[0] = true;
    }

    private void repeatAgain(Duration period, Runnable task, boolean[] cancelled) {
        loop.at(period, () -> {
            if (!cancelled[0] && alive) {
                start("repeat", () -> {
                    guarded(task);
                    repeatAgain(period, task, cancelled);
                });
            }
        });
    }

    @Override
    public void await(Object monitor, Duration patience) throws InterruptedException {
        boolean[] over = new boolean[1];
        loop.at(patience.isPositive() ? patience : Duration.ofNanos(1), () -> {
            if (!over[0]) {
                start("alarm", () -> {
                    synchronized (monitor) {
                        monitor.notifyAll();
                    }
                });
            }
        });
        try {
            monitor.wait();
        } finally {
            over[0] = true;
        }
    }

    @Override
    public Instant instant() {
        return loop.now();
    }

    /// Workers for those who want a pool.
    ExecutorService workers() {
        return new AbstractExecutorService() {
            @Override
            public void execute(Runnable task) {
                start("worker", task);
            }

            @Override
            public void shutdown() {}

            @Override
            public List<Runnable> shutdownNow() {
                return List.of();
            }

            @Override
            public boolean isShutdown() {
                return false;
            }

            @Override
            public boolean isTerminated() {
                return false;
            }

            @Override
            public boolean awaitTermination(long timeout, TimeUnit unit) {
                return true;
            }
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
