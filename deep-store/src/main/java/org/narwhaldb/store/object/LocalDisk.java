package org.narwhaldb.store.object;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// What local writers share: syncing, and telling a full disk from other failures.
public final class LocalDisk {
    private LocalDisk() {}

    /// Forces a file's, or on Linux a directory's, content to disk.
    public static void sync(Path path) throws IOException {
        boolean directory = Files.isDirectory(path);
        try (FileChannel channel = FileChannel.open(path, directory ? StandardOpenOption.READ
                : StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /// DISK_FULL when the disk or a quota is, else `code`; a failure that is typed already stays as it is.
    public static NarwhalException failure(ErrorCode code, String what, Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof NarwhalException typed) {
                return typed;
            }
        }
        if (isDiskFull(cause)) {
            return new NarwhalException(ErrorCode.DISK_FULL, what + ": the disk is full; free space and try again",
                    cause);
        }
        return new NarwhalException(code, what + ": " + reason(cause), cause);
    }

    /// The JDK gives no class of its own to ENOSPC and EDQUOT: only the system's text tells them.
    public static boolean isDiskFull(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String message = each instanceof FileSystemException file && file.getReason() != null
                    ? file.getReason() : String.valueOf(each.getMessage());
            String text = message.toLowerCase(Locale.ROOT);
            if (each instanceof IOException && (text.contains("no space left") || text.contains("quota exceeded"))) {
                return true;
            }
        }
        return false;
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return failure.getClass().getSimpleName() + (message == null ? "" : " (" + message + ")");
    }
}
