package org.narwhaldb.store.object;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.narwhaldb.segment.error.ErrorCode;

/// A local copy that appears whole or not at all: written beside its place, synced, renamed.
final class Downloads {
    private Downloads() {}

    interface Writer {
        void write(Path part) throws IOException;
    }

    static void place(Path target, Writer writer) {
        Path absolute = target.toAbsolutePath();
        Path part = absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            Files.createDirectories(absolute.getParent());
            writer.write(part);
            LocalDisk.sync(part);
            Files.move(part, absolute, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot write [%s]".formatted(target), e);
        } finally {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                // the caller's failure, if any, is what matters
            }
        }
    }
}
