package org.narwhaldb.conformance.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/// One member of a cluster: a process that may be ended in any way and started again, under the same name and address.
/// Each start writes a log of its own, `NAME.N.log`, both streams. Thread-safe.
public final class NarwhalProcess {
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofMinutes(1);
    private static final int TAIL_CHARACTERS = 4_000;

    /// How it is started, each time in the same way.
    ///
    /// @param name of this process among all
    /// @param host,port where it listens; port 0: nowhere
    /// @param readyLine what it prints once it serves; null: it is ready when its port takes connections
    record Start(ProcessRole role, String name, String host, int port, String readyLine, ProcessCommand command) {}

    /// @param line program and arguments
    /// @param environment beside the one inherited
    record ProcessCommand(java.util.List<String> line, Map<String, String> environment) {}

    private final Start start;
    private final Path logs;
    private Process process;
    private int starts;
    private boolean paused;
    private boolean retired;

    NarwhalProcess(Start start, Path logs) {
        this.start = start;
        this.logs = logs;
    }

    public String name() {
        return start.name();
    }

    public ProcessRole role() {
        return start.role();
    }

    public String host() {
        return start.host();
    }

    public int port() {
        return start.port();
    }

    /// The name that a cluster's member has by its address; empty for ZooKeeper.
    public String memberId() {
        return switch (start.role()) {
            case ZOOKEEPER -> "";
            case CONTROLLER -> start.name();
            case INGEST, SEGMENT_SERVER, FRONT_END -> "%s_%s_%d".formatted(start.role().word(), start.host(), start.port());
        };
    }

    public synchronized NarwhalProcess start() {
        if (retired) {
            throw new IllegalStateException("[%s] is not started any more: its cluster is closed".formatted(name()));
        }
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("[%s] is running".formatted(name()));
        }
        starts++;
        paused = false;
        ProcessBuilder builder = new ProcessBuilder(start.command().line()).redirectErrorStream(true).redirectOutput(log().toFile());
        builder.environment().putAll(start.command().environment());
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /// How often it was started.
    public synchronized int starts() {
        return starts;
    }

    /// Of the last start.
    public synchronized Path log() {
        return logs.resolve("%s.%d.log".formatted(name(), starts));
    }

    public String printed() {
        try {
            return new String(Files.readAllBytes(log()), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String tail() {
        String text = printed();
        return text.length() <= TAIL_CHARACTERS ? text : "[...]" + text.substring(text.length() - TAIL_CHARACTERS);
    }

    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    public synchronized boolean isPaused() {
        return paused && isAlive();
    }

    public boolean isReady() {
        return isAlive() && (start.readyLine() == null ? Sockets.accepts(host(), port()) : printed().contains(start.readyLine()));
    }

    /// @throws IllegalStateException with what it printed, when it ends or is not ready in time
    public NarwhalProcess awaitReady() {
        Waiting.until("[%s] is ready".formatted(name()), START, () -> isReady() || !isAlive(), () -> "It printed: " + tail());
        if (!isReady()) {
            throw new IllegalStateException("[%s] ended with %s; it printed: %s".formatted(name(), exitCode(), tail()));
        }
        return this;
    }

    public synchronized OptionalInt exitCode() {
        return process == null || process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    /// SIGKILL, and waits until it is gone.
    public void kill() {
        Process running = running();
        if (running != null) {
            running.destroyForcibly();
            awaitEnd(running);
        }
    }

    /// Ends it for good.
    void retire() {
        synchronized (this) {
            retired = true;
        }
        kill();
    }

    /// SIGTERM; does not wait.
    public void terminate() {
        Process running = running();
        if (running != null) {
            running.destroy();
        }
    }

    /// SIGSTOP: it is there, takes connections, and says nothing.
    public synchronized void pause() {
        signal("STOP");
        paused = true;
    }

    public synchronized void resume() {
        signal("CONT");
        paused = false;
    }

    private void signal(String name) {
        if (isAlive()) {
            Commands.run("bash", "-c", "kill -%s %d".formatted(name, process.pid()));
        }
    }

    public void restart() {
        kill();
        start();
    }

    /// Waits for its end; the exit code.
    public int awaitEnd() {
        Process running = running();
        awaitEnd(running);
        return running.exitValue();
    }

    private void awaitEnd(Process running) {
        try {
            if (!running.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("[%s] does not end within %s; it printed: %s".formatted(name(), STOP, tail()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while [%s] ends".formatted(name()), e);
        }
    }

    private synchronized Process running() {
        return process;
    }

    @Override
    public String toString() {
        return name();
    }
}
