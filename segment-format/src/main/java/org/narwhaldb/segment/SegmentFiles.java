package org.narwhaldb.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files that appear whole or not at all: written under a temporary name, synced, renamed, and the folder synced.
final class SegmentFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFiles.class);
    private static final AtomicLong SEQUENCE = new AtomicLong();
    private static final long FULL_BYTES = 1 << 20;

    private SegmentFiles() {}

    /// Opens a new file for writing.
    @FunctionalInterface
    interface Creator {
        FileChannel create(Path file) throws IOException;
    }

    static FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    }

    /// @param content writes and syncs the channel
    static <T> T replace(Path file, Creator creator, Function<FileChannel, T> content) {
        Path temporary = file.resolveSibling("%s.%d-%d.partial"
                .formatted(file.getFileName(), ProcessHandle.current().pid(), SEQUENCE.incrementAndGet()));
        boolean complete = false;
        try {
            T result;
            try (FileChannel channel = creator.create(temporary)) {
                result = content.apply(channel);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            complete = true;
            syncFolder(file);
            return result;
        } catch (UncheckedIOException e) {
            throw failure("write", file, e.getCause());
        } catch (IOException e) {
            throw failure("write", file, e);
        } finally {
            if (!complete) {
                remove(temporary);
            }
        }
    }

    /// The error of an I/O failure on a segment file.
    static NarwhalException failure(String action, Path file, IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return new NarwhalException(ErrorCode.FILE_NOT_FOUND,
                    "Cannot %s segment file [%s]: no such file or folder".formatted(action, file), cause);
        }
        if (isDiskFull(file, cause)) {
            return new NarwhalException(ErrorCode.DISK_FULL,
                    "Cannot %s segment file [%s]: the disk is full; free space or move the folder"
                            .formatted(action, file), cause);
        }
        return new NarwhalException(ErrorCode.STORE_UNAVAILABLE,
                "Cannot %s segment file [%s]: %s".formatted(action, file, cause), cause);
    }

    /// Java has no exception of its own for it, and the message is the platform's.
    private static boolean isDiskFull(Path file, IOException cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("no space left") || message.contains("quota exceeded")) {
            return true;
        }
        try {
            return Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace() < FULL_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    private static void syncFolder(Path file) throws IOException {
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static void remove(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The first failure is the one to report; a file named .partial is never read.
            LOG.warn("Cannot remove [{}]", temporary, e);
        }
    }
}
