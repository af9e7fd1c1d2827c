package org.narwhaldb.conformance.simulation;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/// Virtual threads whose continuations go to an executor of ours, so that one real thread decides which of them runs.
/// What the JDK keeps to itself is reached by `--add-opens java.base/java.lang=ALL-UNNAMED` (JDK 25).
///
/// A virtual thread that waits for a monitor, or in `Object.wait`, is woken by a thread of the JDK, at a moment nobody
/// can foretell. While an [Unblocker] is open that thread is held, and whoever left the monitor finds the successors by
/// [Unblocker#release], in the same order each time.
final class VirtualThreads {
    private static final MethodHandle NEW_THREAD;
    private static final MethodHandle TAKE_LIST;
    private static final MethodHandle UNBLOCK;
    private static final VarHandle ON_LIST;
    private static final VarHandle NEXT;

    static {
        try {
            Class<?> builders = Class.forName("java.lang.ThreadBuilders");
            Class<?> virtual = Class.forName("java.lang.VirtualThread");
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(virtual, MethodHandles.lookup());
            NEW_THREAD = MethodHandles.privateLookupIn(builders, MethodHandles.lookup()).findStatic(builders, "newVirtualThread",
                    MethodType.methodType(Thread.class, Executor.class, String.class, int.class, Runnable.class));
            TAKE_LIST = lookup.findStatic(virtual, "takeVirtualThreadListToUnblock", MethodType.methodType(virtual))
                    .asType(MethodType.methodType(Thread.class));
            UNBLOCK = lookup.findVirtual(virtual, "unblock", MethodType.methodType(void.class))
                    .asType(MethodType.methodType(void.class, Thread.class));
            ON_LIST = lookup.findVarHandle(virtual, "onWaitingList", boolean.class);
            NEXT = lookup.findVarHandle(virtual, "next", virtual);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The simulator needs JDK 25 with --add-opens java.base/java.lang=ALL-UNNAMED", e);
        }
    }

    private VirtualThreads() {}

    static Thread create(Executor scheduler, String name, Runnable task) {
        try {
            return (Thread) NEW_THREAD.invokeExact(scheduler, name, 0, task);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Whether the thread may go on since another one left its monitor, and was not told yet.
    static boolean isReleased(Thread thread) {
        return (boolean) ON_LIST.getVolatile(thread);
    }

    /// Stands in for the JDK's unblocker until it is closed. Open and use it from one platform thread.
    static final class Unblocker implements AutoCloseable {
        private final CountDownLatch end = new CountDownLatch(1);
        private final CountDownLatch held = new CountDownLatch(1);

        Unblocker() {
            Object monitor = new Object();
            ArrayDeque<Runnable> ready = new ArrayDeque<>();
            Thread owner = create(ready::add, "owner", () -> {
                synchronized (monitor) {
                    Thread.yield();
                }
            });
            Thread bait = create(continuation -> {
                if (Thread.currentThread().getName().equals("VirtualThread-unblocker")) {
                    held.countDown();
                    await(end);
                } else {
                    ready.add(continuation);
                }
            }, "bait", () -> {
                synchronized (monitor) {
                    monitor.notifyAll();
                }
            });
            owner.start();
            bait.start();
            // the owner takes the monitor, the bait waits for it, the owner leaves it
            for (int turn = 0; turn < 3; turn++) {
                ready.removeFirst().run();
            }
            await(held);
        }

        /// Makes everyone runnable who was let into a monitor; call it when there is one.
        void release() {
            try {
                Thread thread = (Thread) TAKE_LIST.invokeExact();
                while (thread != null) {
                    Thread next = (Thread) NEXT.get(thread);
                    NEXT.set(thread, null);
                    ON_LIST.setVolatile(thread, false);
                    UNBLOCK.invokeExact(thread);
                    thread = next;
                }
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            end.countDown();
        }

        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
