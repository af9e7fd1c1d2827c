package org.narwhaldb.server;

import java.util.ArrayDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/// Runs a server's loading on shared workers, so many tasks at a time and not more. What is urgent goes first.
final class LoadQueue {
    private final ExecutorService workers;
    private final int parallelism;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int running;

    LoadQueue(ExecutorService workers, int parallelism) {
        this.workers = workers;
        this.parallelism = parallelism;
    }

    void submit(Runnable task, boolean urgent) {
        synchronized (this) {
            if (urgent) {
                waiting.addFirst(task);
            } else {
                waiting.addLast(task);
            }
            if (running == parallelism) {
                return;
            }
            running++;
        }
        try {
            workers.execute(this::work);
        } catch (RejectedExecutionException e) {
            // The process is ending; nobody waits for the load.
            synchronized (this) {
                running--;
            }
        }
    }

    private void work() {
        while (true) {
            Runnable task;
            synchronized (this) {
                task = waiting.pollFirst();
                if (task == null) {
                    running--;
                    return;
                }
            }
            task.run();
        }
    }
}
