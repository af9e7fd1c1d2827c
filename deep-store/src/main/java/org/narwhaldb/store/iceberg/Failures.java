package org.narwhaldb.store.iceberg;

import java.io.FileNotFoundException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.object.IncompleteReadException;
import org.narwhaldb.store.object.LocalDisk;
import software.amazon.awssdk.core.exception.SdkException;

/// Iceberg's exceptions as typed errors.
final class Failures {
    private static final int SQLITE_BUSY = 5;

    private Failures() {}

    /// A failure of the catalog or of the metadata files it points to.
    static NarwhalException catalog(String what, RuntimeException cause) {
        return switch (cause) {
            case NarwhalException typed -> typed;
            case CommitStateUnknownException unknown -> new NarwhalException(ErrorCode.COMMIT_OUTCOME_UNKNOWN,
                    what + ": the catalog's answer was lost; look at the table before trying again", unknown);
            case CommitFailedException conflict -> new NarwhalException(ErrorCode.LOAD_CONFLICT,
                    what + ": others committed at the same time, too often; try again", conflict);
            case AlreadyExistsException exists -> new NarwhalException(ErrorCode.TABLE_EXISTS, what + ": it exists",
                    exists);
            case NoSuchTableException missing ->
                new NarwhalException(ErrorCode.TABLE_NOT_FOUND, what + ": it is gone", missing);
            case NoSuchNamespaceException missing ->
                new NarwhalException(ErrorCode.SCHEMA_NOT_FOUND, what + ": " + missing.getMessage(), missing);
            default -> LocalDisk.failure(ErrorCode.CATALOG_UNAVAILABLE, what, cause);
        };
    }

    /// A failure while a file that the snapshot names was read.
    static NarwhalException source(String what, String file, Throwable cause) {
        if (isMissing(cause)) {
            return new NarwhalException(ErrorCode.SOURCE_FILE_MISSING,
                    "%s [%s] is gone, though the table's snapshot names it".formatted(what, file), cause);
        }
        if (isNetwork(cause)) {
            return LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot read %s [%s]".formatted(what, file), cause);
        }
        return LocalDisk.failure(ErrorCode.BAD_INPUT_FILE, "Cannot read %s [%s]".formatted(what, file), cause);
    }

    static boolean isMissing(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof NotFoundException || each instanceof FileNotFoundException
                    || each instanceof NoSuchFileException) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNetwork(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof SocketException || each instanceof SocketTimeoutException
                    || each instanceof UnknownHostException
                    || each instanceof SdkException || each instanceof IncompleteReadException) {
                return true;
            }
        }
        return false;
    }

    /// Failures of a commit that say that it did not take place: SQLite's lock was not to be had, so that the statement
    /// did nothing; or our own file IO failed, and all files are written before the catalog is asked.
    static boolean isBeforeCommit(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof NarwhalException) {
                return true;
            }
            if (each instanceof SQLException sql && sql.getErrorCode() == SQLITE_BUSY
                    && sql.getClass().getName().startsWith("org.sqlite")) {
                return true;
            }
        }
        return false;
    }
}
