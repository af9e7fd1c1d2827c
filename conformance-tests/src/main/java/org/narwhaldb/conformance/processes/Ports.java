package org.narwhaldb.conformance.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Ports that stay ours while nobody listens on them: a process that is killed and started again needs its old one.
/// They are taken from below the range that systems give to outgoing connections, and each is locked by a file, so that
/// harnesses that run at the same time do not meet.
public final class Ports implements AutoCloseable {
    private static final int FIRST = 15_000;
    private static final int LAST = 30_000;

    private final Path locks = Path.of(System.getProperty("java.io.tmpdir"), "narwhal-ports");
    private final List<FileChannel> taken = new ArrayList<>();
    private int next = FIRST + (int) (ProcessHandle.current().pid() * 97 % (LAST - FIRST));

    public synchronized int take() {
        for (int tried = 0; tried < LAST - FIRST; tried++) {
            int port = next;
            next = next == LAST ? FIRST : next + 1;
            if (lock(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No port from %d to %d is free".formatted(FIRST, LAST));
    }

    private boolean lock(int port) {
        try {
            Files.createDirectories(locks);
            FileChannel file = FileChannel.open(locks.resolve(String.valueOf(port)), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean ours = false;
            try {
                ours = file.tryLock() != null && isFree(port);
            } catch (java.nio.channels.OverlappingFileLockException e) {
                // another harness of this JVM has it
            }
            if (ours) {
                taken.add(file);
            } else {
                file.close();
            }
            return ours;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public synchronized void close() {
        for (FileChannel file : taken) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        taken.clear();
    }
}
