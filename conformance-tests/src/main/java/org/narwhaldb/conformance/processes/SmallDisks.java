package org.narwhaldb.conformance.processes;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Folders on small disks of their own (tmpfs), to be filled up. Linux, as root. All are gone with [#close].
public final class SmallDisks implements AutoCloseable {
    private static final String FILLER = "filler";

    private final List<Path> mounted = new ArrayList<>();

    /// @param reason told why it cannot be
    /// @return whether the folder is on a disk of its own now
    public boolean mount(Path folder, int megabytes, Consumer<String> reason) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Commands.Result result = Commands.attempt("mount", "-t", "tmpfs", "-o", "size=%dm".formatted(megabytes),
                "narwhal-test", folder.toString());
        if (result.exitCode() != 0) {
            reason.accept(result.printed());
            return false;
        }
        mounted.add(folder);
        return true;
    }

    /// Writes until nothing fits any more.
    public static void fill(Path folder) {
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(folder.resolve(FILLER))) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            // full, which is what was wanted
        }
    }

    public static void free(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve(FILLER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        mounted.forEach(folder -> Commands.attempt("umount", "--lazy", folder.toString()));
        mounted.clear();
    }
}
