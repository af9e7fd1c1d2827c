package org.narwhaldb.conformance.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Short commands of the system: signals, mounts, network links.
final class Commands {
    private Commands() {}

    /// @return what it printed
    /// @throws IllegalStateException when it fails, with what it printed
    static String run(String... command) {
        Result result = attempt(command);
        if (result.exitCode() != 0) {
            throw new IllegalStateException("%s failed with %d: %s".formatted(List.of(command), result.exitCode(), result.printed()));
        }
        return result.printed();
    }

    record Result(int exitCode, String printed) {}

    /// A program that is not there is a failure like another.
    static Result attempt(String... command) {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return new Result(127, e.getMessage());
        }
        try {
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return new Result(process.waitFor(), printed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted in %s".formatted(List.of(command)), e);
        }
    }
}
