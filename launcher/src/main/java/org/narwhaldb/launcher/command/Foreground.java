package org.narwhaldb.launcher.command;

import java.util.concurrent.CountDownLatch;

/// Keeps a process in the foreground until it is told to end.
final class Foreground {
    private Foreground() {}

    /// Prints `ready`, then waits for Ctrl-C or SIGTERM. Being told to end is no failure: the exit code is 0 once all is closed, where
    /// the JVM's own would be 128 and the signal's number.
    static int stay(AutoCloseable process, String ready) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process), "shutdown"));
        System.out.println(ready);
        System.out.flush();
        never.await();
        return ExitCode.DONE;
    }

    private static void end(AutoCloseable process) {
        int exitCode = ExitCode.DONE;
        try {
            process.close();
            System.out.println("Stopped.");
        } catch (Exception e) {
            System.err.println("narwhal: stopping failed: " + e);
            exitCode = ExitCode.FAILED;
        }
        System.out.flush();
        Runtime.getRuntime().halt(exitCode);
    }
}
