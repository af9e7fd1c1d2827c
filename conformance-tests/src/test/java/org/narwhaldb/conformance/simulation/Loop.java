package org.narwhaldb.conformance.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Simulated time and the one thread that everything runs on. Who of those that can run runs next is drawn by the seed;
/// time passes only when nobody can run. The same seed gives the same run, to the last step: [#trace] tells.
final class Loop implements AutoCloseable {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    final SplittableRandom random;
    private final VirtualThreads.Unblocker unblocker = new VirtualThreads.Unblocker();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<Ready> ready = new ArrayList<>();
    private final List<Thread> asleep = new ArrayList<>();
    private long nowNanos;
    private long sequence;
    private long steps;
    private long trace = 17;
    private AssertionError failure;
    private boolean verbose;

    private record Event(long atNanos, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int order = Long.compare(atNanos, other.atNanos);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    private record Ready(SimulatedProcess process, Runnable continuation) {}

    Loop(long seed) {
        random = new SplittableRandom(seed);
    }

    void verbose() {
        verbose = true;
    }

    Instant now() {
        return BEGIN.plusNanos(nowNanos);
    }

    long nowMillis() {
        return nowNanos / 1_000_000;
    }

    long steps() {
        return steps;
    }

    /// A hash of every step so far: what was done, by whom, when.
    long trace() {
        return trace;
    }

    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    Duration between(long minMillis, long maxMillis) {
        return Duration.ofNanos(random.nextLong(minMillis * 1_000_000, maxMillis * 1_000_000 + 1));
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /// Runs `action` on the loop's own thread; it must not wait.
    void at(Duration delay, Runnable action) {
        events.add(new Event(nowNanos + Math.max(0, delay.toNanos()), sequence++, action));
    }

    void ready(SimulatedProcess process, Runnable continuation) {
        ready.add(new Ready(process, continuation));
    }

    /// Called by a simulated thread: it goes on when the time has passed.
    void sleep(Duration time) {
        Thread thread = Thread.currentThread();
        boolean[] due = new boolean[1];
        at(time, () -> {
            due[0] = true;
            LockSupport.unpark(thread);
        });
        park(() -> due[0]);
    }

    /// An interrupt does not end it, and stays set: a parked thread that is interrupted would not leave its carrier.
    static void park(BooleanSupplier until) {
        boolean interrupted = false;
        while (!until.getAsBoolean()) {
            LockSupport.park();
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void count(String who, String what) {
        steps++;
        note(who, what);
    }

    /// For the trace, and for who looks on.
    void note(String who, String what) {
        trace = (trace * 31 + who.hashCode()) * 31 + what.hashCode() + nowNanos;
        if (verbose) {
            System.out.printf("%.6f %s %s%n", nowNanos / 1e9, who, what);
        }
    }

    /// A broken invariant: the run ends. The first one counts.
    void fail(String message, Throwable cause) {
        if (failure == null) {
            failure = new AssertionError("At %.6f s, step %d: %s".formatted(nowNanos / 1e9, steps, message), cause);
        }
    }

    AssertionError failure() {
        return failure;
    }

    void started(Thread thread) {
        asleep.add(thread);
    }

    /// Until `steps` have been done or nothing is left to do or something broke.
    void run(long untilSteps) {
        while (failure == null && steps < untilSteps && turn()) { }
    }

    void run(Duration time) {
        long end = nowNanos + time.toNanos();
        at(time, () -> { });
        while (failure == null && nowNanos < end && turn()) { }
    }

    private boolean turn() {
        if (ready.isEmpty()) {
            Event event = events.poll();
            if (event == null) {
                return false;
            }
            nowNanos = event.atNanos;
            event.action.run();
            return true;
        }
        int index = ready.size() == 1 ? 0 : random.nextInt(ready.size());
        Ready chosen = ready.get(index);
        ready.set(index, ready.getLast());
        ready.removeLast();
        if (chosen.process.mayRun(chosen.continuation)) {
            chosen.continuation.run();
            wake();
        }
        return true;
    }

    /// Whoever was let into a monitor by the thread that just ran.
    private void wake() {
        boolean released = false;
        for (int index = asleep.size() - 1; index >= 0; index--) {
            Thread thread = asleep.get(index);
            if (!thread.isAlive()) {
                asleep.set(index, asleep.getLast());
                asleep.removeLast();
            } else {
                released |= VirtualThreads.isReleased(thread);
            }
        }
        if (released) {
            unblocker.release();
        }
    }

    /// Forgets threads that will never run again.
    void forget(List<Thread> threads) {
        asleep.removeAll(threads);
    }

    @Override
    public void close() {
        unblocker.close();
    }
}
