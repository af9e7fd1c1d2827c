package org.narwhaldb.conformance.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.function.Consumer;

/// What a run says: some of it on standard output, all of it in a file. Thread-safe.
final class RunLog {
    private final Path file;
    private final Consumer<String> out;
    private final InstantSource clock = InstantSource.system();

    RunLog(Path file, Consumer<String> out) {
        this.file = file;
        this.out = out;
    }

    synchronized void print(String line) {
        out.accept(line);
        note(line);
    }

    /// In the file only.
    synchronized void note(String line) {
        try {
            Files.writeString(file, clock.instant() + " " + line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
