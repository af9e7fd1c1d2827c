package org.narwhaldb.launcher.command;

import java.util.concurrent.CountDownLatch;

/// Keeps a process in the foreground until it is told to end.
final class Foreground {
    private Foreground() {}

    /// Prints `ready`, then waits for Ctrl-C or SIGTERM; the process is closed before the JVM ends.
    static int stay(AutoCloseable process, String ready) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                process.close();
                System.out.println("Stopped.");
            } catch (Exception e) {
                System.err.println("narwhal: stopping failed: " + e);
            }
        }, "shutdown"));
        System.out.println(ready);
        System.out.flush();
        never.await();
        return ExitCode.DONE;
    }
}
